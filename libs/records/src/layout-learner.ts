import { ColumnReader, columnKind } from './header-columns.js';
import { HeaderReader } from './header.js';
import { LayoutReader, originOf, tailEnd, type HeaderLayout, type LayoutOrigin } from './header-layout.js';
import { skipBlanks, tokenEnd } from './header-tokens.js';
import { isNearlyAll, readRow, summarize, type ColumnSummary, type SampleRow } from './layout-table.js';
import { timeKind } from './timestamp.js';

/** Most lines that a layout is learned from. */
export const layoutSampleLines = 200;
/** Fewest lines that show a layout. */
const fewestSamples = 4;
/** Fewest lines that show one that has no time: a level alone, or names behind a header that is known. */
const fewestTimeless = 12;

/** Bytes that separate columns, and how many of them every line must have. */
const separators: readonly (readonly [number, number])[] = [
  [0x7c, 1],
  [0x09, 1],
  [0x3b, 2],
  [0x7e, 2],
  [0x2c, 3],
];
const separatorReach = 256;
/** Lone marks that may close a header: `-`, `|`, `:`, `>`. */
const phraseMarks = [0x2d, 0x7c, 0x3a, 0x3e];
const maxTentative = 3;

/** What the lines have in common before their columns are looked at. */
interface Lines {
  readonly samples: readonly Uint8Array[];
  readonly starts: readonly number[];
  readonly origin: LayoutOrigin;
  readonly hasTime: boolean;
  readonly hasLevel: boolean;
}

/** The header under construction. */
interface Draft {
  readonly separator: number;
  readonly summaries: readonly ColumnSummary[];
  readonly rows: readonly SampleRow[];
  /** Columns that a line must have. */
  required: number;
  /** Columns of the header, and those behind which it may end. */
  length: number;
  readonly cuts: Set<number>;
}

/**
 * Finds the header that lines of one stream begin with and that the general rules do not know, or know only in part:
 * columns that behave like a time, a level, a number, a name, in the same place in nearly every line.
 *
 * When it is not sure it finds nothing: a header left in the message is worth less than a message cut into.
 *
 * @param samples begins of lines that start records, in order
 * @returns the layout, undefined when there is none. O(bytes), for a bounded number of columns.
 */
export function learnLayout(samples: readonly Uint8Array[]): HeaderLayout | undefined {
  if (samples.length < fewestSamples) return undefined;
  const lines = inspect(samples);
  if (lines === undefined) return undefined;
  for (const separator of [...commonSeparators(lines), 0]) {
    const layout = layoutOf(lines, separator);
    if (layout !== undefined && describesMost(layout, samples)) return layout;
  }
  return undefined;
}

/** Undefined when some lines have a header and some have none: two programs write here. */
function inspect(samples: readonly Uint8Array[]): Lines | undefined {
  const header = new HeaderReader();
  const count = { header: 0, time: 0, level: 0, program: 0 };
  for (const bytes of samples) {
    header.read(bytes, 0, bytes.length);
    if (header.hasHeader) count.header += 1;
    if (header.time.kind !== timeKind.none) count.time += 1;
    if (header.hasLevel && !header.isSoft) count.level += 1;
    if (header.programEnd > 0) count.program += 1;
  }
  const isKnown = isNearlyAll(count.header, samples.length);
  if (!isKnown && !isNearlyAll(samples.length - count.header, samples.length)) return undefined;
  const hasTime = isNearlyAll(count.time, samples.length);
  const hasLevel = isNearlyAll(count.level, samples.length);
  const isBehindTime = hasTime && !hasLevel && count.program === 0;
  const origin = !isKnown ? 'line' : isBehindTime ? 'time' : 'header';
  const kept: { readonly bytes: Uint8Array; readonly from: number }[] = [];
  for (const bytes of samples) {
    header.read(bytes, 0, bytes.length);
    if (header.hasHeader === isKnown) kept.push({ bytes, from: originOf(origin, header, 0) });
  }
  return {
    samples: kept.map(({ bytes }) => bytes),
    starts: kept.map(({ from }) => from),
    origin,
    hasTime: isKnown && hasTime,
    hasLevel: isKnown && hasLevel,
  };
}

function commonSeparators({ samples, starts }: Lines): number[] {
  return separators
    .filter(([byte, least]) => {
      const having = samples.filter((bytes, i) => {
        const head = bytes.subarray(starts[i], (starts[i] ?? 0) + separatorReach);
        return head.reduce((count, each) => count + (each === byte ? 1 : 0), 0) >= least;
      });
      return isNearlyAll(having.length, samples.length);
    })
    .map(([byte]) => byte);
}

function layoutOf(lines: Lines, separator: number): HeaderLayout | undefined {
  const reader = new ColumnReader();
  const rows = lines.samples.map((bytes, i) => readRow(reader, bytes, lines.starts[i] ?? 0, separator));
  const summaries: ColumnSummary[] = [];
  for (let summary = summarize(rows, 0); summary !== undefined; summary = summarize(rows, summaries.length))
    summaries.push(summary);
  const draft: Draft = { separator, summaries, rows, required: 0, length: 0, cuts: new Set() };
  takeStrongColumns(draft, lines);
  const hasTime = lines.hasTime || summaries.slice(0, draft.length).some(isTime);
  if (lines.origin === 'line' && draft.length === 0) return undefined;
  if ((!hasTime || lines.origin !== 'line') && rows.length < fewestTimeless) return undefined;
  if (separator === 0) takeNames(draft);
  else if (!takeCells(draft)) return undefined;
  return finish(draft, lines);
}

function isTime(column: ColumnSummary): boolean {
  return column.kind === columnKind.time || column.kind === columnKind.date;
}

/** Up to the last time or level, if what stands before it can be part of a header. */
function takeStrongColumns(draft: Draft, lines: Lines): void {
  const { summaries } = draft;
  for (let last = summaries.length - 1; last >= 0; last--) {
    const column = summaries[last];
    if (column === undefined || !isStrong(column, lines)) continue;
    if (!canPrecede(summaries.slice(0, last), draft.rows.length)) continue;
    draft.required = last + 1;
    draft.length = last + 1;
    draft.cuts.add(last);
    return;
  }
}

function isStrong(column: ColumnSummary, lines: Lines): boolean {
  // Behind a level the general rules have found the logger too: a time there is part of the text.
  if (lines.hasLevel) return false;
  if (column.kind === columnKind.level || isTime(column)) return true;
  return column.kind === columnKind.letter && (column.distinct > 1 || lines.samples.length >= fewestTimeless);
}

/**
 * One lower-case word may be a host or a user, two behind a number or an identifier its state; more are a sentence. So
 * is a word that keeps changing.
 */
function canPrecede(columns: readonly ColumnSummary[], lineCount: number): boolean {
  const words = columns.filter((column) => column.kind === columnKind.name && column.isWordy);
  const most = columns[0] === undefined || columns[0] === words[0] ? 1 : 2;
  return words.length <= most && words.every((column) => column.distinct * 3 <= lineCount);
}

/** Behind the strong columns of a line that blanks divide: brackets, marks, labels, what stands between them. */
function takeNames(draft: Draft): void {
  const { summaries, rows } = draft;
  let labels = 0;
  for (let i = draft.length; i < summaries.length && i < draft.length + maxTentative; i++) {
    const column = summaries[i];
    if (column === undefined || !isHeaderLike(column, rows.length)) break;
    const isLabel = column.kind === columnKind.label;
    if (isLabel && (labels > 0 || isKeyOfNumber(column, summaries[i + 1]))) break;
    const isClosing = isLabel || column.kind === columnKind.bracket || column.kind === columnKind.mark;
    if (!isClosing && !isSteady(column)) continue;
    if (isLabel) labels += 1;
    draft.length = i + 1;
    draft.cuts.add(i);
  }
  leaveToPhrase(draft);
}

/** Names before a lone mark may be more or fewer in other lines: counting words up to the mark serves them all. */
function leaveToPhrase(draft: Draft): void {
  const last = draft.length - 1;
  // Behind a column that closes by itself there are no such names.
  if (draft.cuts.has(last - 1)) return;
  if (last < draft.required || draft.summaries[last]?.kind !== columnKind.mark) return;
  const isMarked = ({ columns }: SampleRow): boolean => {
    const { text = '' } = columns[last] ?? {};
    return text.length === 1 && phraseMarks.includes(text.charCodeAt(0));
  };
  if (!isNearlyAll(draft.rows.filter(isMarked).length, draft.rows.length)) return;
  draft.cuts.delete(last);
  draft.length = Math.max(draft.required, ...[...draft.cuts].map((cut) => cut + 1));
}

function isHeaderLike(column: ColumnSummary, lineCount: number): boolean {
  switch (column.kind) {
    case columnKind.bracket:
    case columnKind.mark:
    case columnKind.label:
      return true;
    case columnKind.number:
      return !column.isStatus;
    case columnKind.name:
      return !column.isWordy && column.distinct * 2 <= lineCount;
    default:
      return false;
  }
}

/** `status: 200` in every line is text, not the name of a logger. */
function isKeyOfNumber(label: ColumnSummary, next: ColumnSummary | undefined): boolean {
  return label.usual !== undefined && next?.kind === columnKind.number;
}

/** A number that hardly ever changes is a flag or an id of the program, not a value that its text speaks of. */
function isSteady(column: ColumnSummary): boolean {
  return column.kind === columnKind.number && column.usual !== undefined;
}

/** Cells up to the first that holds text; false when it is not clear where the message begins. */
function takeCells(draft: Draft): boolean {
  const { summaries, rows } = draft;
  const cells = summaries.slice(draft.length);
  if (cells.some((cell) => cell.isStatus)) return draft.length > 0;
  const rest = rows.filter((row) => hasBlank(row, summaries.length)).length;
  const isText = rest * 3 >= rows.length;
  for (const cell of cells) {
    if (!isText && cell.distinct * 3 > rows.length) break;
    draft.cuts.add(draft.length);
    draft.length += 1;
  }
  draft.required = draft.length;
  return draft.length > 0;
}

/** True when words stand behind the first `count` cells. */
function hasBlank(row: SampleRow, count: number): boolean {
  const from = count === 0 ? row.from : (row.columns[count - 1]?.next ?? row.bytes.length);
  return row.bytes.subarray(from).includes(0x20);
}

function finish(draft: Draft, lines: Lines): HeaderLayout | undefined {
  const columns = draft.summaries.slice(0, draft.length);
  const clock = lines.hasTime ? -1 : bestTime(columns);
  const layout: HeaderLayout = {
    origin: lines.origin,
    separator: draft.separator,
    kinds: Uint8Array.from(columns, (column) => column.kind),
    cuts: Uint8Array.from(columns, (_, i) => (draft.cuts.has(i) ? 1 : 0)),
    required: draft.required,
    time: clock,
    date: columns[clock]?.timeKind === timeKind.clock ? columns.findIndex(isDate) : -1,
    level: lines.hasLevel ? -1 : levelOf(columns),
    ...(draft.separator === 0 ? tailOf(draft) : { phraseMark: 0, paddedWidth: 0 }),
  };
  const isEmpty = draft.length === 0 && layout.phraseMark === 0 && layout.paddedWidth === 0;
  return isEmpty ? undefined : layout;
}

function isDate(column: ColumnSummary): boolean {
  return column.kind === columnKind.date;
}

/** The time that says most; a date alone where there is no clock. */
function bestTime(columns: readonly ColumnSummary[]): number {
  let best = columns.findIndex((column) => column.kind === columnKind.time);
  for (const [i, column] of columns.entries()) {
    if (column.kind === columnKind.time && column.timeKind > (columns[best]?.timeKind ?? 0)) best = i;
  }
  return best >= 0 ? best : columns.findIndex(isDate);
}

function levelOf(columns: readonly ColumnSummary[]): number {
  const word = columns.findIndex((column) => column.kind === columnKind.level);
  return word >= 0 ? word : columns.findIndex((column) => column.kind === columnKind.letter);
}

/** Words that a lone mark or padding sets off from the message in nearly every line, and that are few. */
function tailOf(draft: Draft): { phraseMark: number; paddedWidth: number } {
  const { rows } = draft;
  const none = { phraseMark: 0, paddedWidth: 0 };
  const positions = rows.map((row) =>
    draft.length === 0 ? row.from : (row.columns[draft.length - 1]?.next ?? row.bytes.length),
  );
  for (const phraseMark of phraseMarks) {
    const tail = { phraseMark, paddedWidth: 0 };
    if (isFewWords(rows, positions, tail)) return tail;
  }
  const widths = rows.flatMap(({ bytes }, i) => {
    const stop = tokenEnd(bytes, positions[i] ?? 0, bytes.length);
    const next = skipBlanks(bytes, stop, bytes.length);
    return next - stop >= 2 && next < bytes.length ? [next - (positions[i] ?? 0)] : [];
  });
  const [width = 0] = widths;
  const isPadded = isNearlyAll(widths.filter((each) => each === width).length, rows.length);
  const tail = { phraseMark: 0, paddedWidth: width };
  return isPadded && isFewWords(rows, positions, tail) ? tail : none;
}

function isFewWords(
  rows: readonly SampleRow[],
  positions: readonly number[],
  tail: { readonly phraseMark: number; readonly paddedWidth: number },
): boolean {
  const phrases = rows.flatMap(({ bytes }, i) => {
    const at = positions[i] ?? 0;
    const stop = tailEnd(tail, bytes, at, bytes.length);
    return stop > at ? [bytes.subarray(at, stop).join()] : [];
  });
  const distinct = new Set(phrases).size;
  return isNearlyAll(phrases.length, rows.length) && distinct * 3 <= Math.max(6, rows.length);
}

/** The layout fits nearly all lines and leaves something to say in them. */
function describesMost(layout: HeaderLayout, samples: readonly Uint8Array[]): boolean {
  const header = new HeaderReader();
  const reader = new LayoutReader();
  const fitting = samples.filter((bytes) => {
    header.read(bytes, 0, bytes.length);
    if (layout.origin !== 'line' && !header.hasHeader) return false;
    return reader.read(layout, header, bytes, 0, bytes.length) && header.messageStart < bytes.length;
  });
  return fitting.length * 4 >= samples.length * 3;
}
