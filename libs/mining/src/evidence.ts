import { COLON, EQUALS, QUOTE, WEIGHTS, isDigit, isInner, isLetter } from './bytes.js';
import { hashBytes, CONSTANT } from './skeleton.js';
import type { Skeleton } from './skeleton.js';
import { isMessageKey } from './words.js';

/** No letters: punctuation that is never taken for a value. */
export const MARK = 0;
/** An ordinary word. */
export const WORD = 1;
/** A word joined by `_`, `-` or dots, as identifiers are. */
export const IDENTIFIER = 2;

/** Distinct words that a place must show before it is taken for a value. */
const PATIENCE_NAMED = 2;
/** Also the most patience that a place for a name asks for. */
export const PATIENCE_LINKED = 3;
const PATIENCE_PLAIN = 6;
const PATIENCE_LABEL = 16;

/** What a value seen at the same place is worth, in distinct words. */
export const VALUE_WORTH = 2;

/** Templates that must differ in nothing but places for names before those places are judged together. */
export const NAMES_PATIENCE = 5;

/** Nouns that introduce a name, in any log. */
const NAMING_WORDS =
  'user username host hostname node server client device interface name named ' +
  'file path directory address port id key process program service container ' +
  'pod image volume table database topic queue domain account group session';

/** Prepositions that mostly lead to a name or a value; `to`, `in` and `of` lead to verbs and phrases as often. */
const LINKING_WORDS = 'from by on at for via using';

const namingHashes: ReadonlySet<number> = new Set(NAMING_WORDS.split(' ').map(hashAscii));
const linkingHashes: ReadonlySet<number> = new Set(LINKING_WORDS.split(' ').map(hashAscii));

/** Whether `bytes[start, end)` is a noun that introduces a name. O(length). */
export function isNamingWord(bytes: Uint8Array, start: number, end: number): boolean {
  return namingHashes.has(hashBytes(bytes, start, end));
}

function hashAscii(word: string): number {
  const bytes = Uint8Array.from(word, (letter) => letter.charCodeAt(0));
  return hashBytes(bytes, 0, bytes.length);
}

/** {@link MARK}, {@link WORD} or {@link IDENTIFIER}. O(length). */
export function traitOf(bytes: Uint8Array, start: number, end: number): number {
  let letters = 0;
  let joints = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (isLetter(byte)) letters += 1;
    else if (!isDigit(byte) && isInner(WEIGHTS[byte] ?? 0) && i > start && i < end - 1) joints += 1;
  }
  if (letters === 0) return MARK;
  return joints > 0 ? IDENTIFIER : WORD;
}

/**
 * How many distinct words must be seen at constant element `i`, everything else equal, before the place counts as a
 * value. 0 means never: punctuation, names of keys, and places whose loss would leave too little to tell events by.
 */
export function patienceAt(skeleton: Skeleton, i: number, anchors: number): number {
  if (skeleton.kinds[i] !== CONSTANT || skeleton.traits[i] === MARK) return 0;
  const gapAfter = i + 1 < skeleton.size ? (skeleton.gaps[i + 1] ?? 0) : 0;
  if (firstByteOf(gapAfter) === EQUALS || gapAfter >>> 8 === ((QUOTE << 8) | COLON)) return 0;
  const patience = patienceByContext(skeleton, i, gapAfter);
  const anchorsNeeded = patience <= PATIENCE_LINKED ? 1 : 2;
  return anchors - 1 >= anchorsNeeded ? patience : 0;
}

function patienceByContext(skeleton: Skeleton, i: number, gapAfter: number): number {
  if (i === 0 || firstByteOf(gapAfter) === COLON) return PATIENCE_LABEL;
  const gap = skeleton.gaps[i] ?? 0;
  if (hasByte(gap, EQUALS))
    return isMessageKey(skeleton.hashes[i - 1] ?? 0) ? PATIENCE_PLAIN : PATIENCE_NAMED;
  const isSpaced = (gap & 0xff) === 0x20;
  const before = skeleton.kinds[i - 1] === CONSTANT && isSpaced ? (skeleton.hashes[i - 1] ?? 0) : 0;
  // `user: bob` labels a name; after `service starts` two words are too few, for it may be what two statements are about.
  if (namingHashes.has(before)) return hasByte(gap, COLON) ? PATIENCE_NAMED : PATIENCE_LINKED;
  if (linkingHashes.has(before) || skeleton.traits[i] === IDENTIFIER) return PATIENCE_LINKED;
  return PATIENCE_PLAIN;
}

/** Number of constant words: what events are told apart by. */
export function countAnchors(skeleton: Skeleton): number {
  let anchors = 0;
  for (let i = 0; i < skeleton.size; i++)
    if (skeleton.kinds[i] === CONSTANT && skeleton.traits[i] !== MARK) anchors += 1;
  return anchors;
}

function firstByteOf(gap: number): number {
  let rest = gap;
  while (rest >>> 8 !== 0) rest >>>= 8;
  return rest;
}

function hasByte(gap: number, byte: number): boolean {
  for (let rest = gap; rest !== 0; rest >>>= 8) if ((rest & 0xff) === byte) return true;
  return false;
}
