import { parseTimestamp } from './date-formats.js';
import { KeyTable, envelopeKeys, slot } from './envelope-keys.js';
import { skipSpace, skipString, skipValue, unescapeInto } from './json-scan.js';
import { severityOfLetter, severityOfValue } from './severity.js';
import { TraceText } from './trace-text.js';
import { createParsedTime, parseEpoch, timeKind } from './timestamp.js';

const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const maxMembers = 64;
const maxDepth = 4;
/** Ranks of the names that only programs use begin here. */
const lowestEnvelopeRank = 100;

/**
 * Turns a JSON log line into the text that mining looks at: the message, then `key=value` of the other members, the
 * leaves of nested objects by their own key. Time and level are taken out, and so are stack traces: what they say stands
 * in `trace`. One instance serves all lines.
 */
export class JsonBody {
  readonly time = createParsedTime();
  severity = 0;
  readonly trace = new TraceText();
  readonly text: Uint8Array;
  textLength = 0;
  /** The message is `text[0, messageLength)`. */
  messageLength = 0;
  readonly #keyStart = new Uint32Array(maxMembers);
  readonly #keyEnd = new Uint32Array(maxMembers);
  readonly #valueStart = new Uint32Array(maxMembers);
  readonly #valueEnd = new Uint32Array(maxMembers);
  #memberCount = 0;
  #messageMember = -1;
  #messageRank = 255;

  /** @param maxTextBytes bound of the text; what does not fit is left out */
  constructor(maxTextBytes: number) {
    this.text = new Uint8Array(maxTextBytes);
  }

  /** False when the range is no well-formed object. O(length). */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.time.kind = timeKind.none;
    this.severity = 0;
    this.trace.clear();
    this.textLength = 0;
    this.#messageMember = -1;
    this.#messageRank = 255;
    if (!this.#readMembers(bytes, start, end)) return false;
    if (this.#messageMember >= 0) this.#writeMember(bytes, this.#messageMember, false);
    this.messageLength = this.textLength;
    for (let i = 0; i < this.#memberCount; i++) {
      if (i !== this.#messageMember && (this.#valueEnd[i] ?? 0) > 0) this.#writeMember(bytes, i, true);
    }
    return true;
  }

  #readMembers(bytes: Uint8Array, start: number, end: number): boolean {
    this.#memberCount = 0;
    let i = skipSpace(bytes, start + 1, end);
    while (i < end && bytes[i] === QUOTE) {
      const afterKey = skipString(bytes, i, end);
      if (afterKey < 0) return false;
      const colon = skipSpace(bytes, afterKey, end);
      const valueAt = skipSpace(bytes, colon + 1, end);
      const after = bytes[colon] === 0x3a && valueAt < end ? skipValue(bytes, valueAt, end) : -1;
      if (after < 0) return false;
      this.#addMember(bytes, { keyStart: i + 1, keyEnd: afterKey - 1, valueAt, after });
      i = skipSpace(bytes, after, end);
      if (bytes[i] === 0x7d) return skipSpace(bytes, i + 1, end) === end;
      if (bytes[i] !== 0x2c) return false;
      i = skipSpace(bytes, i + 1, end);
    }
    return bytes[i] === 0x7d && skipSpace(bytes, i + 1, end) === end;
  }

  #addMember(
    bytes: Uint8Array,
    at: {
      readonly keyStart: number;
      readonly keyEnd: number;
      readonly valueAt: number;
      readonly after: number;
    },
  ): void {
    if (this.#memberCount === maxMembers) return;
    const { keyStart, keyEnd } = at;
    const isString = bytes[at.valueAt] === QUOTE;
    const start = isString ? at.valueAt + 1 : at.valueAt;
    const end = isString ? at.after - 1 : at.after;
    const meaning = envelopeKeys.find(bytes, keyStart, keyEnd) ?? messageNames.find(bytes, keyStart, keyEnd);
    const kind = meaning?.slot ?? singleLetterSlot(bytes, keyStart, keyEnd, end - start);
    if (kind === slot.time && this.time.kind === timeKind.none && this.#readTime(bytes, start, end)) return;
    if (kind === slot.level || kind === slot.severityNumber) {
      const severity = levelOf(bytes, start, end);
      if (severity > 0) {
        this.severity = severity;
        return;
      }
    }
    const i = this.#memberCount;
    this.#keyStart[i] = keyStart;
    this.#keyEnd[i] = keyEnd;
    this.#valueStart[i] = at.valueAt;
    this.#valueEnd[i] = at.after;
    this.#memberCount = i + 1;
    if (
      kind === slot.text &&
      meaning !== undefined &&
      meaning.rank < this.#messageRank &&
      isString &&
      end > start
    ) {
      this.#messageMember = i;
      this.#messageRank = meaning.rank;
    }
  }

  /** A count, a text, or `{"$date": …}`. */
  #readTime(bytes: Uint8Array, start: number, end: number): boolean {
    let from = start;
    if (bytes[start] === OPEN_BRACE) {
      const keyEnd = skipString(bytes, start + 1, end);
      if (keyEnd < 0) return false;
      from = skipSpace(bytes, skipSpace(bytes, keyEnd, end) + 1, end);
      if (bytes[from] === QUOTE) from += 1;
    }
    if (parseTimestamp(bytes, from, end, this.time) || parseEpoch(bytes, from, end, this.time)) return true;
    this.time.kind = timeKind.none;
    return false;
  }

  #writeMember(bytes: Uint8Array, member: number, withKey: boolean): void {
    this.#writeValue(
      bytes,
      {
        keyStart: withKey ? (this.#keyStart[member] ?? 0) : 0,
        keyEnd: withKey ? (this.#keyEnd[member] ?? 0) : 0,
        start: this.#valueStart[member] ?? 0,
        end: this.#valueEnd[member] ?? 0,
      },
      0,
    );
  }

  #writeValue(
    bytes: Uint8Array,
    at: { readonly keyStart: number; readonly keyEnd: number; readonly start: number; readonly end: number },
    depth: number,
  ): void {
    if (bytes[at.start] === OPEN_BRACE && depth < maxDepth) {
      this.#writeObject(bytes, at.start, at.end, depth + 1);
      return;
    }
    const isString = bytes[at.start] === QUOTE;
    const keyLength = at.keyEnd - at.keyStart;
    // The message keeps its first line; of other members the lines that `trace` holds say all there is to say.
    if (isString && keyLength === 0) this.trace.readBehindFirstLine(bytes, at.start + 1, at.end - 1);
    else if (isString && this.trace.readString(bytes, at.start + 1, at.end - 1)) return;
    const room = this.text.length - this.textLength - keyLength - 8;
    if (room <= 0) return;
    if (this.textLength > 0) this.#put(0x20);
    for (let i = at.keyStart; i < at.keyEnd; i++) this.#put(bytes[i] ?? 0);
    if (keyLength > 0) this.#put(0x3d);
    const start = isString ? at.start + 1 : at.start;
    const valueEnd = isString ? at.end - 1 : at.end;
    const end = Math.min(valueEnd, start + room);
    const isQuoted = isString && keyLength > 0 && hasBlank(bytes, start, end);
    if (isQuoted) this.#put(QUOTE);
    const from = this.textLength;
    this.textLength = isString
      ? unescapeInto(bytes, { start, end }, this.text, from)
      : copyRange(bytes, start, end, this.text, from);
    const feed = this.text.subarray(from, this.textLength).indexOf(0x0a);
    if (feed >= 0) this.textLength = from + feed;
    if (isQuoted) this.#put(QUOTE);
  }

  /** Members of a nested object, which is known to be balanced. */
  #writeObject(bytes: Uint8Array, start: number, end: number, depth: number): void {
    let i = skipSpace(bytes, start + 1, end);
    while (i < end && bytes[i] === QUOTE && this.textLength < this.text.length - 16) {
      const afterKey = skipString(bytes, i, end);
      if (afterKey < 0) return;
      const valueAt = skipSpace(bytes, skipSpace(bytes, afterKey, end) + 1, end);
      const after = skipValue(bytes, valueAt, end);
      if (after < 0) return;
      this.#writeValue(bytes, { keyStart: i + 1, keyEnd: afterKey - 1, start: valueAt, end: after }, depth);
      i = skipSpace(bytes, after, end);
      if (bytes[i] !== 0x2c) return;
      i = skipSpace(bytes, i + 1, end);
    }
  }

  #put(byte: number): void {
    this.text[this.textLength] = byte;
    this.textLength += 1;
  }
}

/**
 * Other names that programs give to the sentence of a record, best first. They count inside a record only: an envelope
 * may use the same words for anything.
 */
const messageNames = tableOf([
  'Message',
  '@message',
  '@m',
  '_msg',
  'logMessage',
  'log_message',
  'short_message',
  'textPayload',
  'RenderedMessage',
  '@mt',
  'text',
  'event',
  'content',
  'full_message',
]);

function tableOf(names: readonly string[]): KeyTable {
  const table = new KeyTable(64);
  for (const [index, name] of names.entries()) {
    const rank = lowestEnvelopeRank + index;
    table.add(name, { slot: slot.text, rank, inside: undefined, isTransparent: false, keepsWhole: false });
  }
  return table;
}

/** MongoDB abbreviates: `t` is the time, `s` the severity. */
function singleLetterSlot(bytes: Uint8Array, start: number, end: number, valueLength: number): number {
  if (end - start !== 1) return -1;
  if (bytes[start] === 0x74) return slot.time;
  return bytes[start] === 0x73 && valueLength <= 2 ? slot.level : -1;
}

/** Also `D1` .. `D5`. */
function levelOf(bytes: Uint8Array, start: number, end: number): number {
  const severity = severityOfValue(bytes, start, end);
  return severity > 0 || end - start !== 2 ? severity : severityOfLetter(bytes[start] ?? 0);
}

function hasBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] === 0x20) return true;
  return false;
}

function copyRange(bytes: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  for (let i = start; i < end; i++) target[at + i - start] = bytes[i] ?? 0;
  return at + end - start;
}
