import { CONSTANT, SOFT, VARIABLE, hashBytes } from './skeleton.js';
import {
  BACKSLASH,
  CLOSE_PAREN,
  COLON,
  DOT,
  MAX_WORD,
  OPEN_PAREN,
  SLASH,
  SPACE,
  UNDERSCORE,
  digitsOf,
  dotsOf,
  isDigit,
  isHexDigit,
  isLetter,
  isUpper,
  lettersOf,
  slashesOf,
} from './bytes.js';

/**
 * What a word is by its shape alone.
 *
 * @param census counters of the word as described at WEIGHTS
 * @returns {@link CONSTANT}, {@link SOFT} or {@link VARIABLE}. O(length), without allocation.
 */
export function classifyWord(bytes: Uint8Array, start: number, end: number, census: number): number {
  const length = end - start;
  if (length > MAX_WORD) return VARIABLE;
  const letters = lettersOf(census, length);
  if (digitsOf(census) > 0) return classifyWithDigits(bytes, start, end, census);
  if (letters === 0) return length === 1 && bytes[start] === SLASH ? SOFT : CONSTANT;
  if (census === 0) {
    if (length >= 8 && (length & 3) === 0 && isHexadecimal(bytes, start, end)) return VARIABLE;
    return length <= 9 ? classifyLiteral(bytes, start, length) : CONSTANT;
  }
  const first = bytes[start] ?? 0;
  const second = bytes[start + 1] ?? 0;
  if (slashesOf(census) > 0) {
    if ((first === SLASH || first === BACKSLASH) && length > 2) return VARIABLE;
    if (first === DOT && (second === SLASH || second === DOT)) return VARIABLE;
    if (second === COLON && length > 3) return VARIABLE;
    return slashesOf(census) > 1 || dotsOf(census) > 0 ? SOFT : CONSTANT;
  }
  return dotsOf(census) > 0 && isDottedName(bytes, start, end) ? SOFT : CONSTANT;
}

/**
 * A long name of code with a few digits inside its words (`nat64_session_table`, `IO802PeerTable::stop`), unlike an
 * identifier drawn by chance, a host, or a name that is numbered.
 */
function isCodeName(bytes: Uint8Array, start: number, end: number, census: number): boolean {
  const letters = lettersOf(census, end - start);
  if (letters < 8 || letters < 3 * digitsOf(census)) return false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (isLetter(byte) || byte === UNDERSCORE || byte === COLON) continue;
    if (!isDigit(byte) || i + 1 === end) return false;
    const before = bytes[i - 1] ?? 0;
    if (!isLetter(before) && !isDigit(before)) return false;
  }
  return true;
}

/** Numbers, hexadecimal, addresses, identifiers with digits: soft while they are short enough to be a name. */
function classifyWithDigits(bytes: Uint8Array, start: number, end: number, census: number): number {
  const length = end - start;
  const letters = lettersOf(census, length);
  const first = bytes[start] ?? 0;
  if (letters === 0 || isDigit(first)) return VARIABLE;
  if (first === SLASH || digitsOf(census) > 3 || length > 12) {
    return slashesOf(census) === 0 && (digitsOf(census) <= 1 || isCodeName(bytes, start, end, census))
      ? SOFT
      : VARIABLE;
  }
  const startsWithDigit = isDigit(bytes[start + 1] ?? 0);
  if (startsWithDigit && (!isLetter(first) || (letters === 1 && dotsOf(census) > 0))) return VARIABLE;
  return length >= 6 && isHexadecimal(bytes, start, end) ? VARIABLE : SOFT;
}

function isHexadecimal(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isHexDigit(bytes[i] ?? 0)) return false;
  return true;
}

/** Dotted lower-case names are hosts, packages or files; a capitalised last part names a class, which must stay visible. */
function isDottedName(bytes: Uint8Array, start: number, end: number): boolean {
  let lastDot = end;
  for (let i = end - 1; i >= start && lastDot === end; i--) if (bytes[i] === DOT) lastDot = i;
  return lastDot > start && lastDot < end - 1 && !isUpper(bytes[lastDot + 1] ?? 0);
}

/** Truth values are variables; words for "no value" are soft. */
const LITERALS: ReadonlyMap<string, number> = new Map([
  ['true', VARIABLE],
  ['false', VARIABLE],
  ['True', VARIABLE],
  ['False', VARIABLE],
  ['TRUE', VARIABLE],
  ['FALSE', VARIABLE],
  ['null', SOFT],
  ['NULL', SOFT],
  ['nil', SOFT],
  ['None', SOFT],
  ['NaN', SOFT],
  ['undefined', SOFT],
]);

/** Calendar names that begin or continue a written date. */
const CALENDAR_NAMES = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun';

/** Abbreviated units that may stand one blank after their number and belong to it. */
const UNITS = 'B kB KB MB GB TB PB KiB MiB GiB TiB bytes ns us ms s sec secs min mins';

/** Names under which structured logs keep the text of the statement, which is no value. */
const MESSAGE_KEYS = hashesOf('msg Msg message Message event text log body');
/** Names under which they keep what went wrong, by which failures of one statement are told apart. */
const FAILURE_KEYS = hashesOf(
  'err error errors Error reason Reason exception cause failure detail details stderr',
);

function hashesOf(words: string): Int32Array {
  const hashes = words.split(' ').map((word) => {
    const bytes = Uint8Array.from(word, (letter) => letter.charCodeAt(0));
    return hashBytes(bytes, 0, bytes.length);
  });
  return Int32Array.from(hashes);
}

/** Whether a word of this hash names the text of a statement. */
export function isMessageKey(hash: number): boolean {
  return isReservedHash(hash) && MESSAGE_KEYS.includes(hash);
}

/** Whether a word of this hash names a failure. */
export function isFailureKey(hash: number): boolean {
  return isReservedHash(hash) && FAILURE_KEYS.includes(hash);
}

/**
 * One bit for each of 4096 remainders of a hash: whether a word that the scanner reads in a way of its own has it. Other
 * words that share the remainder are reserved too; nothing depends on that but time.
 */
const RESERVED: Uint8Array = buildReserved();

function buildReserved(): Uint8Array {
  const bits = new Uint8Array(512);
  const words = [...LITERALS.keys(), ...`${CALENDAR_NAMES} ${UNITS}`.split(' ')];
  for (const hash of [...hashesOf(words.join(' ')), ...MESSAGE_KEYS, ...FAILURE_KEYS])
    bits[(hash & 0xfff) >>> 3] = (bits[(hash & 0xfff) >>> 3] ?? 0) | (1 << (hash & 7));
  return bits;
}

/** False when a word of this hash is read like any other: no literal, calendar name, unit or name of a message. */
export function isReservedHash(hash: number): boolean {
  return (((RESERVED[(hash & 0xfff) >>> 3] ?? 0) >>> (hash & 7)) & 1) === 1;
}

interface Spelling {
  readonly spelling: Uint8Array;
  readonly kind: number;
}

/** Words grouped by their first byte, so that a look-up touches one or two candidates and allocates nothing. */
function byFirstByte(
  words: Iterable<readonly [string, number]>,
): readonly (readonly Spelling[] | undefined)[] {
  const groups: Spelling[][] = [];
  for (const [word, kind] of words) {
    const spelling = Uint8Array.from(word, (letter) => letter.charCodeAt(0));
    const first = spelling[0] ?? 0;
    groups[first] = [...(groups[first] ?? []), { spelling, kind }];
  }
  return Array.from({ length: 256 }, (_, first) => groups[first]);
}

const literalsByFirst = byFirstByte(LITERALS);
const calendarByFirst = byFirstByte(CALENDAR_NAMES.split(' ').map((name) => [name, 1] as const));
const unitsByFirst = byFirstByte(UNITS.split(' ').map((unit) => [unit, 1] as const));

function lookUp(
  groups: readonly (readonly Spelling[] | undefined)[],
  bytes: Uint8Array,
  start: number,
  length: number,
): number {
  const group = groups[bytes[start] ?? 0];
  if (group === undefined) return 0;
  for (const { spelling, kind } of group) {
    if (spelling.length === length && startsWith(bytes, start, spelling)) return kind;
  }
  return 0;
}

function startsWith(bytes: Uint8Array, start: number, spelling: Uint8Array): boolean {
  for (let i = 1; i < spelling.length; i++) if (bytes[start + i] !== spelling[i]) return false;
  return true;
}

function classifyLiteral(bytes: Uint8Array, start: number, length: number): number {
  return lookUp(literalsByFirst, bytes, start, length);
}

/**
 * Hashes of the literals and calendar names, each at its low nine bits: one load tells that an ordinary word is not
 * among them. An equal hash proves nothing; the spelling decides.
 */
const SPECIAL_HASHES: Int32Array = buildSpecialHashes();

export function isSpecialHash(hash: number): boolean {
  return SPECIAL_HASHES[hash & 511] === hash;
}

function buildSpecialHashes(): Int32Array {
  const hashes = new Int32Array(512);
  for (const word of [...LITERALS.keys(), ...CALENDAR_NAMES.split(' ')]) {
    const bytes = Uint8Array.from(word, (letter) => letter.charCodeAt(0));
    const hash = hashBytes(bytes, 0, bytes.length);
    const at = hash & 511;
    if (hashes[at] !== 0) throw new Error(`two special words share place ${at}`);
    hashes[at] = hash;
  }
  return hashes;
}

/** True when the word is the three-letter English name of a month or a day. */
export function isCalendarName(bytes: Uint8Array, start: number, length: number): boolean {
  return length === 3 && lookUp(calendarByFirst, bytes, start, 3) > 0;
}

/** End of a number at `i`, with its unit and a parenthesis that only restates it: `1417 bytes (1.38 KB)`. */
export function endWithUnit(bytes: Uint8Array, i: number, end: number): number {
  if (i + 1 >= end || bytes[i] !== SPACE) return i;
  const unitEnd = endOfUnit(bytes, i + 1, end);
  if (unitEnd === i + 1) return i;
  if (unitEnd + 1 >= end || bytes[unitEnd] !== SPACE || bytes[unitEnd + 1] !== OPEN_PAREN) return unitEnd;
  let at = unitEnd + 2;
  while (at < end && (isDigit(bytes[at] ?? 0) || bytes[at] === DOT)) at++;
  if (at === unitEnd + 2 || at >= end || bytes[at] !== SPACE) return unitEnd;
  const second = endOfUnit(bytes, at + 1, end);
  return second > at + 1 && second < end && bytes[second] === CLOSE_PAREN ? second + 1 : unitEnd;
}

/** End of the unit that starts at `start`, or `start` when no unit stands there as a whole word. */
function endOfUnit(bytes: Uint8Array, start: number, end: number): number {
  if (unitsByFirst[bytes[start] ?? 0] === undefined) return start;
  let at = start;
  while (at < end && at - start < 6 && isLetter(bytes[at] ?? 0)) at++;
  const isWhole = at === end || !isWordByte(bytes[at] ?? 0);
  return isWhole && lookUp(unitsByFirst, bytes, start, at - start) > 0 ? at : start;
}

function isWordByte(byte: number): boolean {
  return isLetter(byte) || isDigit(byte) || byte === SLASH || byte === 0x5f;
}
