import { BodyText, type PairRange } from './body-text.js';
import { parseTimestamp } from './date-formats.js';
import { slot } from './envelope-keys.js';
import { skipSpace, skipString, skipValue } from './json-scan.js';
import { messageRank, slotOfMember } from './member-names.js';
import { MemberTable } from './member-table.js';
import { severityOfLetter, severityOfValue } from './severity.js';
import { TraceText } from './trace-text.js';
import { createParsedTime, parseEpoch, timeKind } from './timestamp.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const maxMembers = 64;
/** Members of an object and of the objects that it lies in, at one time. */
const maxOpenMembers = 4 * maxMembers;
const maxDepth = 4;

/** Which leaves a walk over the members writes. */
const walk = { all: 0, telling: 1, others: 2 } as const;

/**
 * Turns a JSON log line into the text that mining looks at. With a message that is the message, then the members that
 * say what went wrong, and behind this statement all others: neither their order nor their absence makes another
 * template. Without one, all members are the statement, in order of their keys. Leaves of nested objects go by their own
 * key. Time and level are taken out, and so are stack traces: what they say stands in `trace`.
 *
 * One instance serves all lines. O(length), and members squared for the order, which is that of the line before as a rule.
 */
export class JsonBody {
  readonly time = createParsedTime();
  severity = 0;
  readonly trace = new TraceText();
  readonly text: BodyText;
  /** Bytes of the text that are the message; 0 without one. */
  messageLength = 0;
  readonly #members = new MemberTable(maxOpenMembers);
  #messageMember = -1;
  #messageRank = 255;

  /** @param maxTextBytes bound of the text; what does not fit is left out */
  constructor(maxTextBytes: number) {
    this.text = new BodyText(maxTextBytes);
  }

  /** False when the range is no well-formed object. O(length). */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.time.kind = timeKind.none;
    this.severity = 0;
    this.trace.clear();
    this.text.clear();
    this.messageLength = 0;
    this.#messageMember = -1;
    this.#messageRank = 255;
    if (!this.#readMembers(bytes, start, end)) return false;
    const count = this.#members.count;
    if (this.#messageMember < 0) {
      this.#writeMembers(bytes, { from: 0, to: count, depth: 0, walked: walk.all });
      this.text.endStatement();
      return true;
    }
    this.#writeMessage(bytes, this.#messageMember);
    this.messageLength = this.text.length;
    this.#writeMembers(bytes, { from: 0, to: count, depth: 0, walked: walk.telling });
    this.text.endStatement();
    this.#writeMembers(bytes, { from: 0, to: count, depth: 0, walked: walk.others });
    return true;
  }

  #readMembers(bytes: Uint8Array, start: number, end: number): boolean {
    this.#members.count = 0;
    let i = skipSpace(bytes, start + 1, end);
    while (i < end && bytes[i] === QUOTE) {
      const afterKey = skipString(bytes, i, end);
      if (afterKey < 0) return false;
      const colon = skipSpace(bytes, afterKey, end);
      const valueAt = skipSpace(bytes, colon + 1, end);
      const after = bytes[colon] === COLON && valueAt < end ? skipValue(bytes, valueAt, end) : -1;
      if (after < 0) return false;
      this.#addMember(bytes, { keyStart: i + 1, keyEnd: afterKey - 1, valueAt, after });
      i = skipSpace(bytes, after, end);
      if (bytes[i] === CLOSE_BRACE) return skipSpace(bytes, i + 1, end) === end;
      if (bytes[i] !== COMMA) return false;
      i = skipSpace(bytes, i + 1, end);
    }
    return bytes[i] === CLOSE_BRACE && skipSpace(bytes, i + 1, end) === end;
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
    if (this.#members.count === maxMembers) return;
    const { keyStart, keyEnd } = at;
    const isString = bytes[at.valueAt] === QUOTE;
    const start = isString ? at.valueAt + 1 : at.valueAt;
    const end = isString ? at.after - 1 : at.after;
    const known = slotOfMember(bytes, keyStart, keyEnd);
    const kind = known >= 0 ? known : singleLetterSlot(bytes, keyStart, keyEnd, end - start);
    if (kind === slot.time && this.time.kind === timeKind.none && this.#readTime(bytes, start, end)) return;
    if (kind === slot.level || kind === slot.severityNumber) {
      const severity = levelOf(bytes, start, end);
      if (severity > 0) {
        this.severity = severity;
        return;
      }
    }
    if (kind === slot.text && isString && end > start) {
      const rank = messageRank(bytes, keyStart, keyEnd);
      if (rank < this.#messageRank) {
        this.#messageMember = this.#members.count;
        this.#messageRank = rank;
      }
    }
    this.#members.push(bytes, keyStart, keyEnd, at.valueAt, at.after);
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

  /** The message keeps its first line; further ones may be a trace. */
  #writeMessage(bytes: Uint8Array, member: number): void {
    const start = (this.#members.valueStart[member] ?? 0) + 1;
    const end = (this.#members.valueEnd[member] ?? 0) - 1;
    this.trace.readBehindFirstLine(bytes, start, end);
    this.text.write(bytes, { keyStart: 0, keyEnd: 0, start, end }, true);
  }

  #writeMembers(bytes: Uint8Array, members: Walk): void {
    const { from, to, walked } = members;
    if (walked === walk.all || (walked === walk.telling && this.#countTelling(bytes, from, to) > 1))
      this.#members.sort(bytes, from, to);
    for (let i = from; i < to; i++) {
      const member = this.#members.order[i] ?? 0;
      if (member !== this.#messageMember) this.#writeMember(bytes, member, members);
    }
  }

  /** Members that are telling, or objects, in which some may lie. */
  #countTelling(bytes: Uint8Array, from: number, to: number): number {
    let count = 0;
    for (let i = from; i < to; i++) {
      const isObject = bytes[this.#members.valueStart[i] ?? 0] === OPEN_BRACE;
      if ((isObject || this.#members.tells[i] === 1) && i !== this.#messageMember) count += 1;
    }
    return count;
  }

  #writeMember(bytes: Uint8Array, member: number, { depth, walked }: Walk): void {
    const start = this.#members.valueStart[member] ?? 0;
    const end = this.#members.valueEnd[member] ?? 0;
    const keyStart = this.#members.keyStart[member] ?? 0;
    const keyEnd = this.#members.keyEnd[member] ?? 0;
    const tells = walked !== walk.all && this.#members.tells[member] === 1;
    if (bytes[start] === OPEN_BRACE && depth < maxDepth) {
      // All that an error says of itself is telling.
      const isWhole = walked === walk.telling && tells;
      if (!(walked === walk.others && tells))
        this.#writeObject(bytes, start, end, { depth: depth + 1, walked: isWhole ? walk.all : walked });
      return;
    }
    if (walked !== walk.all && tells !== (walked === walk.telling)) return;
    this.#writeLeaf(bytes, { keyStart, keyEnd, start, end }, walked);
  }

  #writeLeaf(bytes: Uint8Array, at: PairRange, walked: number): void {
    const { keyStart, keyEnd } = at;
    if (bytes[at.start] === QUOTE) {
      // The lines that `trace` holds say all there is to say.
      if (this.trace.readString(bytes, at.start + 1, at.end - 1)) return;
      this.text.write(bytes, { keyStart, keyEnd, start: at.start + 1, end: at.end - 1 }, true);
      return;
    }
    const isNested = bytes[at.start] === OPEN_BRACE || bytes[at.start] === OPEN_BRACKET;
    if (!isNested || walked === walk.others) this.text.write(bytes, at, false);
    else this.#writeFirstScalar(bytes, at);
  }

  /** A list in a statement is as good as its first value: how long it is makes no other statement. */
  #writeFirstScalar(bytes: Uint8Array, at: PairRange): void {
    const { keyStart, keyEnd } = at;
    let i = at.start;
    while (i < at.end && bytes[i] !== QUOTE && !isScalar(bytes[i])) i += 1;
    const stop = i < at.end ? skipValue(bytes, i, at.end) : -1;
    if (stop < 0) this.text.writeEmpty(bytes, { keyStart, keyEnd, start: i, end: i });
    else if (bytes[i] === QUOTE)
      this.text.write(bytes, { keyStart, keyEnd, start: i + 1, end: stop - 1 }, true);
    else this.text.write(bytes, { keyStart, keyEnd, start: i, end: stop }, false);
  }

  /** Members of a nested object, which is known to be balanced. */
  #writeObject(
    bytes: Uint8Array,
    start: number,
    end: number,
    { depth, walked }: { readonly depth: number; readonly walked: number },
  ): void {
    const from = this.#members.count;
    const last = Math.min(maxOpenMembers, from + maxMembers);
    let i = skipSpace(bytes, start + 1, end);
    while (i < end && bytes[i] === QUOTE && this.#members.count < last) {
      const afterKey = skipString(bytes, i, end);
      const colon = afterKey < 0 ? end : skipSpace(bytes, afterKey, end);
      const valueAt = skipSpace(bytes, colon + 1, end);
      const after = bytes[colon] === COLON ? skipValue(bytes, valueAt, end) : -1;
      if (after < 0) break;
      this.#members.push(bytes, i + 1, afterKey - 1, valueAt, after);
      i = skipSpace(bytes, after, end);
      if (bytes[i] !== COMMA) break;
      i = skipSpace(bytes, i + 1, end);
    }
    this.#writeMembers(bytes, { from, to: this.#members.count, depth, walked });
    this.#members.count = from;
  }
}

/** Members `from` to `to` of the object at `depth`, and which of their leaves are written. */
interface Walk {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  readonly walked: number;
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

/** The first byte of a number, or of true, false, null. */
function isScalar(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x74 || byte === 0x66 || byte === 0x6e;
}
