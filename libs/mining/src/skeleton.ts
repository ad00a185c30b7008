/** A word that is part of the pattern. */
export const CONSTANT = 0;
/** A word that looks like a value but may be a name (`eth0`, `mail.example.org`): a value once it was seen to vary. */
export const SOFT = 1;
/** A value by its shape, or a soft word that did vary. */
export const VARIABLE = 2;
/** A place where the evidence showed that any word may stand. */
export const WILD = 3;

/** Most elements of one line that are told apart; what follows becomes one variable. */
export const MAX_ELEMENTS = 192;

/** Shape of a run of values whose number or separators vary. */
export const ANY_SHAPE = -1;

/** Shape of a run of values, extended by one behind this gap. */
export function runShape(shape: number, gap: number): number {
  return (Math.imul(shape ^ gap ^ 0x5bd1e995, 0x01000193) & 0x7fffffff) | 1;
}

/** Hash that stands for any value, whatever its kind. */
const SLOT_HASH = 0x2545f491;

/**
 * The skeleton of a line: a list of *elements*, each a word (or a run of values) with the bytes of the gap before it.
 * A gap is at most four bytes, blanks collapsed to one, packed into an integer without loss.
 *
 * The key is a sum of position-mixed hashes, so that "the key with element i replaced by any value" costs one
 * addition. Equal keys are only a hint: whoever finds a template by key compares its bytes.
 */
export class Skeleton {
  size = 0;
  keyA = 0;
  keyB = 0;
  readonly gaps = new Int32Array(MAX_ELEMENTS + 1);
  readonly kinds = new Uint8Array(MAX_ELEMENTS + 1);
  readonly hashes = new Int32Array(MAX_ELEMENTS + 1);
  readonly shapes = new Int32Array(MAX_ELEMENTS + 1);
  /** What the learner knows of a word (see evidence.ts); filled only when a line is new. */
  readonly traits = new Uint8Array(MAX_ELEMENTS + 1);

  /** Hash of the gaps alone: skeletons that can ever belong together share it. */
  structure = 0;
  /** What each element adds to the key. */
  readonly partsA = new Int32Array(MAX_ELEMENTS + 1);
  readonly partsB = new Int32Array(MAX_ELEMENTS + 1);

  /** Sums key and structure from the elements. O(size). */
  seal(): void {
    const { size, kinds, hashes, gaps, partsA, partsB } = this;
    let keyA = size;
    let keyB = ~size;
    let structure = size;
    for (let i = 0; i < size; i++) {
      const gap = gaps[i] ?? 0;
      const hash = elementHash(kinds[i] === CONSTANT ? (hashes[i] ?? 0) : SLOT_HASH, gap);
      const a = mix(hash, i);
      const b = mixAgain(a, hash);
      partsA[i] = a;
      partsB[i] = b;
      keyA = (keyA + a) | 0;
      keyB = (keyB + b) | 0;
      structure = (structure + mix(gap, i)) | 0;
    }
    this.keyA = keyA;
    this.keyB = keyB;
    this.structure = structure;
  }

  /** First half of the key of this skeleton with element `i` replaced by any value. */
  maskedKeyA(i: number): number {
    return (this.keyA - (this.partsA[i] ?? 0) + slotPartA(this.gaps[i] ?? 0, i)) | 0;
  }

  /** Second half of the same key. */
  maskedKeyB(i: number): number {
    return (this.keyB - (this.partsB[i] ?? 0) + slotPartB(this.gaps[i] ?? 0, i)) | 0;
  }
}

/** What any value as element `i` behind this gap adds to the first half of a key. */
export function slotPartA(gap: number, i: number): number {
  return mix(elementHash(SLOT_HASH, gap), i);
}

/** What it adds to the second half. */
export function slotPartB(gap: number, i: number): number {
  const slot = elementHash(SLOT_HASH, gap);
  return mixAgain(mix(slot, i), slot);
}

function elementHash(wordHash: number, gap: number): number {
  return wordHash ^ Math.imul(gap, 0x9e3779b1);
}

function mix(hash: number, position: number): number {
  let h = Math.imul(hash ^ Math.imul(position + 1, 0x85ebca6b), 0xc2b2ae35);
  h ^= h >>> 15;
  h = Math.imul(h, 0x27d4eb2f);
  return h ^ (h >>> 13);
}

function mixAgain(mixed: number, hash: number): number {
  const h = Math.imul(mixed ^ hash ^ 0x165667b1, 0x9e3779b1);
  return h ^ (h >>> 16);
}

/** Start of a word's hash. */
export const HASH_SEED = 0x811c9dc5 | 0;
/** Factor of a word's hash. */
export const HASH_PRIME = 0x01000193;

/** FNV-1a over a range of bytes. Source: Fowler, Noll, Vo 1991. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), HASH_PRIME);
  return hash;
}
