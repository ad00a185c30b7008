import { parseDate, parseTimestamp } from './date-formats.js';
import {
  closingBracket,
  foundLevel,
  isBlank,
  isDigit,
  isLetter,
  isUpper,
  readLevel,
  skipBlanks,
  tokenEnd,
} from './header-tokens.js';
import { severityOfLetter } from './severity.js';
import { createParsedTime, timeKind } from './timestamp.js';

/** What one column of a line looks like by itself. */
export const columnKind = {
  none: 0,
  /** A point in time, or the hours of one. */
  time: 1,
  /** A date whose clock stands elsewhere. */
  date: 2,
  /** Digits, perhaps with a fraction or marks around them. */
  number: 3,
  /** A level word. */
  level: 4,
  /** One capital letter that may be a level. */
  letter: 5,
  /** Something in brackets. */
  bracket: 6,
  /** Punctuation alone. */
  mark: 7,
  /** A name with a colon glued to it. */
  label: 8,
  name: 9,
  /** Quotes, pairs, words of a sentence: never part of a header. */
  other: 10,
} as const;

/** Most columns of a header. */
export const maxColumns = 12;

const maxColumnBytes = 128;
const maxNameBytes = 96;
/** Brackets may hold several identifiers. */
const maxBracketBytes = 192;

/**
 * Cuts the begin of a line into columns: at blanks, with times and brackets kept whole, or at a separator that the
 * stream uses. One instance serves all lines; its arrays are valid until the next call.
 */
export class ColumnReader {
  count = 0;
  readonly kind = new Uint8Array(maxColumns);
  readonly start = new Uint32Array(maxColumns);
  /** Behind the column, without blanks and separator. */
  readonly end = new Uint32Array(maxColumns);
  /** Where the next column or the message begins. */
  readonly next = new Uint32Array(maxColumns);
  readonly severity = new Uint8Array(maxColumns);
  readonly timeKind = new Uint8Array(maxColumns);
  readonly millis = new Float64Array(maxColumns);
  readonly subNanos = new Uint32Array(maxColumns);
  readonly #time = createParsedTime();

  /**
   * @param separator byte between columns, 0 for blanks
   * @param limit most columns to read, at most {@link maxColumns}
   */
  read(bytes: Uint8Array, start: number, end: number, separator: number, limit: number): void {
    this.count = 0;
    let position = skipBlanks(bytes, start, end);
    while (this.count < limit && position < end) {
      const i = this.count;
      this.start[i] = position;
      this.severity[i] = 0;
      this.timeKind[i] = timeKind.none;
      const stop =
        separator === 0 ? this.#readColumn(bytes, position, end) : this.#readCell(bytes, end, separator);
      if (stop < 0) return;
      this.count += 1;
      position = this.next[i] ?? end;
    }
  }

  /** A column that a separator ends; -1 when there is none within bounds: then the rest is the message. */
  #readCell(bytes: Uint8Array, end: number, separator: number): number {
    const i = this.count;
    const start = this.start[i] ?? 0;
    const last = Math.min(end, start + maxColumnBytes);
    let stop = start;
    while (stop < last && bytes[stop] !== separator) stop += 1;
    if (stop === last) return -1;
    let cellEnd = stop;
    while (cellEnd > start && isBlank(bytes[cellEnd - 1])) cellEnd -= 1;
    const tokenStop = this.#readColumn(bytes, start, cellEnd);
    if (tokenStop < cellEnd) this.kind[i] = columnKind.other;
    if (cellEnd === start) this.kind[i] = columnKind.mark;
    this.end[i] = cellEnd;
    this.next[i] = skipBlanks(bytes, stop + 1, end);
    return stop;
  }

  /** One column that a blank ends. Returns where it ends. */
  #readColumn(bytes: Uint8Array, position: number, end: number): number {
    const i = this.count;
    let stop = this.#readTime(bytes, position, end);
    if (stop < 0) stop = this.#readLevelColumn(bytes, position, end);
    if (stop < 0) {
      stop = spanEnd(bytes, position, end);
      this.kind[i] = kindOf(bytes, position, stop);
      if (this.kind[i] === columnKind.letter) this.severity[i] = severityOfLetter(bytes[position] ?? 0);
    }
    this.end[i] = stop;
    this.next[i] = skipBlanks(bytes, stop, end);
    return stop;
  }

  #readTime(bytes: Uint8Array, position: number, end: number): number {
    const first = bytes[position];
    const isOpen = first === 0x5b || first === 0x28 || first === 0x3c;
    const at = isOpen ? position + 1 : position;
    if (!isDigit(bytes[at]) && !isLetter(bytes[at])) return -1;
    const time = this.#time;
    const isDate = !parseTimestamp(bytes, at, end, time);
    if (isDate && !parseDate(bytes, at, end, time)) return -1;
    let stop = time.end;
    const after = bytes[stop];
    if (isOpen && (after === 0x5d || after === 0x29 || after === 0x3e)) stop += 1;
    while (stop < end && (bytes[stop] === 0x2c || bytes[stop] === 0x3a || bytes[stop] === 0x3b)) stop += 1;
    if (stop < end && !isBlank(bytes[stop])) return -1;
    const i = this.count;
    this.kind[i] = isDate ? columnKind.date : columnKind.time;
    this.timeKind[i] = time.kind;
    this.millis[i] = time.millis;
    this.subNanos[i] = time.subNanos;
    return stop;
  }

  #readLevelColumn(bytes: Uint8Array, position: number, end: number): number {
    if (!readLevel(bytes, position, end)) return -1;
    let stop = foundLevel.end;
    while (stop < end && (bytes[stop] === 0x2c || bytes[stop] === 0x3a || bytes[stop] === 0x7c)) stop += 1;
    if (stop < end && !isBlank(bytes[stop])) return -1;
    this.kind[this.count] = columnKind.level;
    this.severity[this.count] = foundLevel.severity;
    return stop;
  }
}

/** Behind the brackets or the run without blanks at `position`, with the colon or comma glued to it. */
function spanEnd(bytes: Uint8Array, position: number, end: number): number {
  const first = bytes[position];
  const last = Math.min(end, position + maxNameBytes);
  let stop = -1;
  if (first === 0x5b) stop = closingBracket(bytes, position, end, maxBracketBytes);
  else if (first === 0x28) stop = indexOfByte(bytes, position, last, 0x29);
  else if (first === 0x3c) stop = indexOfByte(bytes, position, last, 0x3e);
  return tokenEnd(bytes, stop < 0 ? position : stop, end);
}

function indexOfByte(bytes: Uint8Array, start: number, end: number, byte: number): number {
  for (let i = start; i < end; i++) if (bytes[i] === byte) return i;
  return -1;
}

function kindOf(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start];
  const last = bytes[end - 1];
  if (first === 0x5b || first === 0x28 || first === 0x3c)
    return end - start > maxBracketBytes ? columnKind.other : bracketKind(bytes, end);
  if (end - start > maxNameBytes) return columnKind.other;
  if (end - start === 1 && isUpper(first)) return columnKind.letter;
  let digits = 0;
  let marks = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (isDigit(byte)) digits += 1;
    else if (byte === 0x3d || byte === 0x22 || byte === 0x27 || byte === 0x7b || byte === 0x7d)
      return columnKind.other;
    else if (byte < 0x80 && !isLetter(byte)) marks += 1;
  }
  if (marks === end - start) return end - start <= 3 ? columnKind.mark : columnKind.other;
  if (digits > 0 && digits + marks === end - start && marks <= 2) return columnKind.number;
  if (last === 0x3a) return columnKind.label;
  // The last mark of a word in a sentence.
  return last === 0x2c || last === 0x3b || last === 0x2e ? columnKind.other : columnKind.name;
}

/** Brackets that close, perhaps with a colon behind them. */
function bracketKind(bytes: Uint8Array, end: number): number {
  const last = bytes[end - 1] === 0x3a || bytes[end - 1] === 0x2c ? end - 2 : end - 1;
  const close = bytes[last];
  return close === 0x5d || close === 0x29 || close === 0x3e ? columnKind.bracket : columnKind.other;
}
