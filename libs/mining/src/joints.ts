import {
  APOSTROPHE,
  BACKSLASH,
  COLON,
  COMMA,
  DOT,
  QUOTE,
  SLASH,
  SPACE,
  WEIGHTS,
  digitsOf,
  dotsOf,
  isDigit,
  isHexDigit,
  isInner,
  isLetter,
  isUpper,
  lettersOf,
} from './bytes.js';

/**
 * Whether the colon or comma at `i` belongs to the word that began at `at`: in `10.0.0.1:80`, `12:30:11,250`,
 * `host.example:8080`, `fe80::1`, `1,048,576`, `C:\dir` it does; in `index:12` and `a,b` it does not.
 */
export function isJoined(bytes: Uint8Array, at: number, i: number, end: number, census: number): boolean {
  if (i + 1 >= end) return false;
  const next = bytes[i + 1] ?? 0;
  if (bytes[i] === COMMA) return isJoinedComma(bytes, at, i, end, census);
  if (isDigit(next)) return digitsOf(census) > 0 || (dotsOf(census) > 0 && isHostAhead(bytes, at, i, end));
  if (next === BACKSLASH) return i - at === 1 && isLetter(bytes[at] ?? 0);
  if (digitsOf(census) === 0)
    return i + 3 < end && isHexPair(bytes, at, i) && isHexPair(bytes, i + 1, i + 3) && bytes[i + 3] === COLON;
  if (next === COLON) return i + 2 < end && isHexGroup(bytes, i + 2, end);
  return isHexGroup(bytes, i + 1, end);
}

function isHexPair(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from === 2 && isHexDigit(bytes[from] ?? 0) && isHexDigit(bytes[from + 1] ?? 0);
}

/** Longest run of backslashes that is looked at, so that a line of them stays linear. */
const MAX_ESCAPES = 16;

/** A run of backslashes that only escapes a quote, as in JSON inside JSON. */
export function escapesQuote(bytes: Uint8Array, i: number, end: number): boolean {
  let at = i;
  const limit = Math.min(end, i + MAX_ESCAPES);
  while (at < limit && bytes[at] === BACKSLASH) at++;
  return at < end && (bytes[at] === QUOTE || bytes[at] === APOSTROPHE);
}

/** A host, in small letters, before a port of two digits or more; `pool.size:5` and `state.clipTop:10` are keys. */
function isHostAhead(bytes: Uint8Array, at: number, colon: number, end: number): boolean {
  if (colon + 2 >= end || !isDigit(bytes[colon + 2] ?? 0)) return false;
  for (let i = at; i < colon; i++) if (isUpper(bytes[i] ?? 0)) return false;
  return true;
}

/** Thousands and the milliseconds of a clock: exactly three digits after a number. */
function isJoinedComma(bytes: Uint8Array, at: number, i: number, end: number, census: number): boolean {
  if (lettersOf(census, i - at) > 0 || digitsOf(census) === 0) return false;
  let digits = 0;
  while (i + 1 + digits < end && digits < 4 && isDigit(bytes[i + 1 + digits] ?? 0)) digits++;
  const after = i + 4 < end ? (bytes[i + 4] ?? 0) : 0;
  return digits === 3 && !isLetter(after);
}

/** One to four hexadecimal digits that end a word or stand before another colon, as in a hardware or IPv6 address. */
function isHexGroup(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && at - from < 5 && isHexDigit(bytes[at] ?? 0)) at++;
  const length = at - from;
  if (length === 0 || length > 4) return false;
  return at === end || bytes[at] === COLON || !isInner(WEIGHTS[bytes[at] ?? 0] ?? 0);
}

/** `://` at `i`. */
export function isUrlAt(bytes: Uint8Array, i: number, end: number): boolean {
  return i + 3 < end && bytes[i + 1] === SLASH && bytes[i + 2] === SLASH;
}

/** End of the URL whose `://` stands at `i`: up to a blank, quote or bracket, less trailing punctuation. */
export function endOfUrl(bytes: Uint8Array, i: number, end: number): number {
  let at = i + 3;
  while (at < end && (URL_ENDS[bytes[at] ?? 0] ?? 0) === 0) at++;
  while (at > i + 3 && isTrailing(bytes[at - 1] ?? 0)) at--;
  return at;
}

const URL_ENDS: Uint8Array = buildUrlEnds();

function buildUrlEnds(): Uint8Array {
  const ends = new Uint8Array(256);
  ends.fill(1, 0, 0x21);
  const marks = '"\'<>()[]{}|`';
  for (let i = 0; i < marks.length; i++) ends[marks.charCodeAt(i)] = 1;
  return ends;
}

function isTrailing(byte: number): boolean {
  return byte === COMMA || byte === COLON || byte === DOT || byte === 0x3b;
}

/** True when the word ends at its last dot: a full stop, or a plain name followed by its number (`core.2921`). */
export function isDotBoundary(
  at: number,
  dotAt: number,
  end: number,
  dotCensus: number,
  census: number,
): boolean {
  if (dotAt === end - 1) return true;
  return dotCensus === 0 && dotAt > at && digitsOf(census) === end - dotAt - 1 && dotsOf(census) === 1;
}

/** Blanks, commas, colons, semicolons, bars, dots: what separates the values of one list. */
export function isListGap(gap: number): boolean {
  if (gap === SPACE) return true;
  for (let rest = gap; rest !== 0; rest >>>= 8) {
    const byte = rest & 0xff;
    const isSeparator =
      byte === SPACE ||
      byte === COMMA ||
      byte === COLON ||
      byte === 0x3b ||
      byte === 0x7c ||
      byte === DOT ||
      byte === SLASH;
    if (!isSeparator) return false;
  }
  return true;
}
