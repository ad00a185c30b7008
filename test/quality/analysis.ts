import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The parts of the published report that are judged; see docs of `analyze --report json`. */
export interface CoreEvent {
  readonly time: string;
  readonly logType: string;
  readonly pod: string;
  readonly body: string;
  readonly role: string;
  readonly surprise: number;
}

export interface Report {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly created: string;
  readonly significance: string;
  readonly title: string;
  readonly logTypes: readonly string[];
  readonly coreEvents: readonly CoreEvent[];
}

export interface AnalysisResult {
  readonly input: { readonly lines: number; readonly logTypes: number; readonly templates: number };
  readonly reports: readonly Report[];
}

export const repositoryRoot = join(import.meta.dirname, '../..');
export const commandLine = join(repositoryRoot, 'services/culprit/bin/culprit.js');

/**
 * Judges Culprit from outside: runs the public command line on a file and reads the JSON it writes.
 *
 * @param path     log file
 * @param jsonPath where the report JSON goes
 */
export async function analyze(path: string, jsonPath: string): Promise<AnalysisResult> {
  const child = spawn(
    process.execPath,
    [commandLine, 'analyze', path, '--report', 'json', '--out', jsonPath],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (code !== 0) throw new Error(`culprit analyze ${path} ended with ${String(code)}: ${complaint.trim()}`);
  const document: unknown = JSON.parse(readFileSync(jsonPath, 'utf8'));
  if (!isAnalysis(document)) throw new Error(`${jsonPath} is not the JSON of an analysis`);
  return document;
}

function isAnalysis(document: unknown): document is AnalysisResult {
  return (
    typeof document === 'object' &&
    document !== null &&
    'input' in document &&
    'reports' in document &&
    Array.isArray(document.reports)
  );
}

/** A stretch of event time in milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** True when the report covers some of the span. */
export function overlaps(report: Report, span: Span): boolean {
  return Date.parse(report.start) <= span.to && Date.parse(report.end) >= span.from;
}

/** Minutes from a moment to the first revision of a report. */
export function minutesUntil(report: Report, moment: number): number {
  return (Date.parse(report.created) - moment) / 60_000;
}

/** Bodies of the core events. */
export function coreBodies(report: Report): readonly string[] {
  return report.coreEvents.map((event) => event.body);
}
