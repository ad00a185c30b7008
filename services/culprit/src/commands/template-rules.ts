import { writeFileSync } from 'node:fs';
import { formatRfc3339, toEpochNanos } from '@culprit/kernel';
import type { RuleJson } from '@culprit/service-query/module';
import type { Command } from 'commander';
import { CliError, exitCodes, outputError } from '../cli-error.js';
import { addServerOptions, clientOf, type ServerFlags } from '../http/server-option.js';
import { parseRulesJson } from '../input/rules-file.js';
import { parseTime } from '../input/time-argument.js';
import { formatRuleLine } from '../output/template-view.js';
import { plural } from '../output/terminal.js';

/** Flags of commands that set a rule. */
interface SubjectFlags extends ServerFlags {
  readonly logType?: string;
  readonly environment?: string;
}

interface MuteFlags extends SubjectFlags {
  readonly for?: number;
  readonly until?: string;
  readonly reason: string;
}

interface RulesFlags extends ServerFlags {
  readonly export?: string | true;
  readonly import?: string;
  readonly replace?: true;
}

const rulesPath = '/api/v1/template-rules';
const secondsByUnit: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Adds the commands below `culprit templates` that decide something; each sets a rule that `undo` takes back. */
export function addRuleCommands(parent: Command): void {
  subjectCommand(parent, 'rename <template> <name>', 'give an event type a name').action(
    (template: string, name: string, flags: SubjectFlags) =>
      setRule([template], { kind: 'rename', name }, flags),
  );
  subjectCommand(parent, 'merge <template> <others...>', 'make two or more event types one').action(
    (template: string, others: readonly string[], flags: SubjectFlags) =>
      setRule([template, ...others], { kind: 'merge' }, flags),
  );
  subjectCommand(parent, 'split <template>', 'tell an event type apart by the value at one <*>')
    .requiredOption('--at <n>', 'which <*> of the text, counted from 1', parseWildcard)
    .option(
      '--words <words>',
      'only these values become event types of their own, commas between',
      parseWords,
    )
    .action((template: string, flags: SubjectFlags & { at: number; words?: readonly string[] }) =>
      setRule([template], { kind: 'split', wildcard: flags.at, words: flags.words ?? [] }, flags),
    );
  subjectCommand(parent, 'pin <templates...>', 'keep event types as they are, whatever is learned').action(
    (templates: readonly string[], flags: SubjectFlags) => setRule(templates, { kind: 'pin' }, flags),
  );
  subjectCommand(parent, 'mute <templates...>', 'report nothing about event types; they are still counted')
    .option('--for <duration>', 'how long from now, for example 7d', parseDuration)
    .option('--until <time>', 'RFC 3339 or epoch')
    .requiredOption('--reason <text>', 'why, for those who find it muted')
    .action((templates: readonly string[], flags: MuteFlags) =>
      setRule(templates, { kind: 'mute', until: untilOf(flags), reason: flags.reason }, flags),
    );
  addServerOptions(
    parent.command('undo').description('take rules back').argument('<rule...>', 'ids of rules'),
  ).action(undo);
  addServerOptions(
    parent
      .command('rules')
      .description('list the rules; export or import them')
      .option('--export [file]', 'write them as JSON (default: standard output)')
      .option('--import <file>', 'set the rules of a file; "-" is standard input')
      .option('--replace', 'with --import: take back every rule that is not in the file'),
  ).action(rules);
}

function subjectCommand(parent: Command, usage: string, description: string): Command {
  const command = parent
    .command(usage)
    .description(`${description}; <template> is an id, or a text with <*> where values vary`)
    .option('--log-type <name>', 'log type of a text (default: every one)')
    .option('--environment <name>', 'environment of a text (default: every one)');
  return addServerOptions(command);
}

async function setRule(
  templates: readonly string[],
  decision: Readonly<Record<string, unknown>>,
  flags: SubjectFlags,
): Promise<void> {
  const ids = templates.filter((template) => /^[0-9a-f]{16}$/.test(template));
  if (ids.length > 0 && ids.length < templates.length)
    throw new CliError('give either ids or texts of event types, not both at once.', exitCodes.usage);
  const { environment, logType } = flags;
  const subject = ids.length > 0 ? { templateIds: ids } : { templates };
  const rule = (await clientOf(flags).request({
    method: 'POST',
    path: rulesPath,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...decision, ...subject, environment, logType }),
  })) as RuleJson;
  process.stdout.write(`${formatRuleLine(rule)}\n`);
  process.stderr.write(`taken back with: culprit templates undo ${rule.ruleId}\n`);
}

async function undo(ruleIds: readonly string[], flags: ServerFlags): Promise<void> {
  const client = clientOf(flags);
  for (const ruleId of ruleIds)
    await client.request({ method: 'DELETE', path: `${rulesPath}/${encodeURIComponent(ruleId)}` });
  process.stderr.write(`${plural(ruleIds.length, 'rule')} taken back\n`);
}

async function rules(flags: RulesFlags): Promise<void> {
  if (flags.import !== undefined) {
    await importRules(flags.import, flags);
    return;
  }
  const answer = (await clientOf(flags).request({ path: rulesPath })) as {
    readonly rules: readonly RuleJson[];
  };
  if (flags.export !== undefined) {
    writeRules(answer.rules, flags.export);
    return;
  }
  for (const rule of answer.rules) process.stdout.write(`${formatRuleLine(rule)}\n`);
  process.stderr.write(`${plural(answer.rules.length, 'rule')}\n`);
}

function writeRules(found: readonly RuleJson[], target: string | true): void {
  const text = `${JSON.stringify({ rules: found }, undefined, 2)}\n`;
  if (target === true) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(target, text);
  } catch (error) {
    throw outputError(target, error);
  }
  process.stderr.write(`${plural(found.length, 'rule')} written to ${target}\n`);
}

async function importRules(path: string, flags: RulesFlags): Promise<void> {
  const content = parseRulesJson(path);
  const list =
    typeof content === 'object' && content !== null && 'rules' in content ? content.rules : undefined;
  if (!Array.isArray(list)) throw new CliError(`${path}: it has no list "rules".`, exitCodes.badInput);
  const client = clientOf(flags);
  const headers = { 'content-type': 'application/json' };
  if (flags.replace === true) {
    await client.request({ method: 'PUT', path: rulesPath, headers, body: JSON.stringify({ rules: list }) });
  } else {
    for (const rule of list as readonly unknown[])
      await client.request({ method: 'POST', path: rulesPath, headers, body: JSON.stringify(rule) });
  }
  process.stderr.write(`${plural(list.length, 'rule')} set\n`);
}

/** The time that `--for` or `--until` means, RFC 3339; null for ever. @throws CliError for both at once */
export function untilOf(flags: Pick<MuteFlags, 'for' | 'until'>): string | null {
  if (flags.until !== undefined && flags.for !== undefined)
    throw new CliError('give either --for or --until.', exitCodes.usage);
  if (flags.until !== undefined) return formatRfc3339(parseTime(flags.until));
  return flags.for === undefined ? null : formatRfc3339(toEpochNanos(Date.now() + flags.for * 1000));
}

/** Seconds of `7d`. @throws CliError */
export function parseDuration(text: string): number {
  const match = /^(\d{1,5})([mhdw])$/.exec(text);
  const seconds = Number(match?.[1] ?? 0) * (secondsByUnit[match?.[2] ?? ''] ?? 0);
  if (seconds > 0) return seconds;
  throw new CliError(`--for takes a duration such as 30m, 12h, 7d or 2w, not "${text}".`, exitCodes.usage);
}

function parseWildcard(text: string): number {
  const wildcard = Number(text);
  if (Number.isInteger(wildcard) && wildcard >= 1) return wildcard;
  throw new CliError(`--at takes the number of a <*>, from 1, not "${text}".`, exitCodes.usage);
}

function parseWords(text: string): readonly string[] {
  return text.split(',').filter((word) => word !== '');
}
