import { decodeUtf8 } from '@culprit/kernel';
import { type ColumnReader, columnKind, maxColumns } from './header-columns.js';
import { DAY } from './timestamp.js';

/** The begin of one line that a layout is learned from. */
export interface SampleRow {
  readonly bytes: Uint8Array;
  /** Where the columns begin. */
  readonly from: number;
  readonly columns: readonly SampleColumn[];
}

interface SampleColumn {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
  /** Where the next column begins. */
  readonly next: number;
  readonly text: string;
  readonly severity: number;
  readonly millis: number;
  readonly timeKind: number;
}

/** What the values of one column have in common over all sample lines. */
export interface ColumnSummary {
  readonly kind: number;
  readonly distinct: number;
  /** The value of nearly all lines, where there is one. */
  readonly usual: string | undefined;
  readonly timeKind: number;
  /** Most values are one lower-case word: they may as well begin a sentence. */
  readonly isWordy: boolean;
  /** All values are numbers that may be the status of a request (RFC 9110: 100 to 599). */
  readonly isStatus: boolean;
}

/** The part of the lines that has to agree; layouts of fewer are chance. */
const agreement = 0.9;
/** A header of one stream does not span years: larger steps are those of other numbers. */
const longestSampleMillis = 4000 * DAY;

/** True when `count` of `total` lines are as good as all. */
export function isNearlyAll(count: number, total: number): boolean {
  return count >= agreement * total;
}

/** Columns of a line from `from` on. */
export function readRow(reader: ColumnReader, bytes: Uint8Array, from: number, separator: number): SampleRow {
  reader.read(bytes, from, bytes.length, separator, maxColumns);
  const columns = Array.from({ length: reader.count }, (_, i) => {
    const start = reader.start[i] ?? 0;
    const end = reader.end[i] ?? 0;
    return {
      kind: reader.kind[i] ?? columnKind.none,
      start,
      end,
      next: reader.next[i] ?? 0,
      text: decodeUtf8(bytes.subarray(start, end)),
      severity: reader.severity[i] ?? 0,
      millis: reader.millis[i] ?? 0,
      timeKind: reader.timeKind[i] ?? 0,
    };
  });
  return { bytes, from, columns };
}

/** What column `index` is; undefined where the lines do not agree or the message has begun. */
export function summarize(rows: readonly SampleRow[], index: number): ColumnSummary | undefined {
  const cells = rows.flatMap((row) => {
    const cell = row.columns[index];
    return cell !== undefined && cell.next < row.bytes.length ? [cell] : [];
  });
  if (!isNearlyAll(cells.length, rows.length)) return undefined;
  const kind = commonKind(rows, cells);
  if (kind === columnKind.none) return undefined;
  const values = new Map<string, number>();
  for (const { text } of cells) values.set(text, (values.get(text) ?? 0) + 1);
  const [usual] = [...values].find(([, count]) => isNearlyAll(count, cells.length)) ?? [];
  // Numbers in brackets behind a name are its instance: `hostd[2098]`.
  const names = new Set([...values.keys()].map((text) => text.replace(/\[\d+\]:?$/, '')));
  return {
    kind,
    distinct: names.size,
    usual,
    timeKind: Math.max(...cells.map((cell) => cell.timeKind)),
    isWordy: cells.filter((cell) => isWord(cell.text)).length * 2 > cells.length,
    isStatus: cells.every((cell) => /^[1-5]\d\d$/.test(cell.text)),
  };
}

function commonKind(rows: readonly SampleRow[], cells: readonly SampleColumn[]): number {
  const count = (...kinds: readonly number[]): number =>
    cells.filter((cell) => kinds.includes(cell.kind)).length;
  const isCommon = (...kinds: readonly number[]): boolean => isNearlyAll(count(...kinds), rows.length);
  if (isCommon(columnKind.time)) return isTimeOfLines(cells) ? columnKind.time : columnKind.number;
  if (isCommon(columnKind.date)) return isDateOfLines(cells) ? columnKind.date : columnKind.number;
  if (isCommon(columnKind.level)) return isLevelOfLines(cells) ? columnKind.level : columnKind.name;
  if (isCommon(columnKind.letter))
    return cells.every((cell) => cell.severity > 0) ? columnKind.letter : columnKind.name;
  if (isCommon(columnKind.bracket)) return columnKind.bracket;
  if (isCommon(columnKind.mark)) return columnKind.mark;
  if (isCommon(columnKind.label)) return columnKind.label;
  if (isCommon(columnKind.number, columnKind.time, columnKind.date)) return columnKind.number;
  const { letter, level, label, name, number, mark } = columnKind;
  return isCommon(name, label, letter, level, number, mark) ? columnKind.name : columnKind.none;
}

/** A bare count is a time if it goes with time: forward, and no further than a log reaches. */
function isTimeOfLines(cells: readonly SampleColumn[]): boolean {
  const times = cells.filter((cell) => cell.kind === columnKind.time);
  const isCount = times.every((cell) => /^\W*(?!\d{14}\b)\d{9}/.test(cell.text));
  if (!isCount) return true;
  const millis = times.map((cell) => cell.millis);
  if (Math.max(...millis) - Math.min(...millis) > longestSampleMillis) return false;
  const forward = millis.filter((value, i) => i === 0 || value >= (millis[i - 1] ?? 0)).length;
  return forward >= 0.5 * millis.length;
}

/** Eight digits may be any number; as dates they are days of one log. */
function isDateOfLines(cells: readonly SampleColumn[]): boolean {
  const millis = cells.filter((cell) => cell.kind === columnKind.date).map((cell) => cell.millis);
  return Math.max(...millis) - Math.min(...millis) <= longestSampleMillis;
}

/** Written as a level, or of several kinds; one lower-case word for trouble in every line may be a sentence. */
function isLevelOfLines(cells: readonly SampleColumn[]): boolean {
  const levels = cells.filter((cell) => cell.kind === columnKind.level);
  const isWritten = levels.every(({ text }) => !isWord(text));
  return isWritten || new Set(levels.map((cell) => cell.severity)).size > 1;
}

/** Lower-case letters, perhaps with the colon of a label. */
function isWord(text: string): boolean {
  return /^\p{Ll}+:?$/u.test(text);
}
