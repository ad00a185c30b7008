/** Integers of an entry. */
export const WORDS_PER_ENTRY = 2;
const INITIAL_CAPACITY = 512;

/** Bits of the second integer that hold the count and the patience; the rest belong to the key. */
const COUNT_BITS = 6;
const PATIENCE_BITS = 5;
const EVIDENCE_BITS = COUNT_BITS + PATIENCE_BITS;
/** Bits that are not of the key. */
export const EVIDENCE_MASK = (1 << EVIDENCE_BITS) - 1;

/** Highest count that is told apart: more than any place's patience. */
export const MAX_COUNT = (1 << COUNT_BITS) - 1;

/**
 * Open-addressing table from keys to the evidence gathered there: how many templates share the key, and how many it
 * takes. Two integers an entry: 32 bits of the key, 21 more, the patience and the count, which is never 0.
 *
 * It only grows, up to a limit: whoever adds an entry asks for room first and counts what was left out.
 */
export class EvidenceTable {
  entries = new Int32Array(INITIAL_CAPACITY * WORDS_PER_ENTRY);
  used = 0;
  readonly #maxCapacity: number;

  /** @param maxEntries most entries it holds, rounded up so that the table is three quarters full with them */
  constructor(maxEntries: number) {
    this.#maxCapacity = Math.max(INITIAL_CAPACITY, 2 ** Math.ceil(Math.log2((maxEntries * 4) / 3)));
  }

  /** Position of the entry of this key, or of the free place where it belongs. */
  locate(keyA: number, keyB: number): number {
    const { entries } = this;
    const wrap = entries.length - 1;
    let at = (keyA << 1) & wrap;
    for (;;) {
      const rest = entries[at + 1] ?? 0;
      if (rest === 0) return at;
      if (entries[at] === keyA && ((rest ^ keyB) | EVIDENCE_MASK) === EVIDENCE_MASK) return at;
      at = (at + WORDS_PER_ENTRY) & wrap;
    }
  }

  /** Count at a position, 0 when it is free. */
  countAt(position: number): number {
    return (this.entries[position + 1] ?? 0) & MAX_COUNT;
  }

  patienceAt(position: number): number {
    return ((this.entries[position + 1] ?? 0) & EVIDENCE_MASK) >>> COUNT_BITS;
  }

  /** Sets the evidence of the key that was located at `position`, as {@link packEvidence} gives it. */
  set(position: number, keyA: number, keyB: number, evidence: number): void {
    const { entries } = this;
    if (entries[position + 1] === 0) this.used += 1;
    entries[position] = keyA;
    entries[position + 1] = (keyB & ~EVIDENCE_MASK) | evidence;
  }

  /** Makes room for `extra` entries at a load of at most three quarters. False when the table is at its limit. */
  reserve(extra: number): boolean {
    for (;;) {
      const capacity = this.entries.length / WORDS_PER_ENTRY;
      if ((this.used + extra) * 4 <= capacity * 3) return true;
      if (capacity >= this.#maxCapacity) return false;
      this.#grow(capacity * 2);
    }
  }

  #grow(capacity: number): void {
    const old = this.entries;
    const entries = new Int32Array(capacity * WORDS_PER_ENTRY);
    const wrap = entries.length - 1;
    this.entries = entries;
    for (let from = 0; from < old.length; from += WORDS_PER_ENTRY) {
      if (old[from + 1] === 0) continue;
      let to = ((old[from] ?? 0) << 1) & wrap;
      while (entries[to + 1] !== 0) to = (to + WORDS_PER_ENTRY) & wrap;
      entries[to] = old[from] ?? 0;
      entries[to + 1] = old[from + 1] ?? 0;
    }
  }
}

/**
 * @param count    templates that share a key, integer >= 1, cut to {@link MAX_COUNT}
 * @param patience how many of them make the place a value, 0..31
 */
export function packEvidence(count: number, patience: number): number {
  return (patience << COUNT_BITS) | Math.min(MAX_COUNT, count);
}
