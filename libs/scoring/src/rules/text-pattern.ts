import { encodeUtf8 } from '@culprit/kernel';
import { WordedLine } from './worded-line.js';

/** What stands in a template's text where values vary. */
export const wildcard = '<*>';

/**
 * A template's text as a condition on messages: words and punctuation must be there as they are, each `<*>` stands for
 * any part of one word. Not a regular expression: nothing else has a meaning, and a match costs O(bytes of the line)
 * for words with one `<*>`, at most that times the length of a word's longest constant piece.
 */
export class TextPattern {
  /** The text with blanks at the ends cut off and runs of blanks made one. */
  readonly text: string;
  /** Bytes that are not `<*>`: of two patterns that both match, the one with more says more. */
  readonly weight: number;
  readonly wildcardCount: number;
  /** `[start, end)` pairs into the bytes of the last line matched, one pair per `<*>`. */
  readonly captures: Uint32Array;
  /** Constant pieces of every word; a `<*>` lies between two neighbours. */
  readonly #words: readonly (readonly Uint8Array[])[];

  constructor(text: string) {
    const words = text.split(/[\0-\x20]+/).filter((word) => word !== '');
    this.text = words.join(' ');
    this.#words = words.map((word) => word.split(wildcard).map((piece) => encodeUtf8(piece)));
    this.wildcardCount = this.#words.reduce((sum, pieces) => sum + pieces.length - 1, 0);
    this.weight = this.#words.flat().reduce((sum, piece) => sum + piece.length, 0);
    this.captures = new Uint32Array(2 * this.wildcardCount);
  }

  /** Whether the line is one of this template; if so, {@link captures} are the values. */
  matches(line: WordedLine): boolean {
    if (line.count !== this.#words.length) return false;
    let capture = 0;
    for (const [i, pieces] of this.#words.entries()) {
      if (!this.#matchWord(pieces, line, i, capture)) return false;
      capture += pieces.length - 1;
    }
    return true;
  }

  /** Whether every message of another template is also one of this. */
  covers(other: TextPattern): boolean {
    const line = new WordedLine();
    line.loadText(other.text);
    return this.matches(line);
  }

  /**
   * False only if no message can be one of both templates.
   *
   * @param other the text of a mined template, in which one `<*>` may stand for several words
   */
  mayMeet(other: TextPattern): boolean {
    const [words, others] = [this.#words, other.#words];
    if (words.length === others.length) return words.every((word, i) => mayMeetWord(word, others[i] ?? []));
    if (words.length < others.length || other.wildcardCount === 0) return false;
    const before = others.findIndex((word) => word.length > 1);
    const after = others.length - 1 - others.findLastIndex((word) => word.length > 1);
    return (
      others.slice(0, before).every((word, i) => mayMeetWord(words[i] ?? [], word)) &&
      others.slice(others.length - after).every((word, i) => mayMeetWord(words.at(i - after) ?? [], word))
    );
  }

  /** The text with a value put in for one `<*>`. @param index counted from 0 */
  withValue(index: number, value: string): string {
    let at = -1;
    return this.text.replaceAll(wildcard, () => (++at === index ? value : wildcard));
  }

  #matchWord(pieces: readonly Uint8Array[], line: WordedLine, word: number, capture: number): boolean {
    let at = line.starts[word] ?? 0;
    const end = line.ends[word] ?? 0;
    const [head, tail] = [pieces[0], pieces.at(-1)];
    if (head === undefined || tail === undefined || !isAt(head, line.bytes, at, end)) return false;
    at += head.length;
    if (pieces.length === 1) return at === end;
    for (let i = 1; i < pieces.length; i++) {
      const piece = pieces[i] ?? tail;
      const isLast = i === pieces.length - 1;
      const found = isLast ? end - piece.length : indexOf(piece, line.bytes, at, end);
      if (found < at || (isLast && !isAt(piece, line.bytes, found, end))) return false;
      this.captures[2 * (capture + i - 1)] = at;
      this.captures[2 * (capture + i - 1) + 1] = found;
      at = found + piece.length;
    }
    return true;
  }
}

/** False only if no word fits both lists of pieces. */
function mayMeetWord(pieces: readonly Uint8Array[], others: readonly Uint8Array[]): boolean {
  const [head, otherHead] = [pieces[0], others[0]];
  const [tail, otherTail] = [pieces.at(-1), others.at(-1)];
  if (pieces.length === 1 && others.length === 1) return isSame(head, otherHead);
  return isPrefixOfOther(head, otherHead) && isSuffixOfOther(tail, otherTail);
}

/** Whether `bytes` has the piece at `at`, all before `end`. */
function isAt(piece: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  if (at + piece.length > end) return false;
  for (let i = 0; i < piece.length; i++) if (bytes[at + i] !== piece[i]) return false;
  return true;
}

/** First place of the piece in `bytes[from, end)`, or -1. */
function indexOf(piece: Uint8Array, bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at + piece.length <= end; at++) if (isAt(piece, bytes, at, end)) return at;
  return -1;
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && isAt(a, b, 0, b.length);
}

function isPrefixOfOther(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const length = Math.min(a.length, b.length);
  return isAt(a.subarray(0, length), b, 0, b.length);
}

function isSuffixOfOther(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const length = Math.min(a.length, b.length);
  return isAt(a.subarray(a.length - length), b, b.length - length, b.length);
}
