import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { commandLine } from '../analysis.js';
import { readColumns } from './csv.js';

/** What `culprit parse` made of a file. */
export interface ParsedFile {
  /** Final template of every line. */
  readonly templates: readonly string[];
  /** What does not add up; empty when every line is counted exactly once. */
  readonly miscounts: readonly string[];
}

/**
 * Runs the public command line on a file and reads the CSV it writes.
 *
 * @param rawLines  number of lines of the file, counted by somebody else
 * @param csvPath   where the CSV goes
 * @param logFormat header layout; without it the command is given nothing but the file
 */
export async function parseFile(options: {
  readonly path: string;
  readonly rawLines: number;
  readonly csvPath: string;
  readonly logFormat: string | undefined;
}): Promise<ParsedFile> {
  const format = options.logFormat === undefined ? [] : ['--log-format', options.logFormat];
  const { stderr } = await promisify(execFile)(process.execPath, [
    commandLine,
    'parse',
    options.path,
    '--out',
    options.csvPath,
    ...format,
  ]);
  const columns = readColumns(readFileSync(options.csvPath, 'utf8'), ['LineId', 'EventId', 'EventTemplate']);
  return {
    templates: columns.EventTemplate,
    miscounts: findMiscounts(columns, options.rawLines, stderr),
  };
}

/** Counts by template must add up to the raw lines: each line in order and once, each id with one text. */
function findMiscounts(
  rows: {
    readonly LineId: readonly string[];
    readonly EventId: readonly string[];
    readonly EventTemplate: readonly string[];
  },
  rawLines: number,
  summary: string,
): string[] {
  const countById = new Map<string, number>();
  const textById = new Map<string, string>();
  const miscounts: string[] = [];
  rows.EventId.forEach((id, i) => {
    const text = rows.EventTemplate[i] ?? '';
    if (rows.LineId[i] !== String(i + 1)) miscounts.push(`row ${i + 1} is line ${rows.LineId[i]}`);
    if ((textById.get(id) ?? text) !== text) miscounts.push(`${id} has two templates`);
    textById.set(id, text);
    countById.set(id, (countById.get(id) ?? 0) + 1);
  });
  const counted = [...countById.values()].reduce((total, count) => total + count, 0);
  if (counted !== rawLines) miscounts.push(`${counted} lines counted of ${rawLines}`);
  const said = /([\d,]+) lines?, ([\d,]+) event types?/.exec(summary)?.slice(1).map(toNumber);
  if (said?.[0] !== rawLines || said[1] !== countById.size)
    miscounts.push(
      `the command says ${said?.join(' lines, ') ?? 'nothing'}, not ${countById.size} event types`,
    );
  return miscounts;
}

function toNumber(text: string): number {
  return Number(text.replaceAll(',', ''));
}
