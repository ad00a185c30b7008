import { readFileSync } from 'node:fs';
import { toDisplayText } from '@culprit/kernel';
import type {
  ChannelJson,
  ChannelTestJson,
  NotificationJson,
  NotificationRuleJson,
} from '@culprit/service-query/module';
import { Option, type Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import type { ApiClient } from '../http/api-client.js';
import { addServerOptions, clientOf, type ServerFlags } from '../http/server-option.js';
import { plural } from '../output/terminal.js';

const channelsPath = '/api/v1/notification-channels';
const rulesPath = '/api/v1/notification-rules';
const notificationsPath = '/api/v1/notifications';

interface ListFlags extends ServerFlags {
  readonly output: string;
  readonly state?: string;
}

interface RuleFlags extends ServerFlags {
  readonly channel: readonly string[];
  readonly environment: readonly string[];
  readonly logType: readonly string[];
  readonly type: readonly string[];
  readonly significance?: string;
  readonly updates?: string;
  readonly quiet?: string;
  readonly timeZone?: string;
  readonly quietExcept?: string;
  readonly digest?: string;
  readonly cap?: string;
}

/** Adds `culprit notify`: messages about reports, the channels they go to and the rules that send them. */
export function addNotifyCommands(program: Command): void {
  const notify = program
    .command('notify')
    .description('list the messages about reports; set up where they go')
    .option('--state <state>', 'only those that are waiting, sent, dead or dropped')
    .addOption(outputOption());
  addServerOptions(notify).action(listMessages);
  addServerOptions(
    notify
      .command('channels')
      .description('list channels; secrets are never shown')
      .addOption(outputOption()),
  ).action(listChannels);
  addServerOptions(notify.command('rules').description('list rules').addOption(outputOption())).action(
    listRules,
  );
  addServerOptions(
    notify
      .command('add-channel')
      .description('add a channel; a value of @FILE is read from the file, @- from standard input')
      .argument('<kind>', 'webhook, zebrium-webhook, slack, teams, pagerduty, email or alertmanager')
      .argument('<name>', 'how people call it')
      .argument('[field=value...]', 'for example url=https://hooks.example/x secret=@secret.txt'),
  )
    .addHelpText('after', channelExamples)
    .action(addChannel);
  addRuleCommand(notify);
  addServerOptions(
    notify.command('test').description('send a test message now').argument('<channel>', 'name or id'),
  ).action(testChannel);
  addServerOptions(
    notify
      .command('retry')
      .description('send messages that could not be delivered once more')
      .argument('<message...>', 'ids of messages'),
  ).action(retry);
  addServerOptions(
    notify
      .command('remove')
      .description('remove a channel or a rule')
      .argument('<name>', 'name or id of a channel or a rule'),
  ).action(remove);
}

const channelExamples = `
Examples:
  culprit notify add-channel slack on-call url=@slack-address.txt
  culprit notify add-channel webhook tickets url=https://tickets.example/culprit secret=@secret.txt
  culprit notify add-channel email team host=mail.example user=culprit password=@password.txt \\
      from=culprit@example.org to=team@example.org,lead@example.org`;

function addRuleCommand(notify: Command): void {
  const command = notify
    .command('add-rule')
    .description('say which reports go where')
    .argument('<name>', 'how people call it')
    .requiredOption('--channel <channel>', 'name or id; may be repeated', collect, [])
    .option('--environment <name>', 'only these; may be repeated', collect, [])
    .option('--log-type <name>', 'only reports with one of these; may be repeated', collect, [])
    .option('--type <id>', 'only these kinds of incident; may be repeated', collect, [])
    .option('--significance <lowest>', 'low, medium (default) or high')
    .option('--updates <which>', 'important (default), all or none')
    .option('--quiet <from-to>', 'hold messages back, for example 22:00-07:00')
    .option('--time-zone <name>', 'of the quiet hours (default UTC)')
    .option('--quiet-except <what>', 'nothing (default) or high')
    .option('--digest <minutes>', 'one message about everything in so many minutes')
    .option('--cap <messages>', 'messages of a day at most (default 50)');
  addServerOptions(command).action(addRule);
}

async function listMessages(flags: ListFlags): Promise<void> {
  const query = flags.state === undefined ? '' : `?${new URLSearchParams({ state: flags.state }).toString()}`;
  const answer = (await clientOf(flags).request({ path: `${notificationsPath}${query}` })) as {
    readonly notifications: readonly NotificationJson[];
  };
  print(flags, answer, answer.notifications, messageLine, 'message');
}

async function listChannels(flags: ListFlags): Promise<void> {
  const channels = await channelsOf(clientOf(flags));
  print(flags, { channels }, channels, channelLine, 'channel');
}

async function listRules(flags: ListFlags): Promise<void> {
  const rules = await rulesOf(clientOf(flags));
  print(flags, { rules }, rules, ruleLine, 'rule');
}

async function addChannel(
  kind: string,
  name: string,
  fields: readonly string[],
  flags: ServerFlags,
): Promise<void> {
  const given = Object.fromEntries(fields.map((field) => fieldOf(field)));
  const answer = (await clientOf(flags).request({
    method: 'POST',
    path: channelsPath,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...given, kind, name }),
  })) as ChannelJson;
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  process.stderr.write(`try it with: culprit notify test ${answer.channelId}\n`);
}

async function addRule(name: string, flags: RuleFlags): Promise<void> {
  const client = clientOf(flags);
  const channels = await channelsOf(client);
  const { significance, updates } = flags;
  const body = {
    name,
    channelIds: flags.channel.map((wanted) => channelNamed(channels, wanted).channelId),
    environments: flags.environment,
    logTypes: flags.logType,
    incidentTypes: flags.type,
    ...(significance === undefined ? {} : { significance }),
    ...(updates === undefined ? {} : { updates }),
    ...(flags.quiet === undefined ? {} : { quietHours: quietHoursOf(flags.quiet, flags) }),
    ...(flags.digest === undefined ? {} : { digestMinutes: Number(flags.digest) }),
    ...(flags.cap === undefined ? {} : { dailyCap: Number(flags.cap) }),
  };
  const answer = await client.request({
    method: 'POST',
    path: rulesPath,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function testChannel(wanted: string, flags: ServerFlags): Promise<void> {
  const client = clientOf(flags);
  const { channelId } = channelNamed(await channelsOf(client), wanted);
  const path = `${channelsPath}/${encodeURIComponent(channelId)}/test`;
  const { delivered, reason } = (await client.request({ method: 'POST', path })) as ChannelTestJson;
  if (!delivered) throw new CliError(`not delivered: ${oneLine(reason)}.`, exitCodes.unavailable);
  process.stderr.write('delivered\n');
}

async function retry(ids: readonly string[], flags: ServerFlags): Promise<void> {
  const client = clientOf(flags);
  for (const id of ids)
    await client.request({ method: 'POST', path: `${notificationsPath}/${encodeURIComponent(id)}/retry` });
  process.stderr.write(`${plural(ids.length, 'message')} will be sent again\n`);
}

async function remove(wanted: string, flags: ServerFlags): Promise<void> {
  const client = clientOf(flags);
  const rule = (await rulesOf(client)).find(({ ruleId, name }) => ruleId === wanted || name === wanted);
  const path =
    rule === undefined
      ? `${channelsPath}/${channelNamed(await channelsOf(client), wanted).channelId}`
      : `${rulesPath}/${rule.ruleId}`;
  await client.request({ method: 'DELETE', path });
  process.stderr.write(`removed the ${rule === undefined ? 'channel' : 'rule'}\n`);
}

async function channelsOf(client: ApiClient): Promise<readonly ChannelJson[]> {
  return ((await client.request({ path: channelsPath })) as { readonly channels: readonly ChannelJson[] })
    .channels;
}

async function rulesOf(client: ApiClient): Promise<readonly NotificationRuleJson[]> {
  return ((await client.request({ path: rulesPath })) as { readonly rules: readonly NotificationRuleJson[] })
    .rules;
}

function channelNamed(channels: readonly ChannelJson[], wanted: string): ChannelJson {
  const found = channels.filter(({ channelId, name }) => channelId === wanted || name === wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const problem = only === undefined ? 'there is no channel' : 'several channels are called';
  throw new CliError(`${problem} "${wanted}"; "culprit notify channels" lists them.`, exitCodes.usage);
}

/** Lists and numbers are known by their names; everything else is text. */
function fieldOf(field: string): readonly [string, unknown] {
  const at = field.indexOf('=');
  if (at < 1) throw new CliError(`expected field=value, not "${field}".`, exitCodes.usage);
  const name = field.slice(0, at);
  const value = valueOf(field.slice(at + 1));
  if (name === 'to') return [name, value.split(',')];
  return [name, name === 'port' || name === 'activeMinutes' ? Number(value) : value];
}

/** A secret in a file stays out of the history of the shell. */
function valueOf(text: string): string {
  if (!text.startsWith('@')) return text;
  const file = text.slice(1);
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').trim();
  } catch (cause) {
    throw new CliError(`cannot read ${file}; check the spelling and its mode.`, exitCodes.badInput, cause);
  }
}

function quietHoursOf(text: string, flags: RuleFlags): Record<string, string> {
  const [from = '', to = ''] = text.split('-');
  const { timeZone, quietExcept } = flags;
  return {
    from,
    to,
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(quietExcept === undefined ? {} : { except: quietExcept }),
  };
}

function print<Item>(
  flags: ListFlags,
  answer: unknown,
  items: readonly Item[],
  line: (item: Item) => string,
  noun: string,
): void {
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
    return;
  }
  for (const item of items) process.stdout.write(`${line(item)}\n`);
  process.stderr.write(`${plural(items.length, noun)}\n`);
}

function channelLine({ kind, name, channelId }: ChannelJson): string {
  return `${kind.padEnd(16)}  ${oneLine(name)}  ${channelId}`;
}

function ruleLine({ ruleId, name, significance, isPaused, channelIds }: NotificationRuleJson): string {
  const paused = isPaused ? ' (paused)' : '';
  return `${significance.padEnd(6)} and above  ${oneLine(name)}${paused}  to ${plural(channelIds.length, 'channel')}  ${ruleId}`;
}

function messageLine(message: NotificationJson): string {
  const { state, heldFor, told, dueAt, attempts, error } = message;
  const when = (state === 'sent' && told !== null ? told.at : dueAt).slice(0, 16).replace('T', ' ');
  const why = [
    heldFor === null ? '' : `held: ${heldFor}`,
    error === '' ? '' : `${attempts} attempts: ${error}`,
  ];
  const reason = why.filter((part) => part !== '').join(', ');
  return `${when}  ${state.padEnd(7)}  ${message.significance.padEnd(6)}  ${oneLine(message.title)}${reason === '' ? '' : `  (${oneLine(reason)})`}  ${message.threadId}`;
}

function outputOption(): Option {
  return new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text');
}

function oneLine(text: string): string {
  return toDisplayText(text).replaceAll('\n', ' ');
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
