import { ByteView } from './byte-view.js';
import { writeCodePoint } from './json-scan.js';

/** Bits of {@link ByteInspector.inspect}. */
export const byteTraits = { nonAscii: 1, nul: 2, escape: 4, lineFeed: 8 } as const;

const ones = 0x01010101;
const blanks = 0x20202020;
const highBits = 0x80808080 | 0;
const escapes = 0x1b1b1b1b;
const lineFeeds = 0x0a0a0a0a;
/** Some byte below 0x20: a closer look tells which. */
const control = 16;
/** Pieces are looked at in a call each: a loop over a whole batch would stay in the code it began in. */
const pieceBytes = 4096;

/** Looks for unusual bytes, four at a time. */
export class ByteInspector {
  readonly #view = new ByteView();

  /** Which unusual bytes a range holds: bits of {@link byteTraits}. O(length). */
  inspect(bytes: Uint8Array, start: number, end: number): number {
    const view = this.#view.of(bytes);
    const wordsEnd = endOfWords(start, end);
    const found = rangesIn(view, start, wordsEnd);
    const rest = inspectSlowly(bytes, wordsEnd, end);
    return rest | ((found & control) === 0 ? found : (found ^ control) | controlsIn(view, start, wordsEnd));
  }

  /** Of the same bits, `nonAscii` and `nul` alone. */
  inspectText(bytes: Uint8Array, start: number, end: number): number {
    const view = this.#view.of(bytes);
    const wordsEnd = endOfWords(start, end);
    let traits = inspectSlowly(bytes, wordsEnd, end) & (byteTraits.nonAscii | byteTraits.nul);
    for (let at = start; at < wordsEnd; at += pieceBytes)
      traits |= repairsIn(view, at, Math.min(wordsEnd, at + pieceBytes));
    return traits;
  }
}

function endOfWords(start: number, end: number): number {
  return start + Math.max(0, (end - start) & ~3);
}

/** Whether there are bytes above 0x7f, and {@link control} bytes. */
function rangesIn(view: DataView, start: number, end: number): number {
  let high = 0;
  let low = 0;
  for (let at = start; at < end; at += 4) {
    const word = view.getInt32(at, true);
    high |= word;
    low |= ((word - blanks) | 0) & ~word;
  }
  return traitOf(high, byteTraits.nonAscii) | traitOf(low, control);
}

function repairsIn(view: DataView, start: number, end: number): number {
  let high = 0;
  let zeros = 0;
  for (let at = start; at < end; at += 4) {
    const word = view.getInt32(at, true);
    high |= word;
    zeros |= ((word - ones) | 0) & ~word;
  }
  return traitOf(high, byteTraits.nonAscii) | traitOf(zeros, byteTraits.nul);
}

/** The trait, if the highest bit of some byte is set. */
function traitOf(bits: number, trait: number): number {
  return (bits & highBits) === 0 ? 0 : trait;
}

/** Which of the control bytes there are. Source of the zero-byte test: Mycroft 1987. */
function controlsIn(view: DataView, start: number, end: number): number {
  let zeros = 0;
  let escaped = 0;
  let fed = 0;
  for (let at = start; at < end; at += 4) {
    const word = view.getInt32(at, true);
    const asEscape = word ^ escapes;
    const asFeed = word ^ lineFeeds;
    zeros |= ((word - ones) | 0) & ~word;
    escaped |= ((asEscape - ones) | 0) & ~asEscape;
    fed |= ((asFeed - ones) | 0) & ~asFeed;
  }
  return (
    traitOf(zeros, byteTraits.nul) | traitOf(escaped, byteTraits.escape) | traitOf(fed, byteTraits.lineFeed)
  );
}

function inspectSlowly(bytes: Uint8Array, start: number, end: number): number {
  let traits = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x80) traits |= byteTraits.nonAscii;
    else if (byte === 0) traits |= byteTraits.nul;
    else if (byte === 0x1b) traits |= byteTraits.escape;
    else if (byte === 0x0a) traits |= byteTraits.lineFeed;
  }
  return traits;
}

/**
 * Length of the well-formed UTF-8 sequence at `position`, 0 when there is none (overlong forms, surrogates and code
 * points above U+10FFFF are malformed). Source: Unicode 15, table 3-7.
 */
export function sequenceLength(bytes: Uint8Array, position: number, end: number): number {
  const lead = bytes[position] ?? 0;
  if (lead < 0x80) return 1;
  const second = position + 1 < end ? (bytes[position + 1] ?? 0) : 0;
  if (lead < 0xc2 || (second & 0xc0) !== 0x80) return 0;
  if (lead < 0xe0) return 2;
  const third = position + 2 < end ? (bytes[position + 2] ?? 0) : 0;
  if ((third & 0xc0) !== 0x80) return 0;
  if (lead < 0xf0) {
    return (lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f) ? 0 : 3;
  }
  const fourth = position + 3 < end ? (bytes[position + 3] ?? 0) : 0;
  if ((fourth & 0xc0) !== 0x80 || lead > 0xf4) return 0;
  return (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f) ? 0 : 4;
}

/** True when the range is well-formed UTF-8. O(length). */
export function isWellFormed(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start;
  while (i < end) {
    const length = sequenceLength(bytes, i, end);
    if (length === 0) return false;
    i += length;
  }
  return true;
}

/**
 * Copies a range with U+FFFD for every malformed byte and returns the position after it. `target` needs three times
 * the length of the range.
 */
export function repairInto(
  source: Uint8Array,
  range: { readonly start: number; readonly end: number },
  target: Uint8Array,
  targetStart: number,
): number {
  let out = targetStart;
  let i = range.start;
  while (i < range.end) {
    const length = sequenceLength(source, i, range.end);
    if (length === 0) {
      out = writeCodePoint(0xfffd, target, out);
      i += 1;
      continue;
    }
    for (let at = 0; at < length; at++) target[out + at] = source[i + at] ?? 0;
    out += length;
    i += length;
  }
  return out;
}

/** The end of a cut at `limit` bytes that does not split a UTF-8 sequence. */
export function cutEnd(bytes: Uint8Array, start: number, limit: number): number {
  let end = start + limit;
  for (let back = 0; back < 3 && end > start && ((bytes[end] ?? 0) & 0xc0) === 0x80; back++) end -= 1;
  return end;
}

/** Byte order of UTF-16 text, told by its mark or by zero bytes in every other place of its first bytes. */
export function detectUtf16(sample: Uint8Array): 'le' | 'be' | undefined {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'be';
  const length = Math.min(sample.length, 512) & ~1;
  if (length < 16) return undefined;
  const zeros = [0, 0];
  for (let i = 0; i < length; i++) if (sample[i] === 0) zeros[i & 1] = (zeros[i & 1] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > length * 0.4 && even < length * 0.05) return 'le';
  if (even > length * 0.4 && odd < length * 0.05) return 'be';
  return undefined;
}

/** UTF-16 to UTF-8, chunk by chunk: half a unit and half a surrogate pair wait for the next chunk. */
export class Utf16Decoder {
  readonly #isLittle: boolean;
  #pendingByte = -1;
  #pendingHigh = -1;

  constructor(order: 'le' | 'be') {
    this.#isLittle = order === 'le';
  }

  decode(chunk: Uint8Array): Uint8Array {
    const out = new Uint8Array(chunk.length * 2 + 8);
    let length = 0;
    for (const byte of chunk) {
      if (this.#pendingByte < 0) {
        this.#pendingByte = byte;
        continue;
      }
      const unit = this.#isLittle ? this.#pendingByte | (byte << 8) : (this.#pendingByte << 8) | byte;
      this.#pendingByte = -1;
      length = this.#writeUnit(unit, out, length);
    }
    return out.subarray(0, length);
  }

  /** What an incomplete end stands for. */
  flush(): Uint8Array {
    const isOpen = this.#pendingByte >= 0 || this.#pendingHigh >= 0;
    this.#pendingByte = -1;
    this.#pendingHigh = -1;
    return isOpen ? Uint8Array.of(0xef, 0xbf, 0xbd) : new Uint8Array(0);
  }

  #writeUnit(unit: number, out: Uint8Array, position: number): number {
    let length = position;
    const high = this.#pendingHigh;
    this.#pendingHigh = -1;
    if (high >= 0) {
      if (unit >= 0xdc00 && unit < 0xe000) {
        return writeCodePoint(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00), out, length);
      }
      length = writeCodePoint(0xfffd, out, length);
    }
    if (unit >= 0xd800 && unit < 0xdc00) {
      this.#pendingHigh = unit;
      return length;
    }
    if (unit === 0xfeff) return length;
    return writeCodePoint(unit >= 0xdc00 && unit < 0xe000 ? 0xfffd : unit, out, length);
  }
}
