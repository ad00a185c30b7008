import {
  DIGIT,
  JOINT,
  LETTER,
  SPACE,
  VALUE_END,
  findClass,
  hasText,
  hasWord,
  isOf,
  skipBack,
  skipOver,
} from './byte-classes.js';
import type { Detector, Span } from './detector.js';
import type { Findings } from './findings.js';
import type { SecretKind } from './secret-kind.js';
import { isOpaque, isPlaceholder } from './value-shape.js';

/** A word that makes the value behind it a secret. */
export interface SecretName {
  /** ASCII in lower case; may be the end of a longer name: `token` is in `accessToken` and `X-Auth-Token`. */
  readonly word: string;
  readonly kind: SecretKind;
  /**
   * `any`: whatever stands there is secret. `opaque`: what looks made by a machine is; `token: 3` and `secret=web-tls` are
   * not. `header`: a scheme and a credential, or pairs of a cookie.
   */
  readonly value: 'any' | 'opaque' | 'header';
  /** Too short to be looked for inside of other words, and has other meanings: counts, and the working directory. */
  readonly isShort?: true;
}

/** Names the common libraries and protocols use. A name that is not here can be added by configuration. */
export const defaultSecretNames: readonly (SecretName & { readonly trigger: readonly string[] })[] = [
  { word: 'password', kind: 'password', value: 'any', trigger: ['assw'] },
  { word: 'passwd', kind: 'password', value: 'any', trigger: ['assw'] },
  { word: 'passphrase', kind: 'password', value: 'any', trigger: ['ssph'] },
  {
    word: 'pwd',
    kind: 'password',
    value: 'any',
    isShort: true,
    trigger: ['pwd=', 'pwd:', 'pwd"', "pwd'", 'pwd\\'],
  },
  { word: 'pass', kind: 'password', value: 'any', isShort: true, trigger: ['ass=', 'ass"', "ass'", 'ass\\'] },
  { word: 'secret', kind: 'secret', value: 'opaque', trigger: ['secr'] },
  { word: 'token', kind: 'token', value: 'opaque', trigger: ['toke'] },
  { word: 'apikey', kind: 'key', value: 'opaque', trigger: ['pike'] },
  { word: 'api_key', kind: 'key', value: 'opaque', trigger: ['pi_k'] },
  { word: 'api-key', kind: 'key', value: 'opaque', trigger: ['pi-k'] },
  { word: 'accesskey', kind: 'key', value: 'opaque', trigger: ['sske'] },
  { word: 'access_key', kind: 'key', value: 'opaque', trigger: ['ss_k'] },
  { word: 'access-key', kind: 'key', value: 'opaque', trigger: ['ss-k'] },
  { word: 'privatekey', kind: 'key', value: 'opaque', trigger: ['teke'] },
  { word: 'private_key', kind: 'key', value: 'opaque', trigger: ['te_k'] },
  { word: 'private-key', kind: 'key', value: 'opaque', trigger: ['te-k'] },
  { word: 'accountkey', kind: 'key', value: 'opaque', trigger: ['ntke'] },
  { word: 'authorization', kind: 'token', value: 'header', trigger: ['riza'] },
  { word: 'cookie', kind: 'cookie', value: 'header', trigger: ['ooki'] },
];

/** Longest rest of a name behind its word, and spaces round what divides it from its value. */
const maxSuffixBytes = 24;
const maxSpaces = 4;
const maxNameBytes = 96;

const BACKSLASH = 0x5c;
const DOUBLE_QUOTE = 0x22;

/** Where a value stands. */
interface ValuePlace {
  start: number;
  end: number;
  /** Its name is in quotes and it is not: in JSON a number, `true`, `null`. */
  isBare: boolean;
  isQuoted: boolean;
  /** Divided from its name by a colon and a space, outside of JSON: the words before it may be prose. */
  isProse: boolean;
}

const place: ValuePlace = { start: 0, end: 0, isBare: false, isQuoted: false, isProse: false };

/**
 * Finds values by the names before them: `name=value`, `name: value`, `"name": "value"`, `\"name\":\"value\"`,
 * `--name value`, `<name>value</name>`.
 *
 * @param offset where the trigger's last byte is in the word
 */
export function namedValueDetector(name: SecretName, offset: number): Detector {
  return (span, at, found) => {
    const wordStart = at - offset;
    if (wordStart < span.start || !hasWord(span.bytes, wordStart, span.end, name.word)) return false;
    if (name.isShort === true && isInsideWord(span, wordStart)) return false;
    if (!findPlace(span, wordStart, wordStart + name.word.length)) return false;
    if (place.start < found.end) return false;
    return name.value === 'header' ? takeHeader(span, name, found) : takeValue(span, name, found);
  };
}

/** Fills {@link place}; false when no value follows. */
function findPlace(span: Span, wordStart: number, wordEnd: number): boolean {
  const { bytes, end } = span;
  let i = skipSuffix(span, wordEnd);
  if (i < 0) return false;
  const nameStart = skipBack(
    bytes,
    wordStart,
    Math.max(span.start, wordStart - maxNameBytes),
    LETTER | DIGIT | JOINT,
  );
  if (bytes[i] === 0x3e && bytes[nameStart - 1] === 0x3c && nameStart > span.start)
    return placeUntil(bytes, i + 1, indexOf(span, i + 1, 0x3c));
  const hasQuotes = isQuoteAt(span, i);
  const afterQuote = hasQuotes ? skipQuote(span, i) : i;
  i = skipOver(bytes, afterQuote, Math.min(end, afterQuote + maxSpaces), SPACE);
  const sign = i < end ? bytes[i] : 0;
  if (sign !== 0x3d && sign !== 0x3a) {
    // A flag of a command line.
    if (i === wordEnd || bytes[i - 1] !== 0x20 || !isFlag(span, nameStart, wordStart)) return false;
    return placeUntil(bytes, i, findClass(bytes, i, end, SPACE));
  }
  if (sign === 0x3a && nameStart > span.start && bytes[nameStart - 1] === 0x3c) return false; // a pseudonym
  // `name= next` has no value; `name = value` and `name: value` have.
  const isTight = sign === 0x3d && i === afterQuote && !hasQuotes;
  i++;
  if (bytes[i] === 0x3e || bytes[i] === 0x3d) i++;
  const valueStart = isTight ? i : skipOver(bytes, i, Math.min(end, i + maxSpaces), SPACE);
  const quoteAt = skipTextPrefix(span, valueStart);
  if (isQuoteAt(span, quoteAt)) return placeInQuotes(span, quoteAt);
  placeUntil(bytes, valueStart, findClass(bytes, valueStart, end, VALUE_END));
  place.isBare = hasQuotes;
  place.isProse = sign === 0x3a && !hasQuotes && valueStart > i;
  return place.end > place.start && valueStart < end;
}

/** Behind the word: the end of the name, `Key`, `_value`, `2`; -1 where the name says something else, as `tokenCount`. */
function skipSuffix({ bytes, end }: Span, wordEnd: number): number {
  const stop = skipOver(bytes, wordEnd, Math.min(end, wordEnd + maxSuffixBytes), LETTER | DIGIT | JOINT);
  let i = skipOver(bytes, wordEnd, stop, JOINT);
  if (i < stop)
    for (const suffix of ['key', 'value']) if (hasWord(bytes, i, stop, suffix)) i += suffix.length;
  i = skipOver(bytes, i, stop, DIGIT);
  return i === stop && !(stop > wordEnd && isOf(bytes, stop - 1, JOINT)) ? stop : -1;
}

/** Before the name there is `--`. */
function isFlag({ bytes }: Span, nameStart: number, wordStart: number): boolean {
  return hasText(bytes, nameStart, wordStart, '--') && bytes[nameStart + 2] !== 0x2d;
}

function placeUntil(bytes: Uint8Array, start: number, end: number): boolean {
  place.start = start;
  place.end = end;
  place.isBare = false;
  place.isQuoted = false;
  place.isProse = false;
  return end > start && start < bytes.length;
}

/** Texts of Python say what they are before the quote: `u'…'`, `b'…'`, `rb'…'`. */
function skipTextPrefix(span: Span, at: number): number {
  for (let i = at; i <= at + 2; i++) if (isQuoteAt(span, i)) return i;
  return at;
}

/** A quote, or one that is escaped in a text inside a text. */
function isQuoteAt({ bytes, end }: Span, at: number): boolean {
  let i = at;
  while (i < end && i < at + 8 && bytes[i] === BACKSLASH) i++;
  return i < end && (bytes[i] === DOUBLE_QUOTE || bytes[i] === 0x27);
}

function skipQuote({ bytes }: Span, at: number): number {
  let i = at;
  while (bytes[i] === BACKSLASH) i++;
  return i + 1;
}

/** From one quote to the next that is escaped as often. Without one the value ends with the line. */
function placeInQuotes(span: Span, at: number): boolean {
  const { bytes, end } = span;
  const start = skipQuote(span, at);
  const quote = bytes[start - 1];
  const escapes = start - 1 - at;
  let backslashes = 0;
  for (let i = start; i < end; i++) {
    if (bytes[i] === BACKSLASH) {
      backslashes++;
      continue;
    }
    if (bytes[i] === quote && isClosing(backslashes, escapes)) {
      const valueEnd = i - Math.min(backslashes, escapes);
      placeUntil(bytes, start, valueEnd);
      place.isQuoted = true;
      return valueEnd > start;
    }
    backslashes = 0;
  }
  placeUntil(bytes, start, end);
  place.isQuoted = true;
  return end > start;
}

/** Of a text whose quotes have `escapes` backslashes, each backslash of its own is `escapes + 1`, and two of them are one. */
function isClosing(backslashes: number, escapes: number): boolean {
  return backslashes < escapes || Math.trunc((backslashes - escapes) / (escapes + 1)) % 2 === 0;
}

function indexOf({ bytes, end }: Span, from: number, byte: number): number {
  let i = from;
  while (i < end && bytes[i] !== byte) i++;
  return i;
}

function takeValue(span: Span, name: SecretName, found: Findings): boolean {
  const { bytes } = span;
  const { start, end, isBare } = place;
  if (isPlaceholder(bytes, start, end) || isContainer(bytes, start)) return false;
  if (name.isShort === true && isCountOrPath(bytes, start, end)) return false;
  const isSecret =
    name.value === 'any' ? !(place.isProse && isPlainWord(bytes, start, end)) : isOpaque(bytes, start, end);
  if (!isSecret) return false;
  const isJwt = hasText(bytes, start, end, 'eyJ') && bytes.subarray(start, end).includes(0x2e);
  found.add(start, end, isJwt ? 'jwt' : name.kind, isBare);
  return true;
}

/** Objects and arrays are looked at member by member. */
function isContainer(bytes: Uint8Array, start: number): boolean {
  return place.isBare && (bytes[start] === 0x7b || bytes[start] === 0x5b);
}

/** `password: expired`: a word, capitalised perhaps, behind a colon and a space is said about a password. */
function isPlainWord(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    const isLower = byte >= 0x61 && byte <= 0x7a;
    const isCapital = i === start && byte >= 0x41 && byte <= 0x5a;
    if (!isLower && !isCapital && !(i === end - 1 && (byte === 0x2e || byte === 0x21))) return false;
  }
  return true;
}

/** A letter stands before the word, and the word does not begin with a capital of its own: `compass`, not `dbPass`. */
function isInsideWord({ bytes, start }: Span, wordStart: number): boolean {
  const isCapital = (bytes[wordStart] ?? 0) < 0x60;
  const before = bytes[wordStart - 1] ?? 0;
  return wordStart > start && isOf(bytes, wordStart - 1, LETTER) && !(isCapital && before >= 0x61);
}

function isCountOrPath(bytes: Uint8Array, start: number, end: number): boolean {
  const isPath =
    bytes[start] === 0x2f || bytes[start] === 0x7e || (bytes[start + 1] === 0x3a && end - start > 2);
  return isPath || skipOver(bytes, start, end, DIGIT | JOINT) === end;
}

/** `Authorization: Bearer x`, where the scheme stays; `Cookie: a=b; c=d`, whole. */
function takeHeader(span: Span, name: SecretName, found: Findings): boolean {
  const { bytes } = span;
  let { start, end } = place;
  if (name.kind === 'cookie') {
    if (!place.isQuoted) end = endOfPairs(span, start);
    const hasPair = bytes.subarray(start, end).includes(0x3d);
    if (isPlaceholder(bytes, start, end) || !hasPair) return false;
  } else {
    const limit = place.isQuoted ? end : span.end;
    const wordEnd = skipOver(bytes, start, limit, LETTER | DIGIT | JOINT);
    if (bytes[wordEnd] === 0x20 && wordEnd < limit) {
      start = wordEnd + 1;
      end = place.isQuoted ? end : findClass(bytes, start, limit, VALUE_END);
    }
    if (isPlaceholder(bytes, start, end) || !isOpaque(bytes, start, end)) return false;
  }
  found.add(start, end, hasText(bytes, start, end, 'eyJ') ? 'jwt' : name.kind, place.isBare);
  return true;
}

/** `a=b; c=d` up to what does not go on like that. */
function endOfPairs({ bytes, end }: Span, start: number): number {
  let stop = findClass(bytes, start, end, VALUE_END);
  while (bytes[stop] === 0x3b && bytes[stop + 1] === 0x20 && stop + 2 < end)
    stop = findClass(bytes, stop + 2, end, VALUE_END);
  return stop;
}
