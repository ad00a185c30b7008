import { copyBytes } from './copy-bytes.js';
import { ascii } from './header-tokens.js';
import { unescapeInto } from './json-scan.js';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x22;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

const emptyValue = ascii('null');

/** Where a key and its value stand; a string without its quotes. An empty key is none. */
export interface PairRange {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The text that analysis sees of a structured body: a statement, which decides the template, and behind it the further
 * members as `key=value`. Bounded: what does not fit is left out.
 */
export class BodyText {
  readonly bytes: Uint8Array;
  length = 0;
  statementLength = 0;

  constructor(maxBytes: number) {
    this.bytes = new Uint8Array(maxBytes);
  }

  clear(): void {
    this.length = 0;
    this.statementLength = 0;
  }

  /** What was written so far is the statement. */
  endStatement(): void {
    this.statementLength = this.length;
  }

  /** Appends a value, after its key if it has one; of several lines the first. A string of several words is quoted. */
  write(source: Uint8Array, at: PairRange, isString: boolean): void {
    const keyLength = at.keyEnd - at.keyStart;
    const room = this.bytes.length - this.length - keyLength - 8;
    if (room <= 0) return;
    if (this.length > 0) this.#put(SPACE);
    copyBytes(source, at.keyStart, at.keyEnd, this.bytes, this.length);
    this.length += keyLength;
    if (keyLength > 0) this.#put(EQUALS);
    const end = Math.min(at.end, at.start + room);
    const isQuoted = isString && keyLength > 0 && hasBlank(source, at.start, end);
    if (isQuoted) this.#put(QUOTE);
    const from = this.length;
    if (isString) this.length = unescapeInto(source, { start: at.start, end }, this.bytes, from);
    else {
      copyBytes(source, at.start, end, this.bytes, from);
      this.length += end - at.start;
    }
    for (let i = from; i < this.length; i++) if (this.bytes[i] === LINE_FEED) this.length = i;
    if (isQuoted) this.#put(QUOTE);
  }

  /** Appends a key whose value holds nothing. */
  writeEmpty(source: Uint8Array, at: PairRange): void {
    if (this.length + at.keyEnd - at.keyStart + 16 > this.bytes.length) return;
    this.write(source, { ...at, end: at.start }, false);
    for (const byte of emptyValue) this.#put(byte);
  }

  #put(byte: number): void {
    this.bytes[this.length] = byte;
    this.length += 1;
  }
}

/** Where the members behind the statement of a message stand, values without the quotes round them. O(length). */
export function memberRanges(bytes: Uint8Array, start: number, end: number): PairRange[] {
  const pairs: PairRange[] = [];
  for (let at = start; at < end;) {
    while (at < end && bytes[at] === SPACE) at += 1;
    const keyStart = at;
    while (at < end && bytes[at] !== EQUALS && bytes[at] !== SPACE) at += 1;
    if (bytes[at] !== EQUALS || at >= end) continue;
    const keyEnd = at;
    const isQuoted = bytes[at + 1] === QUOTE;
    const valueStart = isQuoted ? at + 2 : at + 1;
    at = isQuoted ? closingQuote(bytes, valueStart, end) : blankOrEnd(bytes, valueStart, end);
    pairs.push({ keyStart, keyEnd, start: valueStart, end: at });
    if (isQuoted) at += 1;
  }
  return pairs;
}

/** The quote before a blank or the end: a value may hold others. */
function closingQuote(bytes: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end; i++) {
    if (bytes[i] === BACKSLASH) i += 1;
    else if (bytes[i] === QUOTE && (i + 1 >= end || bytes[i + 1] === SPACE)) return i;
  }
  return end;
}

function blankOrEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== SPACE) at += 1;
  return at;
}

function hasBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] === SPACE) return true;
  return false;
}
