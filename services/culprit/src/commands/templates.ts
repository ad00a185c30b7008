import type { EnvironmentName, LogTypeName } from '@culprit/kernel';
import type { TemplateDetailJson, TemplateListJson } from '@culprit/service-query/module';
import type { TemplateSort } from '@culprit/store';
import type { Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import { addServerOptions, clientOf, type ServerFlags } from '../http/server-option.js';
import { analyzeFiles } from '../input/analyze-files.js';
import { findLogFiles } from '../input/log-files.js';
import { readRulesFile } from '../input/rules-file.js';
import { createProgress } from '../output/progress.js';
import { formatTemplateDetail, formatTemplates, type TemplateListView } from '../output/template-view.js';
import { formatCount, plural } from '../output/terminal.js';
import { requireRecords } from './require-records.js';
import { addRuleCommands } from './template-rules.js';

type Output = 'text' | 'json';

interface TemplatesFlags extends ServerFlags {
  readonly output: Output;
  readonly search?: string;
  readonly logType?: string;
  readonly environment?: string;
  readonly sort: TemplateSort;
  readonly limit: number;
  readonly pageToken?: string;
  readonly examples?: number;
  readonly templateRules?: string;
}

interface ShowFlags extends ServerFlags {
  readonly output: Output;
  readonly logType?: string;
  readonly examples: number;
}

const maxExamples = 20;
const maxLimit = 1_000;
const sortByOrder: Readonly<Record<string, TemplateSort>> = {
  count: 'count',
  'first-seen': 'firstSeen',
  'last-seen': 'lastSeen',
  severity: 'severity',
};

/** Adds `culprit templates`: what was learned, in files or on a running Culprit, and what people decided about it. */
export function addTemplatesCommand(program: Command): void {
  const command = program
    .command('templates')
    .description(
      'list and search the event types of log files or of a running Culprit, and decide about them',
    )
    .enablePositionalOptions()
    .argument('[path...]', 'log files or directories; without any, a running Culprit is asked')
    .option('-o, --output <format>', 'text or json', parseOutput, 'text')
    .option('--log-type <name>', 'only those of this log type')
    .option('--environment <name>', 'only those of this environment')
    .option('--search <words>', 'only those whose text or name has all of these words, in either case')
    .option('--sort <order>', 'count, first-seen, last-seen or severity', parseOrder, 'count')
    .option('--limit <n>', 'most event types to list', parseCount('--limit', 1, maxLimit), 50)
    .option('--page-token <token>', 'go on where the list that gave this token ended')
    .option(
      '--examples <n>',
      'whole records to show of each (default: 1 of files, none of a server)',
      parseCount('--examples', 0, maxExamples),
    )
    .option('--template-rules <file>', 'what you decided about event types (files only)');
  addServerOptions(command)
    .addHelpText('after', help)
    .action(async (paths: readonly string[], flags: TemplatesFlags) => {
      print(paths.length > 0 ? await listOfFiles(paths, flags) : await listOfServer(flags), flags.output);
    });
  addShowCommand(command);
  addRuleCommands(command);
}

const help = `
Every record has exactly one event type: the counts of all of them add up to the records that were read.

Rules change event types without a pattern to write; the texts are those that this command prints. The commands set
them on a running Culprit, one at a time; a file holds many, for files and for a running Culprit:
  {"rules": [
    {"kind": "rename", "template": "took <*>", "name": "slow query"},
    {"kind": "merge", "templates": ["cache hit <*>", "cache miss <*>"]},
    {"kind": "split", "template": "state is <*>", "wildcard": 1, "words": ["failed"]},
    {"kind": "pin", "template": "job <*> done"},
    {"kind": "mute", "template": "retrying <*>", "reason": "known", "until": "2026-12-01T00:00:00Z"}
  ]}
"logType" and "environment" narrow a rule down. "culprit analyze --template-rules" takes the same file.

Examples:
  culprit templates /var/log/app --sort severity
  culprit templates app.log --search "connection refused" --examples 5
  culprit templates show 3f9a0c6d2b1e4f57
  culprit templates mute 3f9a0c6d2b1e4f57 --for 7d --reason "known, fixed in 2.4"
  culprit templates rules --export rules.json`;

function addShowCommand(parent: Command): void {
  const command = parent
    .command('show')
    .description('one event type of a running Culprit: numbers, values at its wildcards, examples')
    .argument('<id>', 'id of the event type')
    .option('-o, --output <format>', 'text or json', parseOutput, 'text')
    .option('--log-type <name>', 'log type, where several have the id')
    .option('--examples <n>', 'whole records to show', parseCount('--examples', 0, 100), 5);
  addServerOptions(command).action(async (id: string, flags: ShowFlags) => {
    const answer = await readDetail(id, flags);
    process.stdout.write(`${flags.output === 'json' ? toJson(answer) : formatTemplateDetail(answer)}\n`);
  });
}

async function readDetail(id: string, flags: Omit<ShowFlags, 'output'>): Promise<TemplateDetailJson> {
  const query = new URLSearchParams({ examples: String(flags.examples) });
  if (flags.logType !== undefined) query.set('logType', flags.logType);
  const path = `/api/v1/templates/${encodeURIComponent(id)}?${query.toString()}`;
  return (await clientOf(flags).request({ path })) as TemplateDetailJson;
}

async function listOfServer(flags: TemplatesFlags): Promise<TemplateListView> {
  const { examples = 0, search: q, environment, logType, pageToken } = flags;
  if (flags.templateRules !== undefined)
    throw new CliError(
      '--template-rules needs log files; a running Culprit takes them with "culprit templates rules --import FILE".',
      exitCodes.usage,
    );
  const query = new URLSearchParams({ pageSize: String(flags.limit), sort: flags.sort });
  for (const [key, value] of Object.entries({ q, environment, logType, pageToken }))
    if (value !== undefined) query.set(key, value);
  const list = (await clientOf(flags).request({
    path: `/api/v1/templates?${query.toString()}`,
  })) as TemplateListJson;
  if (examples === 0) return list;
  const templates = [];
  for (const template of list.templates) {
    const { templateId, logType: place } = template;
    const detail = await readDetail(templateId, { ...flags, examples, logType: place });
    templates.push({ ...template, examples: detail.examples.map(({ body }) => body) });
  }
  return { ...list, templates };
}

async function listOfFiles(paths: readonly string[], flags: TemplatesFlags): Promise<TemplateListView> {
  const rules = flags.templateRules === undefined ? [] : await readRulesFile(flags.templateRules);
  const files = findLogFiles(paths);
  const finished = await analyzeFiles(files, {
    environment: flags.environment ?? 'default',
    keptExamples: flags.examples ?? 1,
    templateRules: rules,
    progress: createProgress(
      'templates',
      files.reduce((sum, file) => sum + file.sizeBytes, 0),
    ),
  });
  requireRecords(finished, paths);
  // What a server answers from its store is answered here from what was just read.
  const [{ pageOfTemplates }, { templateListJson }] = await Promise.all([
    import('@culprit/store'),
    import('@culprit/service-query/module'),
  ]);
  const all = finished.analysis.templates().filter(({ count }) => count > 0);
  const { search: text, sort, limit: pageSize, pageToken } = flags;
  const page = pageOfTemplates(all, {
    text,
    sort,
    pageSize,
    pageToken,
    logType: flags.logType as LogTypeName | undefined,
    environment: flags.environment as EnvironmentName | undefined,
  });
  const list = templateListJson(page);
  const templates = list.templates.map((json, i) => ({
    ...json,
    examples: page.templates[i]?.examples ?? [],
  }));
  return { ...list, templates };
}

function print(list: TemplateListView, output: Output): void {
  if (output === 'json') {
    process.stdout.write(`${toJson(list)}\n`);
    return;
  }
  process.stdout.write(formatTemplates(list.templates));
  const { total, ofAll } = list;
  const shown = list.templates.length < total ? `${list.templates.length} of ` : '';
  process.stderr.write(
    `${shown}${plural(total, 'event type')}; all ${formatCount(ofAll.templates)} have ${plural(ofAll.records, 'record')} of ${plural(ofAll.lines, 'line')}\n`,
  );
  if (list.nextPageToken !== null) process.stderr.write(`more: --page-token ${list.nextPageToken}\n`);
}

/** JSON as every command prints it. */
function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

function parseOutput(text: string): Output {
  if (text === 'text' || text === 'json') return text;
  throw new CliError(`--output takes text or json, not "${text}".`, exitCodes.usage);
}

function parseOrder(text: string): TemplateSort {
  const sort = sortByOrder[text];
  if (sort !== undefined) return sort;
  throw new CliError(`--sort takes ${Object.keys(sortByOrder).join(', ')}, not "${text}".`, exitCodes.usage);
}

function parseCount(option: string, lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (text.trim() !== '' && Number.isInteger(count) && count >= lowest && count <= highest) return count;
    throw new CliError(
      `${option} takes a whole number from ${lowest} to ${highest}, not "${text}".`,
      exitCodes.usage,
    );
  };
}
