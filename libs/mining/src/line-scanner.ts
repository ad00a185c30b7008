import * as ascii from './bytes.js';
import { digitsOf, isInner, isHexDigit, lettersOf, slashesOf } from './bytes.js';
import { NAMED_DATE, NO_DATE, continuesDate, dateKind, isDateAhead } from './dates.js';
import {
  endOfUrl,
  endOfWhole,
  endsPlainWord,
  escapesQuote,
  isDotBoundary,
  isJoined,
  isListGap,
  isUrlAt,
  startsBound,
} from './joints.js';
import {
  closesQuote,
  endOfQuotedText,
  hasStatement,
  isEmptyValue,
  isPlainKey,
  lacksValue,
  opensValue,
  startsProduct,
} from './quoted-text.js';
import * as elements from './skeleton.js';
import { Skeleton, hashBytes, runShape } from './skeleton.js';
import { isSpecialHash, classifyWord, endWithUnit, isCalendarName, isMessageKey } from './words.js';

// An imported binding is read through a cell at every use, a constant of the module is folded into the code:
// worth a fifth of the time of a line.
const {
  APOSTROPHE,
  BACKTICK,
  BLANK,
  COLON,
  DASH,
  DELIMITER,
  DOT,
  DOT_UNIT,
  EQUALS,
  GREATER,
  JOINT,
  MARKER,
  MAX_WORD,
  OPEN_PAREN,
  QUOTE,
  SLASH_UNIT,
  SPACE,
  SYMBOL_UNIT,
  WATCHED,
  WEIGHTS,
} = ascii;
const { ANY_SHAPE, CONSTANT, HASH_PRIME, HASH_SEED, MAX_ELEMENTS, SOFT, VARIABLE } = elements;

/** Most values of one line that are told apart; further ones of a run extend the last. */
export const MAX_VALUES = 512;
/** A run of more values than this is a list whatever its length. */
const MAX_FIXED_RUN = 16;

/**
 * Cuts one line into a {@link Skeleton} in a single pass over its bytes: no string, no object, no pattern matching.
 * The arrays are overwritten by the next line. O(length); long words, runs and lines are bounded.
 */
export class LineScanner extends Skeleton {
  readonly starts = new Int32Array(MAX_ELEMENTS + 1);
  readonly ends = new Int32Array(MAX_ELEMENTS + 1);
  /** Index of an element's first value; values of one element are contiguous. */
  readonly firstValues = new Int32Array(MAX_ELEMENTS + 2);
  readonly valueStarts = new Int32Array(MAX_VALUES);
  readonly valueEnds = new Int32Array(MAX_VALUES);
  valueCount = 0;
  bytes: Uint8Array = new Uint8Array(0);
  lineStart = 0;
  lineEnd = 0;
  /** True when the last line had more elements than are told apart. */
  isTruncated = false;

  #gap = 0;
  #wordEnd = -1;
  #date = NO_DATE;
  #census = 0;
  #hash = 0;
  /** Colons inside the last word. */
  #colons = 0;

  scan(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.size = 0;
    this.valueCount = 0;
    this.isTruncated = false;
    this.#gap = 0;
    this.#wordEnd = -1;
    this.lineStart = start;
    this.lineEnd = end;
    this.#date = NO_DATE;
    let at = start;
    while (at < end) {
      if (bytes[at] === SPACE && this.size > 0 && WEIGHTS[bytes[at + 1] ?? 0] === 0 && this.#gap === 0) {
        at = this.#readPlainWords(at, end);
      }
      at = this.#readGap(at, end);
      if (at >= end) break;
      if (this.size >= MAX_ELEMENTS - 1) {
        this.isTruncated = true;
        this.#push(VARIABLE, at, end, 0);
        at = end;
        break;
      }
      at = this.#readWord(at, end);
    }
    if ((this.#gap & 0xff) === SPACE) this.#gap >>>= 8;
    if (this.#gap !== 0) this.#push(CONSTANT, end, end, 0);
    this.firstValues[this.size] = this.valueCount;
    this.seal();
  }

  /**
   * The most common case in one tight loop: words of letters alone, each after one blank and before a blank or a
   * delimiter, that spell nothing special. Returns where the loop had to stop: before a gap.
   */
  #readPlainWords(from: number, end: number): number {
    const { bytes, gaps, kinds, hashes, shapes, starts, ends, firstValues, valueCount } = this;
    const weights = WEIGHTS;
    let size = this.size;
    let at = from;
    while (at + 1 < end && bytes[at] === SPACE && size < MAX_ELEMENTS - 1) {
      let hash = HASH_SEED;
      let i = at + 1;
      for (; i < end; i++) {
        const byte = bytes[i] ?? 0;
        if (weights[byte] !== 0) break;
        hash = Math.imul(hash ^ byte, HASH_PRIME);
      }
      const length = i - at - 1;
      if (length === 0 || length > MAX_WORD || isSpecialHash(hash)) break;
      if (i < end && !endsPlainWord(bytes, i, end)) break;
      if (length >= 8 && isHexDigit(bytes[at + 1] ?? 0)) break;
      gaps[size] = SPACE;
      kinds[size] = CONSTANT;
      hashes[size] = hash;
      shapes[size] = 0;
      starts[size] = at + 1;
      ends[size] = i;
      firstValues[size] = valueCount;
      size += 1;
      at = i;
    }
    if (at === from) return from;
    this.size = size;
    this.#wordEnd = at;
    this.#date = NO_DATE;
    return at;
  }

  /** Collects blanks and delimiters up to the next word; gaps of more than four bytes are spread over empty elements. */
  #readGap(from: number, end: number): number {
    const bytes = this.bytes;
    const weights = WEIGHTS;
    if (this.#gap === 0 && this.size > 0 && this.#readShortGap(from, end))
      return this.#gap > 0xff ? from + 2 : from + 1;
    let at = from;
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      const weight = weights[byte] ?? 0;
      if (weight >= 0 || (weight === MARKER && this.#startsWord(byte, at, end))) break;
      if (weight === BLANK) {
        if (
          this.#gap === EQUALS &&
          at - 2 >= this.lineStart &&
          this.#wordEnd === at - 1 &&
          lacksValue(bytes, at - 1, end)
        ) {
          this.#push(SOFT, at, at, NO_DATE);
        }
        if ((this.#gap & 0xff) !== SPACE && (this.#gap !== 0 || this.size !== 0)) this.#extendGap(SPACE, at);
        continue;
      }
      if (weight === WATCHED) {
        if (startsBound(bytes, at, this.lineStart, end)) break;
        if (isEmptyValue(bytes, at, this.lineStart)) this.#push(SOFT, at, at, NO_DATE);
        const close = byte === QUOTE ? this.#endOfTextValue(at, end) : -1;
        if (close > 0) {
          this.#extendGap(QUOTE, at);
          this.#push(VARIABLE, at + 1, close, NO_DATE);
          at = close - 1;
          continue;
        }
      }
      if (this.#gap >>> 24 !== 0 && this.size >= MAX_ELEMENTS - 1) break;
      this.#extendGap(byte, at);
    }
    return at;
  }

  /** Most gaps: a blank or a plain delimiter, and perhaps a blank after it, before a word. */
  #readShortGap(from: number, end: number): boolean {
    const bytes = this.bytes;
    const byte = bytes[from] ?? 0;
    const weight = WEIGHTS[byte] ?? 0;
    let at = from + 1;
    if (weight >= 0 || weight <= MARKER || at >= end) return false;
    let gap = weight === BLANK ? SPACE : byte;
    let next = WEIGHTS[bytes[at] ?? 0] ?? 0;
    if (next === BLANK && weight !== BLANK) {
      if (byte === EQUALS) return false;
      at += 1;
      if (at >= end) return false;
      gap = (gap << 8) | SPACE;
      next = WEIGHTS[bytes[at] ?? 0] ?? 0;
    }
    if (next < 0) return false;
    this.#gap = gap;
    return true;
  }

  #extendGap(byte: number, at: number): void {
    if (this.#gap >>> 24 !== 0) this.#push(CONSTANT, at, at, NO_DATE);
    this.#gap = (this.#gap << 8) | byte;
  }

  /** A dot begins a word (`.5`, `..`) unless it ends the last one; a backslash does unless it escapes a quote. */
  #startsWord(byte: number, at: number, end: number): boolean {
    const bytes = this.bytes;
    if (byte !== DOT) return !escapesQuote(bytes, at, end);
    if (at + 1 >= end) return false;
    return bytes[at + 1] === DOT || (at !== this.#wordEnd && isInner(WEIGHTS[bytes[at + 1] ?? 0] ?? 0));
  }

  /** Closing quote of the text that a quote at `at` opens, if the text is one value; else -1. */
  #endOfTextValue(at: number, end: number): number {
    if (this.size === 0 || this.size >= MAX_ELEMENTS - 2) return -1;
    const isKeyed = opensValue(this.#gap) && isPlainKey(this.hashes[this.size - 1] ?? 0);
    if (!isKeyed && !startsProduct(this.bytes, at + 1, end)) return -1;
    const close = endOfQuotedText(this.bytes, at + 1, end);
    if (close < 0 || !isKeyed) return close;
    return hasStatement(this, this.bytes, close, end) ? close : -1;
  }

  #readWord(at: number, end: number): number {
    const bytes = this.bytes;
    let i = this.#measureWord(at, end);
    if (i === at && bytes[at] === DOT) return this.#readDots(at, end);
    if (i < end && WEIGHTS[bytes[i] ?? 0] !== BLANK) {
      const whole = this.#endOfWhole(at, i, end);
      if (whole > i) return whole;
      if (bytes[i] === GREATER && bytes[i - 1] === DASH && i - at > 1) i = this.#measureWord(at, i - 1);
    }
    const census = this.#census;
    if (census === 0 && this.#isOrdinary(at, i)) {
      const kind = this.#gap !== SPACE && this.#isAttachedValue(at, i, end) ? SOFT : CONSTANT;
      this.#append(kind, this.#gap, at, i);
      return i;
    }
    if (census === i - at && census <= MAX_WORD) return this.#readNumber(at, i, end);
    const kind = this.#kindOf(at, i, end);
    if (kind !== VARIABLE) {
      this.#append(kind, this.#gap, at, i);
      return i;
    }
    const date = dateKind(census, i - at, this.#colons);
    if (bytes[i] === SPACE && lettersOf(census, i - at) === 0) i = endWithUnit(bytes, i, end);
    this.#push(VARIABLE, at, i, date);
    return i;
  }

  /** Takes in a value that goes on behind the delimiter at `i`: a URL, a query, a mail address. Returns its end, or `i`. */
  #endOfWhole(at: number, i: number, end: number): number {
    const bytes = this.bytes;
    const isUrl = bytes[i] === COLON && isUrlAt(bytes, i, end);
    const whole = isUrl ? endOfUrl(bytes, i, end) : endOfWhole(bytes, at, i, end);
    if (whole > i) this.#push(VARIABLE, at, whole, NO_DATE);
    return whole;
  }

  /** Digits alone: the most common value. */
  #readNumber(at: number, digitsEnd: number, end: number): number {
    const { bytes } = this;
    const mayHaveUnit = bytes[digitsEnd] === SPACE && WEIGHTS[bytes[digitsEnd + 1] ?? 0] === 0;
    const i = mayHaveUnit ? endWithUnit(bytes, digitsEnd, end) : digitsEnd;
    if (this.#date !== NO_DATE)
      this.#push(VARIABLE, at, i, dateKind(this.#census, digitsEnd - at, this.#colons));
    else if (this.size > 0 && this.kinds[this.size - 1] === VARIABLE) this.#push(VARIABLE, at, i, NO_DATE);
    else this.#append(VARIABLE, this.#gap, at, i);
    return i;
  }

  /** Leaders such as `enabled......1` separate a name from its value. */
  #readDots(at: number, end: number): number {
    let i = at;
    while (i < end && this.bytes[i] === DOT) i++;
    this.#hash = hashBytes(this.bytes, at, i);
    this.#push(i - at > MAX_WORD ? VARIABLE : CONSTANT, at, i, NO_DATE);
    return i;
  }

  /** Finds the end of the word at `at` and leaves its hash and census. */
  #measureWord(at: number, end: number): number {
    const bytes = this.bytes;
    const weights = WEIGHTS;
    let hash = HASH_SEED;
    let census = 0;
    let dotAt = -1;
    let dotHash = 0;
    let dotCensus = 0;
    let colons = 0;
    let i = at;
    for (;;) {
      let byte = 0;
      let weight = DELIMITER;
      for (; i < end; i++) {
        byte = bytes[i] ?? 0;
        weight = weights[byte] ?? 0;
        if (weight < 0) break;
        hash = Math.imul(hash ^ byte, HASH_PRIME);
        census = (census + weight) | 0;
      }
      if (i >= end) break;
      if (byte === DOT) {
        if (i + 1 < end && bytes[i + 1] === DOT) break;
        dotAt = i;
        dotHash = hash;
        dotCensus = census;
        weight = DOT_UNIT;
      } else if (weight === MARKER) {
        if (escapesQuote(bytes, i, end)) break;
        weight = SLASH_UNIT;
      } else {
        if (i !== at && (weight !== JOINT || !isJoined(bytes, at, i, end, census))) break;
        weight = SYMBOL_UNIT;
        if (byte === COLON) colons += 1;
      }
      hash = Math.imul(hash ^ byte, HASH_PRIME);
      census = (census + weight) | 0;
      i += 1;
    }
    if (dotAt > at && i - at <= MAX_WORD && isDotBoundary(at, dotAt, i, dotCensus, census)) {
      i = dotAt;
      hash = dotHash;
      census = dotCensus;
    }
    this.#hash = hash;
    this.#census = census;
    this.#colons = colons;
    return i;
  }

  #kindOf(at: number, i: number, end: number): number {
    const bytes = this.bytes;
    const kind = classifyWord(bytes, at, i, this.#census);
    if (kind === VARIABLE) return kind;
    if (kind === SOFT) return this.#isKey(i, end, i < end ? (bytes[i] ?? 0) : 0) ? CONSTANT : SOFT;
    if (this.#gap !== SPACE && this.#isAttachedValue(at, i, end)) return SOFT;
    if (
      isSpecialHash(this.#hash) &&
      i - at === 3 &&
      isCalendarName(bytes, at, 3) &&
      (this.#date === NAMED_DATE || isDateAhead(bytes, i, end))
    )
      return VARIABLE;
    return CONSTANT;
  }

  /** Letters alone that spell nothing special: most words. */
  #isOrdinary(at: number, i: number): boolean {
    if (isSpecialHash(this.#hash)) return false;
    return i - at < 8 || (!isHexDigit(this.bytes[at] ?? 0) && i - at <= MAX_WORD);
  }

  /** Names of keys are structure: a word right before `=`, or one without digits right before `:` and its value. */
  #isKey(i: number, end: number, next: number): boolean {
    if (slashesOf(this.#census) > 0) return false;
    if (next === EQUALS) return true;
    if (next !== COLON || digitsOf(this.#census) > 0 || i + 1 >= end) return false;
    return (WEIGHTS[this.bytes[i + 1] ?? 0] ?? 0) >= 0;
  }

  /** One word behind `=` or in quotes is a value, unless it is all that a message says. */
  #isAttachedValue(at: number, i: number, end: number): boolean {
    const gap = this.#gap;
    const mark = gap & 0xff;
    if (mark === SPACE || this.size === 0) return false;
    if (gap === EQUALS) {
      const next = i < end ? (this.bytes[i] ?? 0) : 0;
      if (this.#wordEnd !== at - 1 || next === EQUALS || next === OPEN_PAREN) return false;
    } else if (
      (mark !== QUOTE && mark !== APOSTROPHE && mark !== BACKTICK) ||
      !closesQuote(this.bytes, i, end, mark)
    )
      return false;
    return !isMessageKey(this.hashes[this.size - 1] ?? 0);
  }

  /** Appends an element, or joins the word to the run of values or the written date before it. */
  #push(kind: number, start: number, end: number, date: number): void {
    const gap = this.#gap;
    const last = this.size - 1;
    if (kind === VARIABLE && last >= 0 && this.kinds[last] === VARIABLE) {
      if (continuesDate(this.#date, gap, date)) {
        this.valueEnds[this.valueCount - 1] = end;
        this.#extend(last, end);
        return;
      }
      if (isListGap(gap)) {
        this.#extendRun(last, gap, start, end);
        this.#extend(last, end);
        this.#date = date;
        return;
      }
    }
    this.#append(kind, gap, start, end);
    this.#date = date;
  }

  #extend(last: number, end: number): void {
    this.ends[last] = end;
    this.#gap = 0;
    this.#wordEnd = end;
  }

  #append(kind: number, gap: number, start: number, end: number): void {
    const at = this.size;
    this.size = at + 1;
    this.gaps[at] = gap;
    this.kinds[at] = kind;
    this.hashes[at] = start === end ? 0 : this.#hash;
    this.shapes[at] = 0;
    this.starts[at] = start;
    this.ends[at] = end;
    this.firstValues[at] = this.valueCount;
    if (kind === VARIABLE) this.#addValue(start, end);
    this.#gap = 0;
    this.#wordEnd = end;
    this.#date = NO_DATE;
  }

  #extendRun(last: number, gap: number, start: number, end: number): void {
    const shape = this.shapes[last] ?? 0;
    const count = this.valueCount - (this.firstValues[last] ?? 0);
    this.shapes[last] = count >= MAX_FIXED_RUN || shape === ANY_SHAPE ? ANY_SHAPE : runShape(shape, gap);
    this.#addValue(start, end);
  }

  #addValue(start: number, end: number): void {
    if (this.valueCount === MAX_VALUES) {
      this.valueEnds[MAX_VALUES - 1] = end;
      return;
    }
    this.valueStarts[this.valueCount] = start;
    this.valueEnds[this.valueCount] = end;
    this.valueCount += 1;
  }
}
