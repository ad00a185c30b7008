/** Byte values that the scanner treats on their own. */
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const APOSTROPHE = 0x27;
export const OPEN_PAREN = 0x28;
export const CLOSE_PAREN = 0x29;
export const COMMA = 0x2c;
export const DASH = 0x2d;
export const DOT = 0x2e;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const UNDERSCORE = 0x5f;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;
export const QUESTION = 0x3f;
export const AT = 0x40;
export const BACKSLASH = 0x5c;
export const BACKTICK = 0x60;

/** Weight of a byte that ends a word. */
export const DELIMITER = -1;
/** Weight of a blank. */
export const BLANK = -2;
/** Weight of a colon or comma: they end a word or join its halves, as in `10.0.0.1:80`. */
export const JOINT = -3;
/** Weight of a dot and of a backslash: parts of a word that deserve a look. */
export const MARKER = -4;

const DIGIT_UNIT = 1;
/** What a dot adds to the census of a word. */
export const DOT_UNIT = 1 << 8;
/** What a slash or backslash adds. */
export const SLASH_UNIT = 1 << 16;
/** What any other symbol adds to the census of a word. */
export const SYMBOL_UNIT = 1 << 24;

/** Longest word whose census is trusted: four counters of seven or eight bits share one integer. */
export const MAX_WORD = 120;

/** Weight of a delimiter whose neighbours decide what it is: `<1`, `()`, `""`. */
export const WATCHED = -5;

const DELIMITERS = '=;()[]{}<>"\'|@#&!?`';

/**
 * One weight per byte: a negative class, or what the byte adds to the *census* of its word,
 * which counts digits (bits 0-7), dots (8-15), slashes and backslashes (16-23) and other symbols (24-30).
 * Letters, and bytes of UTF-8 sequences, add nothing: their number is the length minus the rest.
 */
export const WEIGHTS: Int32Array = buildWeights();

function buildWeights(): Int32Array {
  const weights = new Int32Array(256);
  weights.fill(SYMBOL_UNIT, 0, 0x80);
  for (const blank of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, SPACE]) weights[blank] = BLANK;
  for (let digit = 0x30; digit <= 0x39; digit++) weights[digit] = DIGIT_UNIT;
  for (let letter = 0x41; letter <= 0x5a; letter++) {
    weights[letter] = 0;
    weights[letter + 0x20] = 0;
  }
  for (let i = 0; i < DELIMITERS.length; i++) weights[DELIMITERS.charCodeAt(i)] = DELIMITER;
  for (const watched of [LESS, GREATER, CLOSE_PAREN, QUOTE, APOSTROPHE]) weights[watched] = WATCHED;
  weights[SLASH] = SLASH_UNIT;
  for (const joint of [COLON, COMMA]) weights[joint] = JOINT;
  for (const marker of [DOT, BACKSLASH]) weights[marker] = MARKER;
  return weights;
}

/** Whether a byte of this weight can stand inside a word. */
export function isInner(weight: number): boolean {
  return weight >= 0 || weight === MARKER;
}

export function digitsOf(census: number): number {
  return census & 0xff;
}

export function dotsOf(census: number): number {
  return (census >>> 8) & 0xff;
}

export function slashesOf(census: number): number {
  return (census >>> 16) & 0xff;
}

export function symbolsOf(census: number): number {
  return census >>> 24;
}

/** Number of letters in a word of `length` bytes. */
export function lettersOf(census: number, length: number): number {
  return length - digitsOf(census) - dotsOf(census) - slashesOf(census) - symbolsOf(census);
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}

export function isUpper(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

export function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || byte >= 0x80;
}

export function hasDigit(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (isDigit(bytes[i] ?? 0)) return true;
  return false;
}
