import { skipString } from './json-scan.js';
import { severityOfLetter, severityOfWord } from './severity.js';

/** Small byte tests that header recognition is made of. All are pure and O(length of the token). */

export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

export function isLetter(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

export function isUpper(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}

export function skipBlanks(bytes: Uint8Array, position: number, end: number): number {
  let i = position;
  while (i < end && (bytes[i] === 0x20 || bytes[i] === 0x09)) i += 1;
  return i;
}

/** End of the run without blanks that starts at `position`. */
export function tokenEnd(bytes: Uint8Array, position: number, end: number): number {
  let i = position;
  while (i < end && bytes[i] !== 0x20 && bytes[i] !== 0x09) i += 1;
  return i;
}

/** End of the run of letters at `position`. */
export function wordEnd(bytes: Uint8Array, position: number, end: number): number {
  let i = position;
  while (i < end && isLetter(bytes[i])) i += 1;
  return i;
}

/** Position of the bracket that closes the one at `position`, within `limit` bytes; -1 when there is none. */
export function closingBracket(bytes: Uint8Array, position: number, end: number, limit = 160): number {
  let depth = 0;
  const last = Math.min(end, position + limit);
  for (let i = position; i < last; i++) {
    const byte = bytes[i];
    if (byte === 0x5b) depth += 1;
    else if (byte === 0x5d) {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return -1;
}

/** True when `text` stands at `position`. */
export function startsWith(bytes: Uint8Array, position: number, end: number, text: Uint8Array): boolean {
  if (position + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[position + i] !== text[i]) return false;
  return true;
}

/** Position of `text` in the range, -1 when it is not there. O(length * text length). */
export function indexOfBytes(bytes: Uint8Array, start: number, end: number, text: Uint8Array): number {
  const first = text[0];
  const last = end - text.length;
  for (let i = start; i <= last; i++) {
    if (bytes[i] === first && startsWith(bytes, i, end, text)) return i;
  }
  return -1;
}

/** Position of `byte` in the range, -1 when it is not there. */
export function indexOfByte(bytes: Uint8Array, start: number, end: number, byte: number): number {
  for (let i = start; i < end; i++) if (bytes[i] === byte) return i;
  return -1;
}

/** Bytes of an ASCII text, for constants. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

const weakWords = ['log', 'system', 'config', 'fine', 'note', 'success', 'fail', 'failure'].map(ascii);

/** Level words that are also ordinary words: they count only inside brackets, before a colon, or after a time. */
export function isWeakLevelWord(bytes: Uint8Array, start: number, end: number): boolean {
  return weakWords.some((word) => {
    if (word.length !== end - start) return false;
    for (let i = 0; i < word.length; i++) if (((bytes[start + i] ?? 0) | 0x20) !== word[i]) return false;
    return true;
  });
}

/** A level found at a position: its severity and where the text after it starts. */
export const foundLevel = { severity: 0, end: 0, isCertain: false };

/**
 * Looks for a level at `position`: bare, in brackets of any kind, before a colon. Fills {@link foundLevel}.
 * `isCertain` says that it is written as a level (upper case, brackets), not as the first word of a sentence.
 */
export function readLevel(bytes: Uint8Array, position: number, end: number): boolean {
  const open = bytes[position];
  const close = open === 0x5b ? 0x5d : open === 0x28 ? 0x29 : open === 0x3c ? 0x3e : open === 0x7c ? 0x7c : 0;
  const start = close === 0 ? position : skipBlanks(bytes, position + 1, end);
  const stop = wordEnd(bytes, start, end);
  let severity = severityOfWord(bytes, start, stop);
  if (severity === 0 && close !== 0 && stop - start === 1) severity = severityOfLetter(bytes[start] ?? 0);
  if (severity === 0) return false;
  let after = stop;
  if (close !== 0) {
    after = skipBlanks(bytes, stop, end);
    if (bytes[after] !== close) return false;
    after += 1;
  } else {
    const next = after < end ? bytes[after] : 0x20;
    const isSlashed = next === 0x2f && isUpper(bytes[stop - 1]);
    if (isSlashed) after = tokenEnd(bytes, stop, end);
    else if (next === 0x5b && isUpper(bytes[stop - 1])) {
      after = countEnd(bytes, stop, end);
      if (after < 0) return false;
    } else if (!isBlank(next) && next !== 0x3a && next !== 0x5d && next !== 0x7c && next !== 0x2c)
      return false;
  }
  foundLevel.severity = severity;
  foundLevel.end = after;
  foundLevel.isCertain = close !== 0 || (isUpper(bytes[start]) && isUpper(bytes[stop - 1]));
  return true;
}

/** Behind `[0042]`, seconds since the start that are glued to a level; -1 when something else is in the brackets. */
function countEnd(bytes: Uint8Array, position: number, end: number): number {
  let i = position + 1;
  while (i < end && isDigit(bytes[i])) i += 1;
  return i > position + 1 && i - position <= 11 && bytes[i] === 0x5d ? i + 1 : -1;
}

/** Blanks and the marks people put between the parts of a header. */
export function skipSeparators(bytes: Uint8Array, position: number, end: number): number {
  let i = position;
  while (i < end) {
    const byte = bytes[i];
    if (isBlank(byte) || byte === 0x3a || byte === 0x7c || byte === 0x5d || byte === 0x2c) i += 1;
    else if (byte === 0x2d) {
      const after = dashesEnd(bytes, i, end);
      if (after >= end || !isBlank(bytes[after])) break;
      i = after;
    } else break;
  }
  return i;
}

/** Dashes with a word right behind them are an option of a command line, not a separator. */
function dashesEnd(bytes: Uint8Array, position: number, end: number): number {
  let i = position;
  while (i < end && bytes[i] === 0x2d) i += 1;
  return i;
}

/** A number, a dash, `12:M`, `I,`, or something in brackets: parts of a header that are never a sentence. */
export function prefixTokenEnd(bytes: Uint8Array, position: number, end: number): number {
  if (bytes[position] === 0x5b) {
    const close = closingBracket(bytes, position, end, 96);
    return close < 0 ? -1 : close + 1;
  }
  const stop = tokenEnd(bytes, position, Math.min(end, position + 64));
  if (isDashes(bytes, position, stop)) return stop;
  if (stop - position === 2 && isUpper(bytes[position]) && bytes[position + 1] === 0x2c) return stop;
  let i = position;
  while (i < stop && (isDigit(bytes[i]) || bytes[i] === 0x2e || bytes[i] === 0x23)) i += 1;
  if (i === stop && stop > position) return stop;
  const isRole =
    i > position && bytes[i] === 0x3a && (i + 1 === stop || (i + 2 === stop && isUpper(bytes[i + 1])));
  return isRole ? stop : -1;
}

export function isDashes(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0x2d) return false;
  return end > start && end - start <= 3;
}

/** A lone `:`, `-` or `|` between blanks. */
export function isLoneSeparator(bytes: Uint8Array, position: number, end: number): boolean {
  const byte = bytes[position];
  return (
    position + 1 < end && isBlank(bytes[position + 1]) && (byte === 0x3a || byte === 0x2d || byte === 0x7c)
  );
}

/** A name between time and level: upper case, or with marks that words do not have, or set off by dashes. */
export function isNameToken(bytes: Uint8Array, start: number, end: number, lineEnd: number): boolean {
  if (end - start > 64) return false;
  let lower = 0;
  let marks = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === 0x3d || byte === 0x22) return false;
    if (byte >= 0x61 && byte <= 0x7a) lower += 1;
    else if (!isUpper(byte)) marks += 1;
  }
  return lower === 0 || marks > 0 || isLoneSeparator(bytes, skipBlanks(bytes, end, lineEnd), lineEnd);
}

/** A dotted, slashed or scoped name, perhaps with a line number or a colon at its end. */
export function isLoggerName(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3 || end - start > 128 || !isLetter(bytes[start])) return false;
  let scopes = 0;
  for (let i = start; i < end - 1; i++) {
    const byte = bytes[i] ?? 0;
    const isScope = byte === 0x2e || byte === 0x24 || byte === 0x2f || byte === 0x23 || byte === 0x3a;
    if (isScope) scopes += 1;
    else if (
      !isLetter(byte) &&
      !isDigit(byte) &&
      byte !== 0x5f &&
      byte !== 0x2d &&
      byte !== 0x5b &&
      byte !== 0x5d
    )
      return false;
  }
  const last = bytes[end - 1];
  return scopes > 0 && last !== 0x2e && last !== 0x2c;
}

/** End of a logger between two colons without a blank (`WARN:app.db:text`); -1 when there is none. */
export function gluedLoggerEnd(bytes: Uint8Array, position: number, end: number): number {
  if (bytes[position - 1] !== 0x3a || !isLetter(bytes[position])) return -1;
  const last = Math.min(end, position + 64);
  let i = position;
  while (i < last && (isLetter(bytes[i]) || isDigit(bytes[i]) || isInnerMark(bytes[i]))) i += 1;
  return bytes[i] === 0x3a && bytes[i + 1] !== 0x2f ? i + 1 : -1;
}

function isInnerMark(byte: number | undefined): boolean {
  return byte === 0x2e || byte === 0x5f || byte === 0x2d;
}

/** A name of one word that is written as the name of a class: `OrderService`. */
export function isHumpedName(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 64 || !isUpper(bytes[start])) return false;
  let hasHump = false;
  for (let i = start + 1; i < end; i++) {
    if (!isLetter(bytes[i]) && !isDigit(bytes[i]) && bytes[i] !== 0x5f) return false;
    if (isUpper(bytes[i]) && !isUpper(bytes[i - 1])) hasHump = true;
  }
  return hasHump;
}

/** A class with its packages, behind the brackets that name the thread: `[main] org.acme.shop.Cart`. */
export function isClassBehindThread(bytes: Uint8Array, start: number, end: number): boolean {
  let before = start - 1;
  while (before > 0 && isBlank(bytes[before])) before -= 1;
  if (before < 1 || bytes[before] !== 0x5d || !isLetter(bytes[end - 1])) return false;
  let dots = 0;
  let segment = start;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== 0x2e) continue;
    dots += 1;
    segment = i + 1;
  }
  return dots >= 2 && isUpper(bytes[segment]) && isLoggerName(bytes, start, end);
}

/** One of the marks that stand alone for a level behind the time: `* started`, `# careful`. */
export function isLoneSigil(bytes: Uint8Array, position: number, end: number): boolean {
  const byte = bytes[position];
  const isSigil = byte === 0x2a || byte === 0x23 || byte === 0x2e || byte === 0x3e || byte === 0x7e;
  return isSigil && position + 2 < end && bytes[position + 1] === 0x20 && bytes[position + 2] !== 0x20;
}

/** A pair that stands between time and level: `request_id=8f2c`. */
export function isPairToken(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 96 || !isLetter(bytes[start])) return false;
  let i = start;
  while (i < end && (isLetter(bytes[i]) || isDigit(bytes[i]) || isInnerMark(bytes[i]))) i += 1;
  if (bytes[i] !== 0x3d || i + 1 >= end) return false;
  for (i += 1; i < end; i++) if (bytes[i] === 0x3d || bytes[i] === 0x22) return false;
  return true;
}

/** The byte that closes what `byte` opens; 0 when it opens nothing. */
export function closerOf(byte = 0): number {
  switch (byte) {
    case 0x5b:
      return 0x5d;
    case 0x28:
      return 0x29;
    case 0x3c:
      return 0x3e;
    case 0x7b:
      return 0x7d;
    default:
      return 0;
  }
}

/** A token that ends a bracket opened before it: `module]` of `[time LEVEL module]`. */
export function closesOuterBracket(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[end - 1] !== 0x5d) return false;
  for (let i = start; i < end; i++) if (bytes[i] === 0x5b) return false;
  return true;
}

/** A lower-case level word followed by one blank and a lower-case word reads as a sentence. */
export function isLowerSentence(bytes: Uint8Array, position: number): boolean {
  const first = bytes[position];
  if (first === undefined || first < 0x61 || first > 0x7a) return false;
  const after = bytes[foundLevel.end + 1];
  return bytes[foundLevel.end] === 0x20 && after !== undefined && after >= 0x61 && after <= 0x7a;
}

/** Behind one `[id name="value" …]` of RFC 5424, whose quoted values may hold escaped quotes and brackets. */
export function structuredElementEnd(bytes: Uint8Array, position: number, end: number): number {
  for (let i = position; i < end; i++) {
    if (bytes[i] === 0x5d) return i + 1;
    if (bytes[i] !== 0x22) continue;
    i = skipString(bytes, i, end) - 1;
    if (i < 0) return -1;
  }
  return -1;
}

/** A level letter that stands alone before something that is no lower-case word (`I am` is a sentence), or as `E/`. */
export function letterLevel(bytes: Uint8Array, position: number, end: number): number {
  const next = bytes[position + 1];
  if (next === 0x2f) return severityOfLetter(bytes[position] ?? 0);
  if (!isBlank(next)) return 0;
  const after = bytes[skipBlanks(bytes, position + 1, end)] ?? 0;
  return after >= 0x61 && after <= 0x7a ? 0 : severityOfLetter(bytes[position] ?? 0);
}
