import { BodyText } from './body-text.js';
import { parseTimestamp } from './date-formats.js';
import { envelopeKeys, slot } from './envelope-keys.js';
import { isDigit, isLetter, skipBlanks } from './header-tokens.js';
import { skipString } from './json-scan.js';
import { messageRank } from './member-names.js';
import { MemberTable } from './member-table.js';
import { severityOfValue } from './severity.js';
import { createParsedTime, parseEpoch, timeKind } from './timestamp.js';

const QUOTE = 0x22;
const EQUALS = 0x3d;
const maxPairs = 64;
/** Pairs among which time and level are looked for. */
const maxHeaderPairs = 12;
/** A line of nothing but this many pairs needs neither time nor level to be one. */
const minPairs = 3;

/**
 * Reads a `key=value` line. One instance serves all lines.
 *
 * A line of nothing but pairs is read as a JSON body is: the message and what went wrong decide the template, in whatever
 * order the pairs stand and whichever others there are; without a message all pairs do, in order of their keys. Other
 * lines keep their text behind the time and level that open them.
 */
export class LogfmtLine {
  readonly time = createParsedTime();
  severity = 0;
  /** Behind the time and level pairs that open the line. */
  messageStart = 0;
  /** {@link text} holds what the line says. */
  isBody = false;
  readonly text: BodyText;
  readonly #pairs = new MemberTable(maxPairs);
  #message = -1;
  #messageRank = 255;

  /** @param maxTextBytes bound of the text; what does not fit is left out */
  constructor(maxTextBytes: number) {
    this.text = new BodyText(maxTextBytes);
  }

  /**
   * False unless the line starts with a pair and carries a time or level among its first pairs, or has at least three
   * pairs in a row. O(length).
   */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.time.kind = timeKind.none;
    this.severity = 0;
    this.messageStart = start;
    this.isBody = false;
    this.#pairs.count = 0;
    this.#message = -1;
    this.#messageRank = 255;
    const pairs = this.#readPairs(bytes, start, end);
    if (this.severity === 0 && this.time.kind === timeKind.none && pairs < minPairs) return false;
    if (this.isBody) this.#write(bytes);
    return true;
  }

  /** Number of pairs in a row from the start. */
  #readPairs(bytes: Uint8Array, start: number, end: number): number {
    let position = start;
    let pairs = 0;
    let isLeading = true;
    while (pairs < maxPairs && position < end) {
      const keyStop = keyEnd(bytes, position, end);
      if (keyStop < 0) return pairs;
      const valueAt = keyStop + 1;
      const isQuoted = bytes[valueAt] === QUOTE;
      const after = isQuoted ? skipString(bytes, valueAt, end) : unquotedEnd(bytes, valueAt, end);
      if (after < 0) return pairs;
      const value = { start: isQuoted ? valueAt + 1 : valueAt, end: isQuoted ? after - 1 : after };
      const isMeta = pairs < maxHeaderPairs && this.#readMeta(bytes, position, keyStop, value);
      if (!isMeta) this.#addPair(bytes, position, keyStop, { start: valueAt, end: after });
      pairs += 1;
      position = skipBlanks(bytes, after, end);
      isLeading &&= isMeta;
      if (isLeading && position < end) this.messageStart = position;
    }
    this.isBody = position >= end && this.#pairs.count > 0;
    return pairs;
  }

  #addPair(
    bytes: Uint8Array,
    keyStart: number,
    keyStop: number,
    value: { readonly start: number; readonly end: number },
  ): void {
    const rank = messageRank(bytes, keyStart, keyStop);
    if (rank < this.#messageRank && value.end - value.start > 2) {
      this.#message = this.#pairs.count;
      this.#messageRank = rank;
    }
    this.#pairs.push(bytes, keyStart, keyStop, value.start, value.end);
  }

  /** The message, then the pairs that tell what went wrong, then all others; without a message all of them. */
  #write(bytes: Uint8Array): void {
    const { count, order, tells } = this.#pairs;
    const message = this.#message;
    this.text.clear();
    this.#pairs.sort(bytes, 0, count);
    if (message >= 0) this.#writePair(bytes, message, false);
    for (let i = 0; i < count; i++) {
      const pair = order[i] ?? 0;
      if (pair !== message && (message < 0 || tells[pair] === 1)) this.#writePair(bytes, pair, true);
    }
    this.text.endStatement();
    if (message < 0) return;
    for (let pair = 0; pair < count; pair++)
      if (pair !== message && tells[pair] === 0) this.#writePair(bytes, pair, true);
  }

  #writePair(bytes: Uint8Array, i: number, withKey: boolean): void {
    const keyStart = this.#pairs.keyStart[i] ?? 0;
    const start = this.#pairs.valueStart[i] ?? 0;
    const end = this.#pairs.valueEnd[i] ?? 0;
    const isQuoted = bytes[start] === QUOTE;
    this.text.write(
      bytes,
      {
        keyStart,
        keyEnd: withKey ? (this.#pairs.keyEnd[i] ?? 0) : keyStart,
        start: isQuoted ? start + 1 : start,
        end: isQuoted ? end - 1 : end,
      },
      isQuoted,
    );
  }

  /** True when the pair is the time or the level. */
  #readMeta(
    bytes: Uint8Array,
    keyStart: number,
    keyStop: number,
    value: { readonly start: number; readonly end: number },
  ): boolean {
    const isShortTime = keyStop - keyStart === 1 && bytes[keyStart] === 0x74;
    const kind = isShortTime ? slot.time : envelopeKeys.find(bytes, keyStart, keyStop)?.slot;
    if (kind === slot.time && this.time.kind === timeKind.none) {
      const isTime =
        parseTimestamp(bytes, value.start, value.end, this.time) ||
        parseEpoch(bytes, value.start, value.end, this.time);
      if (!isTime) this.time.kind = timeKind.none;
      return isTime;
    }
    if (kind !== slot.level || this.severity > 0) return false;
    this.severity = severityOfValue(bytes, value.start, value.end);
    return this.severity > 0;
  }
}

/** Position of the equals sign behind a key at `position`, -1 when there is no key. */
function keyEnd(bytes: Uint8Array, position: number, end: number): number {
  if (bytes[position] === QUOTE) {
    const after = skipString(bytes, position, end);
    return after > 0 && bytes[after] === EQUALS ? after : -1;
  }
  if (!isLetter(bytes[position]) && bytes[position] !== 0x5f && bytes[position] !== 0x40) return -1;
  const last = Math.min(end, position + 64);
  for (let i = position + 1; i < last; i++) {
    const byte = bytes[i];
    if (byte === EQUALS) return i;
    const isName =
      isLetter(byte) || isDigit(byte) || byte === 0x5f || byte === 0x2d || byte === 0x2e || byte === 0x2f;
    if (!isName) return -1;
  }
  return -1;
}

function unquotedEnd(bytes: Uint8Array, position: number, end: number): number {
  let i = position;
  while (i < end && bytes[i] !== 0x20) i += 1;
  return i;
}
