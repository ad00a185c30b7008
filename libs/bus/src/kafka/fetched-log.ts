import type { ReceivedRecord } from '../bus.js';
import { countWithin, totalBytes, type ReadableLog, type ReadLimits } from '../partition-log.js';

/** Records of one partition that were fetched and are not handled yet. Offsets rise and may have gaps. */
export class FetchedLog implements ReadableLog {
  readonly #maxBytes: number;
  #records: ReceivedRecord[] = [];
  #first = 0;
  #bytes = 0;
  #endOffset: number;
  #highWatermark: number;

  constructor(options: {
    readonly start: number;
    readonly highWatermark: number;
    readonly maxBytes: number;
  }) {
    this.#endOffset = options.start;
    this.#highWatermark = options.highWatermark;
    this.#maxBytes = options.maxBytes;
  }

  /** Offset behind the last record fetched. */
  get endOffset(): number {
    return this.#endOffset;
  }

  get highWatermark(): number {
    return Math.max(this.#highWatermark, this.#endOffset);
  }

  set highWatermark(offset: number) {
    this.#highWatermark = Math.max(this.#highWatermark, offset);
  }

  /** No more should be fetched before some of it was handled. */
  get isFull(): boolean {
    return this.#bytes >= this.#maxBytes;
  }

  /** Takes records in behind the last one; what was fetched before is left out. Returns the bytes taken. */
  append(records: readonly ReceivedRecord[]): number {
    const fresh = records.filter(({ offset }) => offset >= this.#endOffset);
    this.#records.push(...fresh);
    const bytes = totalBytes(fresh);
    this.#bytes += bytes;
    const last = fresh.at(-1);
    if (last !== undefined) this.#endOffset = last.offset + 1;
    return bytes;
  }

  /** Records from `offset` on; those before it are forgotten. */
  read(offset: number, limits: ReadLimits): Promise<readonly ReceivedRecord[]> {
    const start = this.#first;
    while ((this.#records[this.#first]?.offset ?? Infinity) < offset) this.#first++;
    this.#bytes -= totalBytes(this.#records.slice(start, this.#first));
    if (this.#first > 64 && this.#first * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#first);
      this.#first = 0;
    }
    const count = countWithin(this.#records, this.#first, limits);
    return Promise.resolve(this.#records.slice(this.#first, this.#first + count));
  }

  bytesFrom(): number {
    return this.#bytes;
  }
}
