import { ByteView } from './byte-view.js';

const sets = 64;
const ways = 4;
const prefixWords = 12;
const minBytes = 4 * prefixWords;
const maxBytes = 2_048;

/** A value that an object holds in one slot: places count from the object's brace. */
export interface NestedValue {
  readonly slot: number;
  readonly rank: number;
  readonly isString: boolean;
  readonly start: number;
  readonly end: number;
}

interface Entry {
  /** Object that the key of its member stands for: the same bytes mean something else elsewhere. */
  readonly owner: object;
  readonly length: number;
  readonly words: Int32Array;
  readonly values: readonly NestedValue[];
}

/**
 * Remembers what objects inside of envelopes say. Collectors repeat what they know of a pod in every line, which is
 * often most of it: comparing those bytes with known ones, four at a time, costs a fraction of reading them.
 *
 * Bounded: 256 objects of at most 2 KiB. Equal bytes are the same object, whatever the hash says.
 */
export class NestedMemo {
  readonly #entries: (Entry | undefined)[] = Array.from({ length: sets * ways });
  /** Hash of the object last missed in a set: what comes only once is not kept. */
  readonly #missed = new Int32Array(sets);
  readonly #nextWay = new Uint8Array(sets);
  readonly #views = new ByteView();
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** The known object that begins at `start`, undefined if none does. O(its length). */
  find(owner: object, bytes: Uint8Array, start: number, end: number): Entry | undefined {
    if (end - start < minBytes) return undefined;
    this.#view = this.#views.of(bytes);
    const first = this.#setOf(start);
    for (let way = 0; way < ways; way++) {
      const entry = this.#entries[first + way];
      if (entry?.owner === owner && start + entry.length <= end && this.#isAt(entry, start)) return entry;
    }
    return undefined;
  }

  /** Takes note of an object that {@link find} did not know; keeps it when it came twice in a row. */
  note(
    owner: object,
    bytes: Uint8Array,
    at: { readonly start: number; readonly end: number },
    values: readonly NestedValue[],
  ): void {
    const length = at.end - at.start;
    if (length < minBytes || length > maxBytes) return;
    this.#view = this.#views.of(bytes);
    const first = this.#setOf(at.start);
    const set = first / ways;
    const words = this.#wordsOf(at.start, length);
    let hash = length;
    for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
    if (this.#missed[set] !== hash) {
      this.#missed[set] = hash;
      return;
    }
    const way = this.#nextWay[set] ?? 0;
    this.#nextWay[set] = (way + 1) % ways;
    this.#entries[first + way] = { owner, length, words, values };
  }

  /** First entry of the set that the object's first bytes name. */
  #setOf(start: number): number {
    let hash = 0;
    for (let i = 0; i < prefixWords; i++)
      hash = Math.imul(hash ^ this.#view.getInt32(start + 4 * i, true), 0x85ebca6b);
    return ((hash ^ (hash >>> 15)) & (sets - 1)) * ways;
  }

  /** The last word ends with the object and may overlap the one before. */
  #wordsOf(start: number, length: number): Int32Array {
    const words = new Int32Array((length + 3) >> 2);
    const last = words.length - 1;
    for (let i = 0; i < last; i++) words[i] = this.#view.getInt32(start + 4 * i, true);
    words[last] = this.#view.getInt32(start + length - 4, true);
    return words;
  }

  #isAt({ length, words }: Entry, start: number): boolean {
    const view = this.#view;
    const last = words.length - 1;
    if (view.getInt32(start + length - 4, true) !== words[last]) return false;
    for (let i = 0; i < last; i++) if (view.getInt32(start + 4 * i, true) !== words[i]) return false;
    return true;
  }
}
