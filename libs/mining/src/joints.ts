import {
  APOSTROPHE,
  AT,
  BLANK,
  BACKSLASH,
  COLON,
  COMMA,
  DELIMITER,
  DOT,
  GREATER,
  JOINT,
  LESS,
  QUESTION,
  QUOTE,
  SLASH,
  SPACE,
  WATCHED,
  WEIGHTS,
  digitsOf,
  dotsOf,
  isDigit,
  isHexDigit,
  isInner,
  isLetter,
  isUpper,
  lettersOf,
  slashesOf,
} from './bytes.js';

/** Whether the byte at `i` ends a word of letters for certain: a blank, or a delimiter that never joins. */
export function endsPlainWord(bytes: Uint8Array, i: number, end: number): boolean {
  const byte = bytes[i] ?? 0;
  const weight = WEIGHTS[byte] ?? 0;
  if (weight === BLANK || weight === WATCHED || (weight === DELIMITER && byte !== AT)) return true;
  return weight === JOINT && i + 1 < end && WEIGHTS[bytes[i + 1] ?? 0] === BLANK;
}

/**
 * Whether the colon or comma at `i` belongs to the word that began at `at`: in `10.0.0.1:80`, `12:30:11,250`,
 * `host.example:8080`, `fe80::1`, `1,048,576`, `C:\dir` it does; in `index:12` and `a,b` it does not.
 */
export function isJoined(bytes: Uint8Array, at: number, i: number, end: number, census: number): boolean {
  if (i + 1 >= end) return false;
  const next = bytes[i + 1] ?? 0;
  if (bytes[i] === COMMA) return isJoinedComma(bytes, at, i, end, census);
  if (next === BACKSLASH) return i - at === 1 && isLetter(bytes[at] ?? 0);
  if (slashesOf(census) > 0 && (WEIGHTS[next] ?? 0) >= 0 && next !== SLASH) return true;
  if (isDigit(next) && digitsOf(census) + dotsOf(census) > 0)
    return isJoinedNumber(bytes, at, i, end, census);
  if (digitsOf(census) === 0) return i + 3 <= end && isHardwareAddress(bytes, at, i, end);
  if (next === COLON) return i + 2 < end && isHexGroup(bytes, i + 2, end);
  return isHexGroup(bytes, i + 1, end);
}

/** A number behind a colon continues numbers, is the port of a host, or the line of a source file. */
function isJoinedNumber(bytes: Uint8Array, at: number, i: number, end: number, census: number): boolean {
  if (digitsOf(census) > 0) return isDigit(bytes[at] ?? 0) || isNumberAt(bytes, i + 1, end);
  return dotsOf(census) > 0 && (isHostAhead(bytes, at, i, end) || isSourceFile(bytes, at, i));
}

/** A port, a line number or a group of an address, and not the digits that a checksum happens to begin with. */
function isNumberAt(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && at - from < 6 && isDigit(bytes[at] ?? 0)) at++;
  const isWhole = at === end || !isInner(WEIGHTS[bytes[at] ?? 0] ?? 0);
  return (isWhole && at - from < 6) || isHexGroup(bytes, from, end);
}

/** Pairs of letters so far, a pair behind the colon, and at least one more. */
function isHardwareAddress(bytes: Uint8Array, at: number, i: number, end: number): boolean {
  if ((i - at) % 3 !== 2 || !isHexPair(bytes, i - 2, i) || !isHexPair(bytes, i + 1, i + 3)) return false;
  if (i - at > 2) return bytes[i - 3] === COLON;
  return i + 3 < end && bytes[i + 3] === COLON;
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

/** Endings that name a programming language in file names, as in `server.go:7`. */
const SOURCE_ENDINGS = 'c cc cpp cxx h hpp go rs java kt scala py rb pl php js mjs ts cs swift m erl ex lua'
  .split(' ')
  .map((ending) => Uint8Array.from(`.${ending}`, (letter) => letter.charCodeAt(0)));

function isSourceFile(bytes: Uint8Array, at: number, end: number): boolean {
  for (const ending of SOURCE_ENDINGS) {
    let length = ending.length;
    const start = end - length;
    while (length > 0 && bytes[start + length - 1] === ending[length - 1]) length--;
    if (length === 0 && start > at) return true;
  }
  return false;
}

/** `<1` or `>0.5` after a blank is one value; `<1>` is a bracket. */
export function startsBound(bytes: Uint8Array, at: number, lineStart: number, end: number): boolean {
  if ((bytes[at] !== LESS && bytes[at] !== GREATER) || at + 1 >= end || !isDigit(bytes[at + 1] ?? 0))
    return false;
  if (at > lineStart && WEIGHTS[bytes[at - 1] ?? 0] !== BLANK) return false;
  let i = at + 1;
  while (i < end && (isDigit(bytes[i] ?? 0) || bytes[i] === DOT)) i++;
  return i === end || bytes[i] !== GREATER;
}

/** End of a value that holds the delimiter at `i`: the query of a path, the domain of a mail address; else `i`. */
export function endOfWhole(bytes: Uint8Array, at: number, i: number, end: number): number {
  if (bytes[i] === QUESTION && bytes[at] === SLASH) return endOfUrl(bytes, i - 2, end);
  return bytes[i] === AT ? endOfAddress(bytes, i, end) : i;
}

/** End of the mail address whose `@` stands at `i`, or `i`: the domain has a dot, unlike the hash in `Object@1b2c`. */
function endOfAddress(bytes: Uint8Array, i: number, end: number): number {
  let at = i + 1;
  while (at < end && isDomainByte(bytes[at] ?? 0)) at++;
  while (at > i + 1 && bytes[at - 1] === DOT) at--;
  let dot = at - 1;
  while (dot > i && bytes[dot] !== DOT) dot--;
  return dot > i + 1 && at - dot > 2 && isLetter(bytes[at - 1] ?? 0) ? at : i;
}

function isDomainByte(byte: number): boolean {
  return isLetter(byte) || isDigit(byte) || byte === DOT || byte === 0x2d || byte === 0x5f;
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
