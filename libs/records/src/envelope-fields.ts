import {
  envelopeKeys,
  slot,
  slotCount,
  sourceSlots,
  type KeyMeaning,
  type KeyTable,
} from './envelope-keys.js';
import { ascii, indexOfBytes } from './header-tokens.js';
import { skipSpace, skipString, skipValue } from './json-scan.js';
import { NestedMemo, type NestedValue } from './nested-memo.js';

const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** What the path of a log file shows and that of a page or of source code does not. */
const logFileSigns = ['.log', '/log/', '/logs/', '\\\\log', '.txt', '.out', '.err'].map(ascii);

/** What OpenTelemetry SDKs call a service that was given no name. */
const noServiceName = ascii('unknown_service');

const lastRank = 254;

/** Slots an attribute may fill: all but text, time and what makes a Kubernetes event. */
const attributeSlots: readonly number[] = [...sourceSlots, slot.level, slot.stream];

/** Slots that name a source; cluster, namespace and host alone leave open what is running there. */
const sourceNames: readonly number[] = [
  slot.logType,
  slot.service,
  slot.pod,
  slot.container,
  slot.file,
  slot.program,
  slot.replicaSet,
  slot.job,
];

const maxUnknownMembers = 64;
const maxDepth = 4;

/**
 * The known fields of one JSON object as ranges of its bytes; nothing is decoded. One instance is reused for all lines.
 * Keys are compared as bytes and never become property names, so a key such as `__proto__` is only an unknown key.
 */
export class EnvelopeFields {
  /** Range of the value in every slot: strings without their quotes. Valid where `isSet`. */
  readonly start = new Uint32Array(slotCount);
  readonly end = new Uint32Array(slotCount);
  /** Slots that are set, a bit each. */
  #set = 0;
  readonly #rank = new Uint8Array(slotCount);
  readonly #isString = new Uint8Array(slotCount);
  /** Top-level members that no rule understood, from the key's quote to the value's end. */
  readonly unknownStart = new Uint32Array(maxUnknownMembers);
  readonly unknownEnd = new Uint32Array(maxUnknownMembers);
  unknownCount = 0;
  /** Unknown members beyond the bound. */
  unknownDropped = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  #memo: NestedMemo | undefined;
  #nested: EnvelopeFields | undefined;

  isSet(slot: number): boolean {
    return ((this.#set >>> slot) & 1) === 1;
  }

  isString(slot: number): boolean {
    return this.#isString[slot] === 1;
  }

  /**
   * Reads the object whose brace is at `position`.
   *
   * @returns position just past the object, or -1 when it is malformed or cut off. O(length).
   */
  read(bytes: Uint8Array, position: number, end: number): number {
    this.#set = 0;
    this.unknownCount = 0;
    this.unknownDropped = 0;
    this.#bytes = bytes;
    this.#end = end;
    return this.#readObject(position, envelopeKeys, 0);
  }

  /** Forgets everything; what {@link offer} is told next lies in `bytes`. */
  clear(bytes: Uint8Array): void {
    this.#set = 0;
    this.unknownCount = 0;
    this.unknownDropped = 0;
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  /** Takes over all that another instance holds, which points into the same bytes. */
  copyFrom(other: EnvelopeFields): void {
    this.#bytes = other.#bytes;
    this.#end = other.#end;
    this.start.set(other.start);
    this.end.set(other.end);
    this.#set = other.#set;
    this.#rank.set(other.#rank);
    this.#isString.set(other.#isString);
  }

  /**
   * Offers one attribute that a decoder found, as ranges of the bytes. Text and time of a line are never taken from an
   * attribute.
   *
   * @param isEscaped the value is the inside of a JSON string
   * @returns true when a rule understands the key; a value that says more is kept then
   */
  offer(keyStart: number, keyEnd: number, valueStart: number, valueEnd: number, isEscaped: boolean): boolean {
    const meaning = envelopeKeys.find(this.#bytes, keyStart, keyEnd);
    if (meaning === undefined || meaning.slot < 0 || !attributeSlots.includes(meaning.slot)) return false;
    if (!this.#fits(meaning, valueStart, valueEnd)) return false;
    if (valueStart === valueEnd) return true;
    const rank = startsWith(this.#bytes, valueStart, valueEnd, noServiceName) ? lastRank : meaning.rank;
    if (rank < this.#rankOf(meaning.slot)) this.#fill(meaning.slot, rank, valueStart, valueEnd, isEscaped);
    return true;
  }

  /** As {@link offer}, for a key that may only say how bad the line is. */
  offerLevel(keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): boolean {
    const meaning = envelopeKeys.find(this.#bytes, keyStart, keyEnd);
    if (meaning?.slot !== slot.level) return false;
    return this.offer(keyStart, keyEnd, valueStart, valueEnd, false);
  }

  /** Takes over what another instance knows of the same bytes and this one does not. */
  fillFrom(other: EnvelopeFields): void {
    for (const name of attributeSlots)
      if (!this.isSet(name) && other.isSet(name))
        this.#fill(
          name,
          other.#rank[name] ?? lastRank,
          other.start[name] ?? 0,
          other.end[name] ?? 0,
          other.isString(name),
        );
  }

  /** A name of the service for want of any other name of the source. */
  suggestService(start: number, end: number): void {
    if (start < end && !sourceNames.some((name) => this.isSet(name)))
      this.#fill(slot.service, lastRank, start, end, false);
  }

  /** Of what is in a slot; what is in no slot has the highest. */
  #rankOf(slotNumber: number): number {
    return this.isSet(slotNumber) ? (this.#rank[slotNumber] ?? lastRank) : lastRank + 1;
  }

  #fill(slotNumber: number, rank: number, start: number, end: number, isEscaped: boolean): void {
    this.#set |= 1 << slotNumber;
    this.#rank[slotNumber] = rank;
    this.#isString[slotNumber] = isEscaped ? 1 : 0;
    this.start[slotNumber] = start;
    this.end[slotNumber] = end;
  }

  #readObject(position: number, keys: KeyTable, depth: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let i = skipSpace(bytes, position + 1, end);
    if (bytes[i] === CLOSE_BRACE && i < end) return i + 1;
    while (i < end && bytes[i] === QUOTE) {
      const afterKey = skipString(bytes, i, end);
      if (afterKey < 0) return -1;
      const colon = skipSpace(bytes, afterKey, end);
      if (colon >= end || bytes[colon] !== COLON) return -1;
      const valueAt = skipSpace(bytes, colon + 1, end);
      if (valueAt >= end) return -1;
      const after = this.#readMember(i + 1, valueAt, keys.find(bytes, i + 1, afterKey - 1), depth);
      if (after < 0) return -1;
      i = skipSpace(bytes, after, end);
      if (i >= end) return -1;
      if (bytes[i] === CLOSE_BRACE) return i + 1;
      if (bytes[i] !== COMMA) return -1;
      i = skipSpace(bytes, i + 1, end);
    }
    return -1;
  }

  /** Plain parameters: an object per member would cost more than the rest. */
  #readMember(keyStart: number, valueAt: number, meaning: KeyMeaning | undefined, depth: number): number {
    const first = this.#bytes[valueAt];
    if (meaning?.inside !== undefined && depth < maxDepth) {
      const isList = first === OPEN_BRACKET && meaning.isTransparent;
      if (isList || first === OPEN_BRACE) {
        const after = isList
          ? this.#readAttributeList(valueAt)
          : depth === 0 && !meaning.keepsWhole
            ? this.#readRepeated(valueAt, meaning.inside)
            : this.#readObject(valueAt, meaning.inside, depth + 1);
        if (after >= 0 && meaning.keepsWhole) this.#keep(meaning, keyStart, valueAt, after, depth);
        return after;
      }
    }
    const after = skipValue(this.#bytes, valueAt, this.#end);
    if (after < 0) return -1;
    this.#keep(meaning, keyStart, valueAt, after, depth);
    return after;
  }

  /** An object that is likely to come again, word for word: what it says is remembered. */
  #readRepeated(position: number, keys: KeyTable): number {
    this.#memo ??= new NestedMemo();
    const known = this.#memo.find(keys, this.#bytes, position, this.#end);
    if (known !== undefined) {
      for (const value of known.values) this.#take(value, position);
      return position + known.length;
    }
    this.#nested ??= new EnvelopeFields();
    const nested = this.#nested;
    const after = nested.#readInside(this.#bytes, position, this.#end, keys);
    if (after < 0) return after;
    const values = nested.#valuesFrom(position);
    this.#memo.note(keys, this.#bytes, { start: position, end: after }, values);
    for (const value of values) this.#take(value, position);
    return after;
  }

  #readInside(bytes: Uint8Array, position: number, end: number, keys: KeyTable): number {
    this.#set = 0;
    this.#bytes = bytes;
    this.#end = end;
    return this.#readObject(position, keys, 1);
  }

  #valuesFrom(origin: number): NestedValue[] {
    const values: NestedValue[] = [];
    for (let slotNumber = 0; slotNumber < slotCount; slotNumber++)
      if (this.isSet(slotNumber)) values.push(this.#valueOf(slotNumber, origin));
    return values;
  }

  #valueOf(slotNumber: number, origin: number): NestedValue {
    return {
      slot: slotNumber,
      rank: this.#rank[slotNumber] ?? lastRank,
      isString: this.isString(slotNumber),
      start: (this.start[slotNumber] ?? 0) - origin,
      end: (this.end[slotNumber] ?? 0) - origin,
    };
  }

  #take(value: NestedValue, origin: number): void {
    if (value.rank >= this.#rankOf(value.slot)) return;
    this.#fill(value.slot, value.rank, origin + value.start, origin + value.end, value.isString);
  }

  #keep(
    meaning: KeyMeaning | undefined,
    keyStart: number,
    valueAt: number,
    after: number,
    depth: number,
  ): void {
    const isKnown = meaning !== undefined && meaning.slot >= 0 && this.#fits(meaning, valueAt, after);
    if (isKnown) this.#offerValue(meaning, valueAt, after);
    else if (depth === 0) this.#addUnknown(keyStart - 1, after);
  }

  /** A program's own `path` or `filename` is a page or a source file: each would become a source of its own. */
  #fits({ slot: slotNumber, rank }: KeyMeaning, valueAt: number, after: number): boolean {
    if (slotNumber !== slot.file || rank === 0) return true;
    return logFileSigns.some((sign) => indexOfBytes(this.#bytes, valueAt, after, sign) >= 0);
  }

  /** `[{"key":"service.name","value":{"stringValue":"orders"}}, …]` of OTLP. */
  #readAttributeList(position: number): number {
    const bytes = this.#bytes;
    const end = skipValue(bytes, position, this.#end);
    if (end < 0) return -1;
    let i = skipSpace(bytes, position + 1, end);
    while (i < end && bytes[i] === OPEN_BRACE) {
      const after = skipValue(bytes, i, end);
      if (after < 0) return -1;
      this.#readKeyValue(i, after);
      i = skipSpace(bytes, after, end);
      if (bytes[i] === CLOSE_BRACKET) break;
      i = skipSpace(bytes, i + 1, end);
    }
    return end;
  }

  #readKeyValue(position: number, end: number): void {
    const key = findMember(this.#bytes, { start: position, end }, keyName);
    const value = findMember(this.#bytes, { start: position, end }, valueName);
    if (key === undefined || value === undefined || this.#bytes[key.start] !== QUOTE) return;
    let { start, end: valueEnd } = value;
    if (this.#bytes[start] === OPEN_BRACE) {
      const colon = skipSpace(this.#bytes, skipString(this.#bytes, start + 1, valueEnd), valueEnd);
      if (this.#bytes[start + 1] !== QUOTE || this.#bytes[colon] !== COLON) return;
      start = skipSpace(this.#bytes, colon + 1, valueEnd);
      valueEnd = skipValue(this.#bytes, start, valueEnd);
      if (valueEnd < 0) return;
    }
    const meaning = envelopeKeys.find(this.#bytes, key.start + 1, key.end - 1);
    if (meaning !== undefined && meaning.slot >= 0 && this.#fits(meaning, start, valueEnd))
      this.#offerValue(meaning, start, valueEnd);
  }

  /** Null and empty strings say nothing and do not take the slot. */
  #offerValue(meaning: KeyMeaning, valueAt: number, after: number): void {
    const { slot, rank } = meaning;
    if (rank >= this.#rankOf(slot)) return;
    const isString = this.#bytes[valueAt] === QUOTE;
    if (isString ? after - valueAt === 2 && slot !== 1 : this.#bytes[valueAt] === 0x6e) return;
    this.#fill(slot, rank, isString ? valueAt + 1 : valueAt, isString ? after - 1 : after, isString);
  }

  #addUnknown(start: number, end: number): void {
    if (this.unknownCount === maxUnknownMembers) {
      this.unknownDropped += 1;
      return;
    }
    this.unknownStart[this.unknownCount] = start;
    this.unknownEnd[this.unknownCount] = end;
    this.unknownCount += 1;
  }
}

/** True where an object says whose it is, which programs do not do about themselves. */
export function namesSource(fields: EnvelopeFields): boolean {
  if (fields.isSet(slot.stream)) return true;
  // Programs write their host's name themselves; only together with another name does it speak of a collector.
  for (const source of sourceSlots) if (source !== slot.host && fields.isSet(source)) return true;
  return false;
}

/** True for an object that was put round a line; a program's own record is no envelope and is kept whole. */
export function isEnvelope(fields: EnvelopeFields): boolean {
  return fields.isSet(slot.text) && (fields.unknownCount === 0 || namesSource(fields));
}

function startsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[start + i] !== prefix[i]) return false;
  return true;
}

const keyName = [0x6b, 0x65, 0x79];
const valueName = [0x76, 0x61, 0x6c, 0x75, 0x65];

/** The value of one key of an object that is known to be balanced. */
function findMember(
  bytes: Uint8Array,
  range: { readonly start: number; readonly end: number },
  name: readonly number[],
): { start: number; end: number } | undefined {
  let i = skipSpace(bytes, range.start + 1, range.end);
  while (i < range.end && bytes[i] === QUOTE) {
    const afterKey = skipString(bytes, i, range.end);
    if (afterKey < 0) return undefined;
    const colon = skipSpace(bytes, afterKey, range.end);
    const start = skipSpace(bytes, colon + 1, range.end);
    const end = bytes[colon] === COLON ? skipValue(bytes, start, range.end) : -1;
    if (end < 0) return undefined;
    const keyAt = i + 1;
    if (afterKey - keyAt - 1 === name.length && name.every((byte, at) => bytes[keyAt + at] === byte)) {
      return { start, end };
    }
    i = skipSpace(bytes, end, range.end);
    if (bytes[i] !== COMMA) return undefined;
    i = skipSpace(bytes, i + 1, range.end);
  }
  return undefined;
}
