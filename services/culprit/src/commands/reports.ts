import type { Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import { addServerOptions, clientOf, type ServerFlags } from '../http/server-option.js';
import { reportToMarkdown } from '@culprit/correlation';
import { toReportView, type ReportView } from '../output/report-view.js';
import { formatReportLine, formatReportText } from '../output/text-report.js';

type Output = 'text' | 'json' | 'md';

interface ReportsFlags extends ServerFlags {
  readonly output: Output;
  readonly from?: string;
  readonly to?: string;
  readonly logType?: string;
  readonly significance?: string;
  readonly limit: number;
}

/** Adds `culprit reports`: the list, or one report. */
export function addReportsCommand(program: Command): void {
  const command = program
    .command('reports')
    .description('list the root cause reports of a running Culprit, or show one')
    .argument('[id]', 'incident id: shows this report')
    .option('-o, --output <format>', 'text, json or md', parseOutput, 'text')
    .option('--from <time>', 'RFC 3339, epoch, or now-2h')
    .option('--to <time>', 'RFC 3339, epoch, or now')
    .option('--log-type <name>', 'only reports with events of this log type')
    .option('--significance <level>', 'low, medium or high')
    .option('--limit <n>', 'most reports to list', parseLimit, 20);
  addServerOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  culprit reports
  culprit reports --from now-1d --significance high -o json
  culprit reports 3f9a0c6d2b1e4f57 -o md`,
    )
    .action((id: string | undefined, flags: ReportsFlags) =>
      id === undefined ? listReports(flags) : showReport(id, flags),
    );
}

async function showReport(id: string, flags: ReportsFlags): Promise<void> {
  const answer = await clientOf(flags).request({ path: `/api/v1/incidents/${encodeURIComponent(id)}` });
  const report = toReportView(answer);
  if (report === undefined) throw new CliError(`the answer for ${id} is not a report.`, exitCodes.failure);
  process.stdout.write(`${render(report, flags.output)}\n`);
}

async function listReports(flags: ReportsFlags): Promise<void> {
  const query = new URLSearchParams({ pageSize: String(flags.limit) });
  for (const key of ['from', 'to', 'logType', 'significance'] as const) {
    const value = flags[key];
    if (value !== undefined) query.set(key, value);
  }
  const answer = await clientOf(flags).request({ path: `/api/v1/incidents?${query.toString()}` });
  if (flags.output === 'json') {
    process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
    return;
  }
  const reports = incidentsOf(answer);
  if (reports.length === 0) process.stderr.write('No report yet.\n');
  for (const report of reports) {
    process.stdout.write(`${flags.output === 'md' ? reportToMarkdown(report) : formatReportLine(report)}\n`);
  }
}

/** The reports inside an answer of `GET /api/v1/incidents`. */
export function incidentsOf(answer: unknown): ReportView[] {
  if (typeof answer !== 'object' || answer === null || !('incidents' in answer)) return [];
  const { incidents } = answer;
  if (!Array.isArray(incidents)) return [];
  return incidents
    .map((incident: unknown) => toReportView(incident))
    .filter((report) => report !== undefined);
}

function render(report: ReportView, output: Output): string {
  if (output === 'json') return JSON.stringify(report, undefined, 2);
  return output === 'md' ? reportToMarkdown(report) : formatReportText(report);
}

function parseOutput(text: string): Output {
  if (text === 'text' || text === 'json' || text === 'md') return text;
  throw new CliError(`--output takes text, json or md, not "${text}".`, exitCodes.usage);
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new CliError(`--limit takes a whole number from 1 to 1000, not "${text}".`, exitCodes.usage);
}
