import { DASH } from './bytes.js';

/** Fewest hexadecimal digits, and fewest decimal ones among them, of a word that is a name for certain. */
const MIN_DIGITS = 8;
const MIN_DECIMALS = 4;
const LAST_LETTER = 0x66;
const FIRST_LETTER = 0x61;

/** What {@link hasNameAt} found; one serves all calls. */
const found = { isOne: false, from: 0, to: 0 };

/**
 * Looks at the run of small hexadecimal digits and dashes round a place: whether it is a *hexadecimal name*, as a UUID, a
 * digest or the id of a request is, which no two lines share.
 *
 * A word with so many decimal digits among its letters is a variable whatever else is in it, and with these bytes round
 * it no other word is cut by what it spells, but for whether it begins with a digit or a letter. The tests hold the
 * scanner to that. O(length of the run).
 *
 * @param at a place within the run
 * @returns the run, shared and valid until the next call
 */
export function hasNameAt(bytes: Uint8Array, at: number, start: number, end: number): typeof found {
  let from = at;
  while (from > start && isRunByte(bytes[from - 1] ?? 0)) from--;
  let to = at;
  let letters = 0;
  let decimals = 0;
  for (let i = from; i < end && (i < at || isRunByte(bytes[i] ?? 0)); i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= FIRST_LETTER) letters += 1;
    else if (byte !== DASH) decimals += 1;
    to = i + 1;
  }
  found.from = from;
  found.to = to;
  found.isOne =
    letters > 0 &&
    decimals >= MIN_DECIMALS &&
    letters + decimals >= MIN_DIGITS &&
    letters < 3 * decimals &&
    bytes[from] !== DASH &&
    bytes[to - 1] !== DASH &&
    (from === start || OPENERS[bytes[from - 1] ?? 0] === 1) &&
    (to === end || CLOSERS[bytes[to] ?? 0] === 1);
  return found;
}

/** Bytes a name may stand behind, and before: none that the scanner reads together with what is next to it. */
const OPENERS = setOf(' ="\'([{/;');
const CLOSERS = setOf(' "\',/)]};');

function setOf(marks: string): Uint8Array {
  const set = new Uint8Array(256);
  for (let i = 0; i < marks.length; i++) set[marks.charCodeAt(i)] = 1;
  return set;
}

function isRunByte(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= FIRST_LETTER && byte <= LAST_LETTER) || byte === DASH;
}

/**
 * Whether four bytes of an outline are a mixture of letters that look like hexadecimal ones and zeros, which stand for
 * digits; `g` passes too. Some four of a name nearly always are. All zeros have the bits 30, the letters 60 with the last
 * three free.
 */
export function isMixedHex(word: number): boolean {
  if (((word ^ 0x20202020) & 0xa8a8a8a8) !== 0) return false;
  if ((((word >>> 2) ^ word) & 0x10101010) !== 0x10101010) return false;
  const letters = word & 0x40404040;
  return letters !== 0 && letters !== 0x40404040;
}
