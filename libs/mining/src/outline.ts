import { hasNameAt, isMixedHex } from './hex-names.js';

/** Bytes that are read at a time, as two words of 32 bits. */
export const BLOCK = 8;
/** Longest line that has an outline, in bytes. */
export const MAX_LENGTH = 1024;
/** Most hexadecimal names of a line that are told from its text; one with more has none. */
const MAX_NAMES = 32;
const ZERO = 0x30;
const LETTER = 0x61;
const LETTERS = 0x61616161;
/** Set in small letters, not in digits and dashes. */
const LETTER_BITS = 0x40404040;

/**
 * The bytes of a line with every digit replaced by `0`, as words of four bytes, and a hash of them.
 *
 * The last block is read so that it ends with the line and overlaps the one before: together with the length, the
 * words still tell every byte, and no byte has to be read on its own. Where it is asked for, the letters of hexadecimal
 * names are replaced as well; a word for each of them behind the others tells its place.
 */
export class Outline {
  readonly words = new Int32Array(MAX_LENGTH / 4 + 2 + MAX_NAMES);
  /** Hash of the blocks before each block, once {@link readHeads} was called. */
  readonly heads = new Int32Array(MAX_LENGTH / BLOCK + 1);
  size = 0;
  length = 0;
  /** Hexadecimal names that are told from the text, once {@link readNames} was called. */
  nameCount = 0;
  hash = 0;
  start = 0;
  end = 0;
  #bytes: Uint8Array | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** Reads a line; false when it is too short or too long for an outline. O(length / 4), without allocation. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length < BLOCK || length > MAX_LENGTH) return false;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const view = this.#view;
    const words = this.words;
    const last = end - BLOCK;
    // Two sums side by side: each waits for its own multiplication only.
    let a = length;
    let b = 0x165667b1;
    let size = 0;
    for (let at = start; ; at += BLOCK) {
      if (at > last) at = last;
      const first = withoutDigits(view.getInt32(at, true));
      const second = withoutDigits(view.getInt32(at + 4, true));
      words[size] = first;
      words[size + 1] = second;
      size += 2;
      a = Math.imul(a ^ first, 0x85ebca6b);
      b = Math.imul(b ^ second, 0xc2b2ae35);
      a ^= a >>> 15;
      b ^= b >>> 15;
      if (at === last) break;
    }
    this.size = size;
    this.length = length;
    this.nameCount = 0;
    this.start = start;
    this.end = end;
    this.hash = finish(a, b);
    return true;
  }

  /**
   * Replaces the letters in the hexadecimal names of the line last read, as digits are replaced.
   *
   * @returns false when there is no such name, or there are too many: the outline is what it was then. O(length / 4)
   */
  readNames(): boolean {
    const { start, end, words } = this;
    const bytes = this.#bytes;
    const blockWords = this.size;
    if (bytes === undefined) return false;
    let count = 0;
    let nameEnd = start;
    for (let i = 0; i < blockWords; i++) {
      if (!isMixedHex(words[i] ?? 0)) continue;
      const at = i < blockWords - 2 ? start + 4 * i : end - 4 * (blockWords - i);
      if (at < nameEnd) continue;
      const name = hasNameAt(bytes, at, start, end);
      nameEnd = name.to;
      if (!name.isOne) continue;
      if (count === MAX_NAMES) return false;
      words[blockWords + count++] = ((name.from - start) << 16) | (name.to - start);
    }
    if (count === 0) return false;
    this.nameCount = count;
    this.size = blockWords + count;
    for (let i = blockWords; i < this.size; i++) {
      const place = words[i] ?? 0;
      this.#hideLetters(bytes, start + (place >>> 16), start + (place & 0xffff), blockWords);
    }
    let a = this.length;
    let b = 0x165667b1;
    for (let i = 0; i < this.size; i += 2) {
      a = Math.imul(a ^ (words[i] ?? 0), 0x85ebca6b);
      b = Math.imul(b ^ (i + 1 < this.size ? (words[i + 1] ?? 0) : 0), 0xc2b2ae35);
      a ^= a >>> 15;
      b ^= b >>> 15;
    }
    this.hash = finish(a, b);
    return true;
  }

  /** Whether a name begins with a letter decides how words before it are cut: that stays, all other letters become 0. */
  #hideLetters(bytes: Uint8Array, from: number, to: number, blockWords: number): void {
    const { words, start, end } = this;
    const rest = from + 1;
    const isLetterFirst = (bytes[from] ?? 0) >= LETTER;
    const lastBlock = end - BLOCK;
    for (let i = (from - start) >>> 2, at = start + 4 * i; i < blockWords - 2 && at < to; i++, at += 4)
      words[i] = hidden(words[i] ?? 0, rest - at, to - at, isLetterFirst);
    if (to <= lastBlock) return;
    words[blockWords - 2] = hidden(
      words[blockWords - 2] ?? 0,
      rest - lastBlock,
      to - lastBlock,
      isLetterFirst,
    );
    words[blockWords - 1] = hidden(
      words[blockWords - 1] ?? 0,
      rest - lastBlock - 4,
      to - lastBlock - 4,
      isLetterFirst,
    );
  }

  /** Hashes the blocks of the line last read, each with all before it. */
  readHeads(): void {
    const { heads, words } = this;
    const size = this.size - this.nameCount;
    let head = 0x2c1b3c6d;
    for (let i = 0; i < size; i += 2) {
      heads[i >>> 1] = head;
      head = Math.imul(head ^ (words[i] ?? 0), 0x85ebca6b) ^ Math.imul(words[i + 1] ?? 0, 0xc2b2ae35);
      head ^= head >>> 15;
    }
  }

  /** Hash of the last `length` bytes, 8 or 16 of them, of the line last read. */
  tail(length: number): number {
    const view = this.#view;
    let hash = length;
    for (let at = this.end - length; at < this.end; at += 4) {
      hash = Math.imul(hash ^ withoutDigits(view.getInt32(at, true)), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  /** The four bytes from `at` on, digits as `0`, or 0 where the line has no more so many. */
  checkAt(at: number): number {
    return at + 4 <= this.end ? withoutDigits(this.#view.getInt32(at, true)) : 0;
  }

  /** Appends a range of the line last read to `into`, digits as `0`, and returns the number of words there then. */
  copyRange(from: number, to: number, into: Int32Array, size: number): number {
    const view = this.#view;
    let at = from;
    let i = size;
    for (; at + 4 <= to; at += 4) into[i++] = withoutDigits(view.getInt32(at, true));
    if (at === to) return i;
    // The last bytes are read with some that were read already; those of a shorter range, each on its own.
    if (to - from >= 4) into[i++] = withoutDigits(view.getInt32(to - 4, true));
    else for (; at < to; at++) into[i++] = withoutDigits(view.getUint8(at));
    return i;
  }

  /** Whether a range of the line last read is what {@link copyRange} put into `kept` at `at`. */
  hasRange(from: number, to: number, kept: Int32Array, at: number): boolean {
    const view = this.#view;
    let i = at;
    let next = from;
    for (; next + 4 <= to; next += 4)
      if (kept[i++] !== withoutDigits(view.getInt32(next, true))) return false;
    if (next === to) return true;
    if (to - from >= 4) return kept[i] === withoutDigits(view.getInt32(to - 4, true));
    for (; next < to; next++) if (kept[i++] !== withoutDigits(view.getUint8(next))) return false;
    return true;
  }
}

/** Words that {@link Outline.copyRange} makes of so many bytes. */
export function rangeSize(length: number): number {
  return length < 4 ? length : Math.ceil(length / 4);
}

/** Words of the outline of a line of `length` bytes without names. */
export function outlineSize(length: number): number {
  return Math.ceil(length / BLOCK) * 2;
}

function finish(a: number, b: number): number {
  const sum = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x27d4eb2f);
  return sum ^ (sum >>> 15);
}

/**
 * Four bytes of a name with zeros for its letters.
 *
 * @param from place of the second byte of the name in the word, `to` of its end: either may lie outside
 * @param isLetterFirst the byte before `from` becomes an `a`
 */
function hidden(word: number, from: number, to: number, isLetterFirst: boolean): number {
  const letters = (word & LETTER_BITS & bytesBelow(to) & ~bytesBelow(from)) >>> 6;
  const zeroed = (word & ~Math.imul(letters, 0xff)) | Math.imul(letters, ZERO);
  if (!isLetterFirst || from < 1 || from > 4) return zeroed;
  const first = bytesBelow(from) & ~bytesBelow(from - 1);
  return (zeroed & ~first) | (LETTERS & first);
}

/** The bits of the first `count` bytes of a word. */
function bytesBelow(count: number): number {
  if (count <= 0) return 0;
  return count >= 4 ? -1 : (1 << (8 * count)) - 1;
}

/** Four bytes with every digit replaced by `0`. Source: the tests for zero bytes in a word, Mycroft 1987. */
function withoutDigits(word: number): number {
  const distance = word ^ 0x30303030;
  // A digit is at distance 0 to 9 from `0`: the highest bit of its byte stays clear when 118 is added to the rest.
  const others = ((distance & 0x7f7f7f7f) + 0x76767676) | distance;
  const digits = ~others & 0x80808080;
  return word & ~((digits >>> 3) - (digits >>> 7));
}
