import { parseTimestamp } from './date-formats.js';
import { envelopeKeys, slot } from './envelope-keys.js';
import { isDigit, isLetter, skipBlanks } from './header-tokens.js';
import { skipString } from './json-scan.js';
import { severityOfValue } from './severity.js';
import { createParsedTime, parseEpoch, timeKind } from './timestamp.js';

const QUOTE = 0x22;
const EQUALS = 0x3d;
const maxPairs = 12;

/** Reads the time and level of a `key=value` line. One instance serves all lines. */
export class LogfmtLine {
  readonly time = createParsedTime();
  severity = 0;
  /** Behind the time and level pairs that open the line. */
  messageStart = 0;

  /**
   * False unless the line starts with a pair and carries a time or level among its first pairs, or has at least three
   * pairs in a row. O(length of the first pairs).
   */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.time.kind = timeKind.none;
    this.severity = 0;
    this.messageStart = start;
    let position = start;
    let pairs = 0;
    let isLeading = true;
    while (pairs < maxPairs && position < end) {
      const keyStop = keyEnd(bytes, position, end);
      if (keyStop < 0) {
        if (pairs === 0) return false;
        break;
      }
      const valueAt = keyStop + 1;
      const isQuoted = bytes[valueAt] === QUOTE;
      const after = isQuoted ? skipString(bytes, valueAt, end) : unquotedEnd(bytes, valueAt, end);
      if (after < 0) break;
      const value = { start: isQuoted ? valueAt + 1 : valueAt, end: isQuoted ? after - 1 : after };
      const isMeta = this.#readPair(bytes, position, keyStop, value);
      pairs += 1;
      position = skipBlanks(bytes, after, end);
      isLeading = isLeading && isMeta;
      if (isLeading && position < end) this.messageStart = position;
      if (this.severity > 0 && this.time.kind !== timeKind.none) break;
    }
    return this.severity > 0 || this.time.kind !== timeKind.none || pairs >= 3;
  }

  /** True when the pair is the time or the level. */
  #readPair(
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
