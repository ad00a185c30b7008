import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { repositoryRoot } from './analysis.js';

/** A line of the real data sets. */
export interface LabelledLine {
  readonly ts: string;
  readonly service: string;
  readonly pod: string;
  readonly message: string;
}

/** The directory of real logs with labels, or a sentence that says what to set. */
export function findRealData(name: string): { readonly path: string } | { readonly missing: string } {
  const shared = resolve(repositoryRoot, process.env['CULPRIT_SHARED_DIR'] ?? '../shared');
  const path = join(shared, 'data', name);
  if (existsSync(path)) return { path };
  return {
    missing: `no real logs at ${join('data', name)}: set CULPRIT_SHARED_DIR to the directory that holds data/`,
  };
}

/** Reads a gzip file of NDJSON lines. */
export function readLines(path: string): readonly LabelledLine[] {
  const lines: LabelledLine[] = [];
  for (const text of gunzipSync(readFileSync(path)).toString('utf8').split('\n')) {
    if (text === '') continue;
    const value: unknown = JSON.parse(text);
    if (isLabelledLine(value)) lines.push(value);
  }
  return lines;
}

function isLabelledLine(value: unknown): value is LabelledLine {
  return (
    typeof value === 'object' && value !== null && 'ts' in value && 'message' in value && 'service' in value
  );
}

const ERROR_WORDS = /\b(?:ERROR|CRITICAL|FATAL|PANIC|Traceback|\w*(?:Error|Exception))\b/;
const BASELINE_EVENTS = 15;

/**
 * The baseline everybody has: search for error words, read the first hits in order of time. It is told when the fault
 * began, which Culprit is not. Lines of one source in one second count as one event, as a stack trace is one.
 */
export function keywordBaseline(
  lines: readonly LabelledLine[],
  from: number,
  to: number,
): readonly LabelledLine[] {
  const events = new Set<string>();
  const hits: LabelledLine[] = [];
  for (const line of lines) {
    const time = Date.parse(line.ts);
    if (time < from || time > to || !ERROR_WORDS.test(line.message)) continue;
    const event = `${line.service} ${line.pod} ${line.ts.slice(0, 19)}`;
    if (!events.has(event) && events.size === BASELINE_EVENTS) continue;
    events.add(event);
    hits.push(line);
  }
  return hits;
}
