import { toDisplayText } from '@culprit/kernel';
import type { DecisionJson, IncidentTypeJson } from '@culprit/service-query/module';
import type { Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import { addServerOptions, clientOf, type ServerFlags } from '../http/server-option.js';
import { parseRulesJson } from '../input/rules-file.js';
import { plural } from '../output/terminal.js';
import { parseDuration, untilOf } from './template-rules.js';

interface ReasonFlags extends ServerFlags {
  readonly environment?: string;
  readonly reason: string;
}

interface MuteFlags extends ReasonFlags {
  readonly for?: number;
  readonly until?: string;
  readonly label: readonly string[];
}

const decisionsPath = '/api/v1/incident-decisions';
const jsonHeaders = { 'content-type': 'application/json' };
const standings = ['alert', 'useful', 'routine'] as const;

/** Adds `culprit types`: kinds of incident, and what people decide about them; and `culprit feedback`. */
export function addIncidentTypeCommands(program: Command): void {
  const types = program
    .command('types')
    .description(
      'list the kinds of incident of a running Culprit, routines among them, and decide about them',
    )
    .option('-o, --output <format>', 'text or json', 'text')
    .option('--environment <name>', 'only those of this environment');
  addServerOptions(types).action(listTypes);
  reasonCommand(
    types,
    'decide <type> <standing>',
    'say what a kind is: alert (always told), useful (never a routine) or routine (not told)',
  ).action((type: string, standing: string, flags: ReasonFlags) => setStanding(type, standing, flags));
  reasonCommand(types, 'mute [type]', 'tell nothing of a kind, or of everything with certain labels')
    .option(
      '--label <name=value>',
      'namespace, logType, service, container, host or pod; may be repeated',
      collect,
      [],
    )
    .option('--for <duration>', 'how long from now, for example 7d', parseDuration)
    .option('--until <time>', 'RFC 3339 or epoch')
    .action(mute);
  addServerOptions(
    types.command('undo').description('take decisions back').argument('<decision...>', 'ids of decisions'),
  ).action(undo);
  addServerOptions(
    types
      .command('decisions')
      .description('print the decisions as JSON; set those of a file')
      .option('--import <file>', 'set the decisions of a file in place of all others; "-" is standard input'),
  ).action(decisions);
  addServerOptions(
    program
      .command('feedback')
      .description('say whether a report was useful; the answer names what follows from it')
      .argument('<id>', 'incident id')
      .argument('<verdict>', 'useful, not-useful or same-as')
      .argument('[other]', 'with same-as: the other incident')
      .option('--note <text>', 'why', ''),
  ).action(giveFeedback);
}

function reasonCommand(parent: Command, usage: string, description: string): Command {
  const command = parent
    .command(usage)
    .description(description)
    .option('--environment <name>', 'only in this environment (default: every one)')
    .requiredOption('--reason <text>', 'why, for those who find it later');
  return addServerOptions(command);
}

async function listTypes(flags: ServerFlags & { output: string; environment?: string }): Promise<void> {
  if (flags.output !== 'text' && flags.output !== 'json')
    throw new CliError(`--output takes text or json, not "${flags.output}".`, exitCodes.usage);
  const query =
    flags.environment === undefined
      ? ''
      : `?${new URLSearchParams({ environment: flags.environment }).toString()}`;
  const answer = (await clientOf(flags).request({ path: `/api/v1/incident-types${query}` })) as {
    readonly incidentTypes: readonly IncidentTypeJson[];
  };
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
    return;
  }
  for (const type of answer.incidentTypes) process.stdout.write(`${typeLine(type)}\n`);
  process.stderr.write(`${plural(answer.incidentTypes.length, 'kind')} of incident\n`);
}

/** `last seen  times  what it is  title  id`: one line, whatever the log says. */
function typeLine(type: IncidentTypeJson): string {
  const decided = type.decisions.map(({ kind }) => kind);
  const standing = [...(type.isRoutine ? ['routine (learned)'] : []), ...decided].join(', ');
  const title = toDisplayText(type.title).replaceAll('\n', ' ');
  const last = type.lastSeen.slice(0, 16).replace('T', ' ');
  return `${last}  ${String(type.occurrences).padStart(4)}x  ${standing.padEnd(18)}  ${title}  ${type.incidentType}`;
}

async function setStanding(incidentType: string, kind: string, flags: ReasonFlags): Promise<void> {
  if (!standings.some((known) => known === kind))
    throw new CliError(`expected ${standings.join(', ')}, not "${kind}".`, exitCodes.usage);
  await decide({ kind, incidentType }, flags);
}

async function mute(incidentType: string | undefined, flags: MuteFlags): Promise<void> {
  const labels = Object.fromEntries(flags.label.map((label) => pairOf(label)));
  const hasLabels = flags.label.length > 0;
  if ((incidentType === undefined) !== hasLabels)
    throw new CliError('give either a kind of incident or --label.', exitCodes.usage);
  const until = untilOf(flags);
  await decide(
    hasLabels ? { kind: 'mute-labels', labels, until } : { kind: 'mute', incidentType, until },
    flags,
  );
}

async function decide(decision: Readonly<Record<string, unknown>>, flags: ReasonFlags): Promise<void> {
  const { environment, reason } = flags;
  const answer = (await clientOf(flags).request({
    method: 'POST',
    path: decisionsPath,
    headers: jsonHeaders,
    body: JSON.stringify({ ...decision, environment, reason }),
  })) as DecisionJson;
  tellDecision(answer);
}

function tellDecision(decision: DecisionJson): void {
  process.stdout.write(`${JSON.stringify(decision)}\n`);
  process.stderr.write(`taken back with: culprit types undo ${decision.decisionId}\n`);
}

async function undo(decisionIds: readonly string[], flags: ServerFlags): Promise<void> {
  const client = clientOf(flags);
  for (const decisionId of decisionIds)
    await client.request({ method: 'DELETE', path: `${decisionsPath}/${encodeURIComponent(decisionId)}` });
  process.stderr.write(`${plural(decisionIds.length, 'decision')} taken back\n`);
}

async function decisions(flags: ServerFlags & { import?: string }): Promise<void> {
  const client = clientOf(flags);
  if (flags.import === undefined) {
    const answer = (await client.request({ path: decisionsPath })) as { readonly decisions: unknown };
    process.stdout.write(`${JSON.stringify({ decisions: answer.decisions }, undefined, 2)}\n`);
    return;
  }
  const body = JSON.stringify(parseRulesJson(flags.import));
  const answer = (await client.request({
    method: 'PUT',
    path: decisionsPath,
    headers: jsonHeaders,
    body,
  })) as {
    readonly total: number;
  };
  process.stderr.write(`${plural(answer.total, 'decision')} set\n`);
}

async function giveFeedback(
  id: string,
  verdict: string,
  other: string | undefined,
  flags: ServerFlags & { note: string },
): Promise<void> {
  const answer = (await clientOf(flags).request({
    method: 'POST',
    path: `/api/v1/incidents/${encodeURIComponent(id)}/feedback`,
    headers: jsonHeaders,
    body: JSON.stringify({ verdict, note: flags.note, ...(other === undefined ? {} : { other }) }),
  })) as { readonly decision: DecisionJson };
  tellDecision(answer.decision);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function pairOf(label: string): readonly [string, string] {
  const at = label.indexOf('=');
  if (at > 0 && at < label.length - 1) return [label.slice(0, at), label.slice(at + 1)];
  throw new CliError(`--label takes name=value, not "${label}".`, exitCodes.usage);
}
