/** What a byte of text needs on its way into a JSON string. */
const plain = 0;
const escaped = 1;
const multiByte = 2;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const hexDigits = new Uint8Array([48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102]);

/** Class of every byte value. */
const byteClass = new Uint8Array(256).map((_, byte) => {
  if (byte >= 0x80) return multiByte;
  return byte < 0x20 || byte === QUOTE || byte === BACKSLASH ? escaped : plain;
});

/** Bytes a text of `length` bytes can grow to: each may become `\u00XX`. */
export function maxEscapedLength(length: number): number {
  return length * 6;
}

/** Counts what {@link writeJsonText} had to repair. */
export interface JsonRepairs {
  /** Texts that held invalid UTF-8. */
  repairedTexts: number;
}

/**
 * Writes `source[start, end)` into `target` as the inside of a JSON string: control characters, quotes and backslashes
 * escaped, so that no raw line feed can appear; each maximal invalid part of a UTF-8 sequence becomes U+FFFD, as the
 * Encoding Standard says. `target` must have room for {@link maxEscapedLength} bytes.
 *
 * @returns the offset after the last byte written; O(end - start)
 */
export function writeJsonText(
  target: Uint8Array,
  offset: number,
  source: Uint8Array,
  start: number,
  end: number,
  repairs: JsonRepairs,
): number {
  let out = offset;
  let isRepaired = false;
  let i = start;
  const from = wordsOf(sourceWords, source);
  const to = wordsOf(targetWords, target);
  while (i < end) {
    for (; i + 4 <= end; i += 4, out += 4) {
      const word = from.getInt32(i, true);
      if (needsCare(word)) break;
      to.setInt32(out, word, true);
    }
    if (i >= end) break;
    const byte = source[i] ?? 0;
    const kind = byteClass[byte];
    if (kind === plain) {
      target[out++] = byte;
      i += 1;
    } else if (kind === escaped) {
      out = writeEscape(target, out, byte);
      i += 1;
    } else {
      const length = sequenceLength(source, i, end);
      if (length > 0) {
        for (const last = i + length; i < last; i++) target[out++] = source[i] ?? 0;
      } else {
        out = writeReplacement(target, out);
        isRepaired = true;
        i -= length;
      }
    }
  }
  if (isRepaired) repairs.repairedTexts += 1;
  return out;
}

/** The array last used as source or target, to be read four bytes at a time: a view costs more than a short text. */
interface WordView {
  bytes: Uint8Array | undefined;
  view: DataView;
}

const sourceWords: WordView = { bytes: undefined, view: new DataView(new ArrayBuffer(0)) };
const targetWords: WordView = { bytes: undefined, view: new DataView(new ArrayBuffer(0)) };

function wordsOf(words: WordView, bytes: Uint8Array): DataView {
  if (words.bytes !== bytes) {
    words.bytes = bytes;
    words.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  return words.view;
}

/**
 * Whether one of four bytes is none that stands for itself: below 0x20, a quote, a backslash, or above 0x7f. May also say
 * so of a byte behind such a one. Source of the tests for bytes in a word: Mycroft 1987.
 */
function needsCare(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  const small = (word - 0x20202020) | (quotes - 0x01010101) | (backslashes - 0x01010101);
  return ((small | word) & 0x80808080) !== 0;
}

function writeEscape(target: Uint8Array, offset: number, byte: number): number {
  target[offset] = BACKSLASH;
  if (byte === QUOTE || byte === BACKSLASH) {
    target[offset + 1] = byte;
    return offset + 2;
  }
  const letter = byte === 0x0a ? 0x6e : byte === 0x09 ? 0x74 : byte === 0x0d ? 0x72 : 0;
  if (letter !== 0) {
    target[offset + 1] = letter;
    return offset + 2;
  }
  target[offset + 1] = 0x75;
  target[offset + 2] = 0x30;
  target[offset + 3] = 0x30;
  target[offset + 4] = hexDigits[byte >>> 4] ?? 0;
  target[offset + 5] = hexDigits[byte & 15] ?? 0;
  return offset + 6;
}

function writeReplacement(target: Uint8Array, offset: number): number {
  target[offset] = 0xef;
  target[offset + 1] = 0xbf;
  target[offset + 2] = 0xbd;
  return offset + 3;
}

/**
 * Length of the well-formed sequence at `at` (2..4), or minus the number of bytes that one U+FFFD stands for.
 * Source: The Unicode Standard 15, table 3-7 and "Substitution of Maximal Subparts".
 */
function sequenceLength(source: Uint8Array, at: number, end: number): number {
  const lead = source[at] ?? 0;
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const second = at + 1 < end ? (source[at + 1] ?? 0) : 0;
  if (second < lowest || second > highest) return -1;
  for (let i = 2; i < length; i++) {
    const next = at + i < end ? (source[at + i] ?? 0) : 0;
    if ((next & 0xc0) !== 0x80) return -i;
  }
  return length;
}
