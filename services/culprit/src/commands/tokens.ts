import { toDisplayText } from '@culprit/kernel';
import type { AuditEntryJson, NewTokenJson, TokenJson } from '@culprit/service-query/module';
import { Option, type Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import type { ApiClient } from '../http/api-client.js';
import { addServerOptions, clientOf, type ServerFlags } from '../http/server-option.js';
import { plural } from '../output/terminal.js';

const tokensPath = '/api/v1/tokens';

interface ListFlags extends ServerFlags {
  readonly output: string;
}

interface CreateFlags extends ListFlags {
  readonly kind: string;
  readonly role?: string;
  readonly environment?: string;
  readonly tenant?: string;
  readonly expiresInDays?: string;
}

interface RotateFlags extends ListFlags {
  readonly overlapMinutes?: string;
}

interface AuditFlags extends ListFlags {
  readonly limit: string;
}

/** Adds `culprit tokens`, who may send lines and ask, and `culprit audit`, who changed what. */
export function addTokensCommands(program: Command): void {
  const tokens = program.command('tokens').description('who may send lines, and who may ask');
  addServerOptions(
    tokens.command('list').description('list tokens; secrets are never shown').addOption(outputOption()),
  ).action(listTokens);
  addCreateCommand(tokens);
  addServerOptions(
    tokens
      .command('rotate')
      .description('give a token a new secret; the one before goes on for a while')
      .argument('<token>', 'name or id')
      .option('--overlap-minutes <minutes>', 'how long the secret before goes on (default 1440, a day)')
      .addOption(outputOption()),
  ).action(rotateToken);
  addServerOptions(
    tokens.command('revoke').description('end a token at once').argument('<token>', 'name or id'),
  ).action(revokeToken);
  addServerOptions(
    program
      .command('audit')
      .description('who changed what and who signed in, the newest first')
      .option('--limit <number>', 'entries at most, up to 1000', '100')
      .addOption(outputOption()),
  ).action(showAudit);
}

function addCreateCommand(tokens: Command): void {
  const create = tokens
    .command('create')
    .description('make a token; its secret is shown this once')
    .argument('<name>', 'how people call it')
    .addOption(
      new Option('--kind <kind>', 'ingest sends lines, forward does so as Fluent forward, user asks')
        .choices(['ingest', 'forward', 'user'])
        .default('ingest'),
    )
    .addOption(
      new Option('--role <role>', 'of a user token (default viewer)').choices(['viewer', 'editor', 'admin']),
    )
    .option('--environment <name>', 'where its lines belong, whatever they say')
    .option('--tenant <name>', 'for operators: whose token it is')
    .option('--expires-in-days <days>', 'when it ends by itself (default never)')
    .addOption(outputOption())
    .addHelpText('after', createExamples);
  addServerOptions(create).action(createToken);
}

const createExamples = `
The secret goes to standard output alone, so that it can be kept:
  culprit tokens create collectors --environment production > collectors.token
  culprit tokens create me --kind user --role admin

From the first token on nobody is served without one: senders from the first ingest token on, people from the
first user token on. That one must be an admin's.`;

async function listTokens(flags: ListFlags): Promise<void> {
  const answer = await tokensOf(clientOf(flags));
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify({ tokens: answer }, undefined, 2)}\n`);
    return;
  }
  for (const token of answer) process.stdout.write(`${tokenLine(token)}\n`);
  process.stderr.write(`${plural(answer.length, 'token')}\n`);
}

async function createToken(name: string, flags: CreateFlags): Promise<void> {
  const { kind, role, environment, tenant, expiresInDays } = flags;
  const body = {
    name,
    kind,
    ...(role === undefined ? {} : { role }),
    ...(environment === undefined ? {} : { environment }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(expiresInDays === undefined ? {} : { expiresInDays: Number(expiresInDays) }),
  };
  showSecret(flags, await send(clientOf(flags), tokensPath, body));
}

async function rotateToken(wanted: string, flags: RotateFlags): Promise<void> {
  const client = clientOf(flags);
  const { tokenId } = tokenNamed(await tokensOf(client), wanted);
  const { overlapMinutes } = flags;
  const body = overlapMinutes === undefined ? {} : { overlapMinutes: Number(overlapMinutes) };
  showSecret(flags, await send(client, `${tokensPath}/${tokenId}/rotate`, body));
}

async function revokeToken(wanted: string, flags: ServerFlags): Promise<void> {
  const client = clientOf(flags);
  const { tokenId, name } = tokenNamed(await tokensOf(client), wanted);
  await client.request({ method: 'DELETE', path: `${tokensPath}/${tokenId}` });
  process.stderr.write(`revoked ${oneLine(name)}\n`);
}

async function showAudit(flags: AuditFlags): Promise<void> {
  const query = new URLSearchParams({ limit: flags.limit }).toString();
  const answer = (await clientOf(flags).request({ path: `/api/v1/audit?${query}` })) as {
    readonly entries: readonly AuditEntryJson[];
  };
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
    return;
  }
  for (const { at, who, action, subject, from, outcome } of answer.entries) {
    const when = at.slice(0, 19).replace('T', ' ');
    process.stdout.write(oneLine(`${when}  ${who} (${from})  ${action}  ${subject}  ${outcome}`) + '\n');
  }
}

async function tokensOf(client: ApiClient): Promise<readonly TokenJson[]> {
  return ((await client.request({ path: tokensPath })) as { readonly tokens: readonly TokenJson[] }).tokens;
}

async function send(client: ApiClient, path: string, body: object): Promise<NewTokenJson> {
  return (await client.request({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })) as NewTokenJson;
}

/** An id names one token; a name may belong to some that ended, too. */
function tokenNamed(tokens: readonly TokenJson[], wanted: string): TokenJson {
  const byId = tokens.find(({ tokenId }) => tokenId === wanted);
  const active = tokens.find(({ name, state }) => name === wanted && state === 'active');
  const found = byId ?? active;
  if (found !== undefined) return found;
  throw new CliError(
    `there is no active token "${wanted}"; "culprit tokens list" lists them.`,
    exitCodes.usage,
  );
}

function showSecret(flags: ListFlags, made: NewTokenJson): void {
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify(made)}\n`);
    return;
  }
  process.stdout.write(`${made.secret}\n`);
  process.stderr.write(`${tokenLine(made.token)}\nkeep the secret: it is not shown again\n`);
}

function tokenLine(token: TokenJson): string {
  const { tokenId, name, kind, role, tenant, environment, state, expiresAt, lastUsedAt } = token;
  const facts = [
    role === null ? kind : `${kind} ${role}`,
    environment === '' ? '' : `for ${environment}`,
    tenant === 'default' ? '' : `of ${tenant}`,
    state === 'active' ? '' : state,
    expiresAt === null ? '' : `until ${expiresAt.slice(0, 10)}`,
    lastUsedAt === null ? '' : `used ${lastUsedAt.slice(0, 16).replace('T', ' ')}`,
  ];
  return `${tokenId}  ${oneLine(name)}  ${facts.filter((fact) => fact !== '').join(', ')}`;
}

function outputOption(): Option {
  return new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text');
}

function oneLine(text: string): string {
  return toDisplayText(text).replaceAll('\n', ' ');
}
