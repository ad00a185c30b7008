export const WORDS_PER_ENTRY = 4;
const INITIAL_CAPACITY = 512;

/**
 * Open-addressing table from 64-bit keys to a template and to the evidence gathered at the key.
 *
 * An entry is four integers: two key halves, the template plus one (0: none) and the evidence. It is a cache: when
 * it is full it is emptied, after which lines find their templates by comparison again and evidence starts anew.
 */
export class KeyTable {
  entries = new Int32Array(INITIAL_CAPACITY * WORDS_PER_ENTRY);
  used = 0;
  readonly #maxCapacity: number;

  constructor(maxCapacity: number) {
    this.#maxCapacity = Math.max(INITIAL_CAPACITY, 2 ** Math.ceil(Math.log2(maxCapacity)));
  }

  /** Position of the first entry that a key may have. */
  home(keyA: number): number {
    return (keyA & (this.entries.length / WORDS_PER_ENTRY - 1)) * WORDS_PER_ENTRY;
  }

  next(position: number): number {
    return (position + WORDS_PER_ENTRY) & (this.entries.length - 1);
  }

  isFree(position: number): boolean {
    return this.entries[position + 2] === 0 && this.entries[position + 3] === 0;
  }

  hasKey(position: number, keyA: number, keyB: number): boolean {
    return this.entries[position] === keyA && this.entries[position + 1] === keyB;
  }

  /** Template at a position, or -1. */
  templateAt(position: number): number {
    return (this.entries[position + 2] ?? 0) - 1;
  }

  evidenceAt(position: number): number {
    return this.entries[position + 3] ?? 0;
  }

  setEvidence(position: number, evidence: number): void {
    if (this.isFree(position)) this.used += 1;
    this.entries[position + 3] = evidence;
  }

  /** Position of the entry with this key, or of the free place where it belongs, whose key is set. */
  locate(keyA: number, keyB: number): number {
    let position = this.home(keyA);
    while (!this.isFree(position)) {
      if (this.hasKey(position, keyA, keyB)) return position;
      position = this.next(position);
    }
    this.entries[position] = keyA;
    this.entries[position + 1] = keyB;
    return position;
  }

  /** A template filed under this key, or -1. */
  find(keyA: number, keyB: number): number {
    for (let at = this.home(keyA); !this.isFree(at); at = this.next(at)) {
      if (this.hasKey(at, keyA, keyB) && this.templateAt(at) >= 0) return this.templateAt(at);
    }
    return -1;
  }

  /** Adds a template under a key; another template under the same key (a collision) is left in place. */
  insert(keyA: number, keyB: number, template: number): void {
    let position = this.home(keyA);
    while (!this.isFree(position)) {
      if (this.hasKey(position, keyA, keyB)) {
        const present = this.templateAt(position);
        if (present === template) return;
        if (present < 0) break;
      }
      position = this.next(position);
    }
    if (this.isFree(position)) this.used += 1;
    this.entries[position] = keyA;
    this.entries[position + 1] = keyB;
    this.entries[position + 2] = template + 1;
  }

  /** Makes room for `extra` entries at a load of at most two thirds. Returns false when the table had to be emptied. */
  reserve(extra: number): boolean {
    const capacity = this.entries.length / WORDS_PER_ENTRY;
    if ((this.used + extra) * 3 <= capacity * 2) return true;
    if (capacity >= this.#maxCapacity) {
      this.entries.fill(0);
      this.used = 0;
      return false;
    }
    this.#grow(capacity * 2);
    return this.reserve(extra);
  }

  #grow(capacity: number): void {
    const old = this.entries;
    this.entries = new Int32Array(capacity * WORDS_PER_ENTRY);
    for (let from = 0; from < old.length; from += WORDS_PER_ENTRY) {
      if (old[from + 2] === 0 && old[from + 3] === 0) continue;
      let to = this.home(old[from] ?? 0);
      while (!this.isFree(to)) to = this.next(to);
      for (let k = 0; k < WORDS_PER_ENTRY; k++) this.entries[to + k] = old[from + k] ?? 0;
    }
  }
}
