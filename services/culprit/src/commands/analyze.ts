import { writeFileSync } from 'node:fs';
import { reportToMarkdown, type RootCauseReport } from '@culprit/correlation';
import { formatRfc3339, toDisplayText, toEpochNanos, type EpochNanos } from '@culprit/kernel';
import type { Command } from 'commander';
import { CliError, exitCodes, outputError } from '../cli-error.js';
import { analyzeFiles, type FinishedAnalysis } from '../input/analyze-files.js';
import { findLogFiles } from '../input/log-files.js';
import { readRulesFile } from '../input/rules-file.js';
import { parseTime } from '../input/time-argument.js';
import { formatAnalysisJson } from '../output/json-report.js';
import { createProgress } from '../output/progress.js';
import { viewOf } from '../output/report-view.js';
import { formatBytes, formatCount, formatDuration, paint, plural } from '../output/terminal.js';
import { formatReportText } from '../output/text-report.js';
import { parseReportFormat, type ReportFormat } from './report-format.js';
import { requireTimes } from './require-records.js';

interface AnalyzeFlags {
  readonly report: ReportFormat;
  readonly out?: string;
  readonly since?: EpochNanos;
  readonly until?: EpochNanos;
  readonly environment: string;
  readonly logType?: string;
  readonly falseReportsPerDay?: number;
  readonly templateRules?: string;
  readonly redact: boolean;
}

/** Adds `culprit analyze`: the whole pipeline on files, in event time, without a server or a data directory. */
export function addAnalyzeCommand(program: Command): void {
  program
    .command('analyze')
    .description('find incidents in log files and write a root cause report for each')
    .argument('<path...>', 'log files or directories, plain or gzip; "-" is standard input')
    .option('--report <format>', 'text, json or md', parseReportFormat, 'text')
    .option('--out <file>', 'write the report to a file instead of standard output')
    .option(
      '--since <time>',
      'only reports that end at or after this time; earlier lines are still learned from',
      parseTime,
    )
    .option('--until <time>', 'only reports that start before this time', parseTime)
    .option('--environment <name>', 'boundary inside which lines are correlated', 'default')
    .option('--log-type <name>', 'log type of all lines (default: from the lines or the file name)')
    .option(
      '--false-reports-per-day <number>',
      'how many false reports a day are acceptable (default 0.5)',
      parseRate,
    )
    .option('--no-redact', 'leave passwords, tokens, keys and card numbers in the report as they are')
    .option('--template-rules <file>', 'what you decided about event types; see "culprit templates --help"')
    .addHelpText(
      'after',
      `
Formats are found by looking: plain text, kubectl logs, CRI, Docker JSON, NDJSON of any collector, syslog, gzip.
Several files are several log types, merged in order of event time.

Examples:
  culprit analyze app.log
  culprit analyze /var/log/pods --report md --out incident.md
  kubectl logs deploy/orders --since=3h --timestamps | culprit analyze - --log-type orders
  culprit analyze export.ndjson.gz --report json | jq '.reports[0].coreEvents'

Exit codes: 0 done (with or without reports), 2 wrong usage, 3 bad input, 1 anything else.`,
    )
    .action(analyze);
}

async function analyze(paths: readonly string[], flags: AnalyzeFlags): Promise<void> {
  const startedAt = performance.now();
  const templateRules = flags.templateRules === undefined ? [] : await readRulesFile(flags.templateRules);
  const files = findLogFiles(paths);
  const totalBytes = files.some((file) => file.path === '-')
    ? 0
    : files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const finished = await analyzeFiles(files, {
    environment: flags.environment,
    templateRules,
    keepsSecrets: !flags.redact,
    progress: createProgress('analyze', totalBytes),
    ...(flags.logType === undefined ? {} : { logType: flags.logType }),
    ...(flags.falseReportsPerDay === undefined
      ? {}
      : { correlation: { falseReportsPerDay: flags.falseReportsPerDay } }),
  });
  requireTimes(finished, paths);
  const reports = finished.analysis.reports().filter((report) => isWanted(report, flags));
  reportInput(finished, (performance.now() - startedAt) / 1000);
  write(render(finished, reports, flags.report), flags.out);
}

function render(
  finished: FinishedAnalysis,
  reports: readonly RootCauseReport[],
  format: ReportFormat,
): string {
  if (format === 'json') return formatAnalysisJson(finished, reports);
  if (reports.length === 0) {
    const { startMillis, endMillis } = finished.analysis.summary();
    const minutes = ((endMillis ?? 0) - (startMillis ?? 0)) / 60_000;
    const tooShort =
      minutes < 15
        ? ` Only ${minutes.toFixed(0)} minutes of history: what is normal takes longer to learn.`
        : '';
    return `No incident found.${tooShort}\nTo look at a time you know of: culprit scan --at TIME <path…>\n`;
  }
  const formatOne = format === 'md' ? reportToMarkdown : formatReportText;
  return `${reports.map((report) => formatOne(viewOf(report))).join('\n')}\n`;
}

/** Says on standard error what was read, and every repair and rejection with its count. */
function reportInput({ analysis, input }: FinishedAnalysis, seconds: number): void {
  const summary = analysis.summary();
  const span =
    summary.startMillis === undefined || summary.endMillis === undefined
      ? ''
      : `, ${formatRfc3339(toEpochNanos(summary.startMillis)).slice(0, 19)}Z to ${formatRfc3339(toEpochNanos(summary.endMillis)).slice(0, 19)}Z`;
  process.stderr.write(
    paint.dim(
      `${plural(input.lines, 'line')} (${formatBytes(input.bytes)}), ${plural(summary.logTypes, 'log type')}, ${plural(summary.templates, 'event type')}${span}; ${formatDuration(seconds)}, ${formatCount(input.lines / Math.max(seconds, 0.001))} lines/s\n`,
    ),
  );
  const notices = [...input.rejected].map(
    ([reason, count]) => `${plural(count, 'line')} left out (${reason})`,
  );
  for (const [reason, count] of [...input.repaired, ...analysis.notices()]) {
    if (count > 0) notices.push(`${formatCount(count)} × ${toDisplayText(reason)}`);
  }
  const secrets = [...input.redacted].map(([kind, count]) => `${formatCount(count)} ${kind}`);
  if (secrets.length > 0)
    process.stderr.write(paint.dim(`secrets replaced by pseudonyms: ${secrets.join(', ')}\n`));
  if (notices.length > 0) process.stderr.write(paint.dim(`repaired or limited: ${notices.join(', ')}\n`));
}

function isWanted(report: RootCauseReport, flags: AnalyzeFlags): boolean {
  if (flags.since !== undefined && report.end < flags.since) return false;
  return flags.until === undefined || report.start < flags.until;
}

function write(text: string, path: string | undefined): void {
  if (path === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw outputError(path, error);
  }
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (!(rate > 0 && rate <= 100)) {
    throw new CliError(
      `--false-reports-per-day takes a number above 0 and up to 100, not "${text}".`,
      exitCodes.usage,
    );
  }
  return rate;
}
