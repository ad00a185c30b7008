import { setTimeout as sleep } from 'node:timers/promises';
import { reportToMarkdown, scanAt } from '@culprit/correlation';
import { formatRfc3339, type EnvironmentName, type EpochNanos } from '@culprit/kernel';
import type { Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import { addServerOptions, clientOf, type ServerFlags } from '../http/server-option.js';
import { analyzeFiles } from '../input/analyze-files.js';
import { findLogFiles } from '../input/log-files.js';
import { parseTime } from '../input/time-argument.js';
import { createProgress } from '../output/progress.js';
import { toReportView, viewOf, type ReportView } from '../output/report-view.js';
import { formatReportText } from '../output/text-report.js';
import { parseReportFormat, type ReportFormat } from './report-format.js';
import { requireTimes } from './require-records.js';

interface ScanFlags extends ServerFlags {
  readonly at: EpochNanos;
  readonly environment?: string;
  readonly report: ReportFormat;
}

const pollMs = 250;
const pollLimit = 240;

/** Adds `culprit scan`: looks for a root cause around a time somebody knows of. */
export function addScanCommand(program: Command): void {
  const command = program
    .command('scan')
    .description('look for a root cause around a time you know of')
    .argument('[path...]', 'log files to scan; without any, a running Culprit is asked')
    .requiredOption('--at <time>', 'RFC 3339, epoch, or now-10m', parseTime)
    .option('--environment <name>', 'environment to look in (default: the one with most that is unusual)')
    .option('--report <format>', 'text, json or md', parseReportFormat, 'text');
  addServerOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  culprit scan --at 2026-03-01T09:30:00Z app.log db.log
  culprit scan --at now-20m`,
    )
    .action(async (paths: readonly string[], flags: ScanFlags) => {
      const report = paths.length > 0 ? await scanFiles(paths, flags) : await scanServer(flags);
      if (report === undefined) {
        throw new CliError(`nothing unusual around ${formatRfc3339(flags.at)}.`, exitCodes.badInput);
      }
      process.stdout.write(`${render(report, flags.report)}\n`);
    });
}

async function scanFiles(paths: readonly string[], flags: ScanFlags): Promise<ReportView | undefined> {
  const files = findLogFiles(paths);
  const finished = await analyzeFiles(files, {
    environment: flags.environment ?? 'default',
    keepsAnomalies: true,
    progress: createProgress(
      'scan',
      files.reduce((sum, file) => sum + file.sizeBytes, 0),
    ),
  });
  requireTimes(finished, paths);
  const { analysis } = finished;
  const environment = (flags.environment as EnvironmentName | undefined) ?? analysis.busiestEnvironment();
  if (environment === undefined) return undefined;
  const report = scanAt(analysis.anomalies(), { at: flags.at, environment });
  return report === undefined ? undefined : viewOf(report);
}

async function scanServer(flags: ScanFlags): Promise<ReportView | undefined> {
  const client = clientOf(flags);
  const started = await client.request({
    method: 'POST',
    path: '/api/v1/scans',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ at: formatRfc3339(flags.at), environment: flags.environment }),
  });
  const id = textField(started, 'id');
  for (let attempt = 0; attempt < pollLimit; attempt++) {
    const scan = await client.request({ path: `/api/v1/scans/${encodeURIComponent(id)}` });
    const state = textField(scan, 'state');
    if (state === 'failed')
      throw new CliError(`the scan failed: ${textField(scan, 'detail')}`, exitCodes.failure);
    if (state === 'done') return toReportView(field(scan, 'report'));
    await sleep(pollMs);
  }
  throw new CliError(
    `scan ${id} took longer than a minute; ask for it later at /api/v1/scans/${id}.`,
    exitCodes.failure,
  );
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function textField(value: unknown, key: string): string {
  const text = field(value, key);
  return typeof text === 'string' ? text : '';
}

function render(report: ReportView, format: ReportFormat): string {
  if (format === 'json') return JSON.stringify(report, undefined, 2);
  return format === 'md' ? reportToMarkdown(report) : formatReportText(report);
}
