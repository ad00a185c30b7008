import { formatRfc3339, type EpochNanos } from '@culprit/kernel';
import type { CatalogTemplate } from '@culprit/pipeline';
import { marksOfTemplate, planOf, severityWord, type RuleChange } from '@culprit/scoring';
import type { Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import { addServerOptions, clientOf, type ServerFlags } from '../http/server-option.js';
import { analyzeFiles } from '../input/analyze-files.js';
import { findLogFiles } from '../input/log-files.js';
import { readTemplateRules } from '../input/template-rules.js';
import { createProgress } from '../output/progress.js';
import { formatTemplates, type TemplateView } from '../output/template-list.js';
import { plural } from '../output/terminal.js';
import { requireRecords } from './require-records.js';

type Order = 'count' | 'first-seen' | 'last-seen' | 'severity';

interface TemplatesFlags extends ServerFlags {
  readonly output: 'text' | 'json';
  readonly logType?: string;
  readonly search?: string;
  readonly sort: Order;
  readonly limit: number;
  readonly examples: number;
  readonly templateRules?: string;
}

const maxExamples = 20;
const maxLimit = 1_000;

/** Adds `culprit templates`: the event types that were learned, with exact counts. */
export function addTemplatesCommand(program: Command): void {
  const command = program
    .command('templates')
    .description('list and search the event types of log files, or of a running Culprit')
    .argument('[path...]', 'log files or directories; without any, a running Culprit is asked')
    .option('-o, --output <format>', 'text or json', parseOutput, 'text')
    .option('--log-type <name>', 'only those of this log type')
    .option('--search <words>', 'only those whose text has all of these words, in either case')
    .option('--sort <order>', 'count, first-seen, last-seen or severity', parseOrder, 'count')
    .option('--limit <n>', 'most event types to list', (text) => parseCount('--limit', text, maxLimit), 50)
    .option(
      '--examples <n>',
      'whole records to show of each (files only)',
      (text) => parseCount('--examples', text, maxExamples),
      1,
    )
    .option('--template-rules <file>', 'what you decided about event types (files only)');
  addServerOptions(command)
    .addHelpText(
      'after',
      `
Every record has exactly one event type: the counts of all of them add up to the records that were read.

A file of rules changes event types without a pattern to write; the texts are those that this command prints:
  {"rules": [
    {"kind": "rename", "template": "took <*> ms", "name": "slow query"},
    {"kind": "merge", "templates": ["cache hit <*>", "cache miss <*>"]},
    {"kind": "split", "template": "state is <*>", "wildcard": 1, "words": ["failed"]},
    {"kind": "pin", "template": "job <*> done"},
    {"kind": "mute", "template": "retrying <*>", "reason": "known, see the wiki", "until": "2026-12-01"}
  ]}
"logType" and "environment" narrow a rule down. "culprit analyze --template-rules" takes the same file.

Examples:
  culprit templates /var/log/app --sort severity
  culprit templates app.log --search "connection refused" --examples 5
  culprit templates --log-type orders -o json`,
    )
    .action(async (paths: readonly string[], flags: TemplatesFlags) => {
      await (paths.length > 0 ? listOfFiles(paths, flags) : listOfServer(flags));
    });
}

async function listOfFiles(paths: readonly string[], flags: TemplatesFlags): Promise<void> {
  const rules = flags.templateRules === undefined ? [] : readTemplateRules(flags.templateRules);
  const files = findLogFiles(paths);
  const finished = await analyzeFiles(files, {
    environment: 'default',
    keptExamples: flags.examples,
    templateRules: rules,
    progress: createProgress(
      'templates',
      files.reduce((sum, file) => sum + file.sizeBytes, 0),
    ),
  });
  requireRecords(finished, paths);
  const all = finished.analysis.templates().filter(({ count }) => count > 0);
  const wanted = all.filter((template) => isWanted(template, flags)).toSorted(orders[flags.sort]);
  const records = all.reduce((sum, { count }) => sum + count, 0);
  const lines = all.reduce((sum, { lineCount }) => sum + lineCount, 0);
  const templates = wanted.slice(0, flags.limit).map((template) => viewOf(template, rules));
  if (flags.output === 'json') {
    const totals = { total: wanted.length, ofAll: { templates: all.length, records, lines } };
    process.stdout.write(`${JSON.stringify({ templates, ...totals }, undefined, 2)}\n`);
    return;
  }
  process.stdout.write(formatTemplates(templates));
  const shown = templates.length < wanted.length ? `the first ${templates.length} of ` : '';
  process.stderr.write(
    `${shown}${plural(wanted.length, 'event type')}; all ${all.length} have ${plural(records, 'record')} of ${plural(lines, 'line')}\n`,
  );
}

async function listOfServer(flags: TemplatesFlags): Promise<void> {
  if (flags.templateRules !== undefined)
    throw new CliError(
      '--template-rules needs log files: a running Culprit takes no rules yet.',
      exitCodes.usage,
    );
  const query = new URLSearchParams({ pageSize: String(Math.min(flags.limit, maxLimit)) });
  if (flags.logType !== undefined) query.set('logType', flags.logType);
  if (flags.search !== undefined) query.set('q', flags.search);
  const answer = await clientOf(flags).request({ path: `/api/v1/templates?${query.toString()}` });
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
    return;
  }
  const { templates, total } = answer as { templates: TemplateView[]; total: number };
  process.stdout.write(formatTemplates(templates));
  process.stderr.write(`${templates.length} of ${plural(total, 'event type')}, most frequent first\n`);
}

function viewOf(template: CatalogTemplate, rules: readonly RuleChange[]): TemplateView {
  const held = rules.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  const { name, mute } = marksOfTemplate(planOf(held, template), template.templateId, template.text);
  return {
    templateId: template.templateId,
    environment: template.environment,
    logType: template.logType,
    text: template.text,
    count: template.count,
    lineCount: template.lineCount,
    maxSeverity: severityWord(template.maxSeverity),
    firstSeen: timeText(template.firstSeen),
    lastSeen: timeText(template.lastSeen),
    aliases: template.aliases,
    examples: template.examples,
    ...(name === undefined ? {} : { name }),
    ...(mute === undefined ? {} : { mutedBecause: mute.reason }),
  };
}

function timeText(time: EpochNanos | undefined): string | null {
  return time === undefined ? null : formatRfc3339(time);
}

function isWanted(template: CatalogTemplate, { logType, search }: TemplatesFlags): boolean {
  if (logType !== undefined && template.logType !== logType) return false;
  const text = template.text.toLowerCase();
  return (search ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

type Compare = (a: CatalogTemplate, b: CatalogTemplate) => number;
const byCount: Compare = (a, b) =>
  b.count - a.count || compare(a.logType, b.logType) || compare(a.templateId, b.templateId);
const orders: Readonly<Record<Order, Compare>> = {
  count: byCount,
  'first-seen': (a, b) => compare(b.firstSeen ?? 0n, a.firstSeen ?? 0n) || byCount(a, b),
  'last-seen': (a, b) => compare(b.lastSeen ?? 0n, a.lastSeen ?? 0n) || byCount(a, b),
  severity: (a, b) => b.maxSeverity - a.maxSeverity || byCount(a, b),
};

function compare(a: bigint | string, b: bigint | string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function parseOutput(text: string): TemplatesFlags['output'] {
  if (text === 'text' || text === 'json') return text;
  throw new CliError(`--output takes text or json, not "${text}".`, exitCodes.usage);
}

function parseOrder(text: string): Order {
  if (text === 'count' || text === 'first-seen' || text === 'last-seen' || text === 'severity') return text;
  throw new CliError(
    `--sort takes count, first-seen, last-seen or severity, not "${text}".`,
    exitCodes.usage,
  );
}

function parseCount(option: string, text: string, most: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0 && count <= most && text.trim() !== '') return count;
  throw new CliError(`${option} takes a whole number from 0 to ${most}, not "${text}".`, exitCodes.usage);
}
