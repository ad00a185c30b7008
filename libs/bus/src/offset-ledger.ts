/** A stretch of offsets that is being worked on: `from` inclusive, `to` exclusive. */
export interface OffsetRange {
  readonly from: number;
  readonly to: number;
  /** Counts against the byte limit of the ledger. */
  readonly bytes: number;
}

/** Options of {@link OffsetLedger}. */
export interface OffsetLedgerOptions {
  /** First offset that is not done yet. */
  readonly start: number;
  /** At these limits {@link OffsetLedger.isFull} says to pause reading. */
  readonly maxRanges: number;
  readonly maxBytes: number;
}

/**
 * Which offset of one partition may be committed while several batches are worked on at once: the end of the
 * contiguous prefix that is done. Committing the highest offset instead would lose the batches below it in a crash.
 *
 * `begin` and `done` are O(1) amortised.
 */
export class OffsetLedger {
  readonly #maxRanges: number;
  readonly #maxBytes: number;
  /** Unfinished prefix first, in order of offset; the value says whether the range is done. */
  readonly #ranges = new Map<number, { readonly range: OffsetRange; isDone: boolean }>();
  #committable: number;
  #end: number;
  #bytes = 0;

  constructor(options: OffsetLedgerOptions) {
    this.#maxRanges = options.maxRanges;
    this.#maxBytes = options.maxBytes;
    this.#committable = options.start;
    this.#end = options.start;
  }

  /** Next offset to read after a crash: every offset below it is done. Never falls. */
  get committable(): number {
    return this.#committable;
  }

  /** Ranges begun and not yet below {@link committable}. */
  get pendingRanges(): number {
    return this.#ranges.size;
  }

  get pendingBytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#ranges.size >= this.#maxRanges || this.#bytes >= this.#maxBytes;
  }

  /** Notes that work on a range starts. Ranges come in order; gaps between them count as done. */
  begin(range: OffsetRange): void {
    if (range.to <= range.from || range.from < this.#end) {
      throw new Error(`offset ledger: range ${range.from}..${range.to} after ${this.#end}`);
    }
    this.#ranges.set(range.from, { range, isDone: false });
    this.#end = range.to;
    this.#bytes += range.bytes;
  }

  /** Notes that the range that starts at `from` is durable. Telling it twice is harmless. */
  done(from: number): void {
    const entry = this.#ranges.get(from);
    if (entry === undefined) {
      if (from < this.#committable) return;
      throw new Error(`offset ledger: no range starts at ${from}`);
    }
    entry.isDone = true;
    for (const [start, { range, isDone }] of this.#ranges) {
      if (!isDone) break;
      this.#ranges.delete(start);
      this.#bytes -= range.bytes;
      this.#committable = range.to;
    }
  }
}
