import type { ByteReader, ByteWriter } from '@culprit/kernel';

/** Batches remembered; a sender that repeats a request after more than this many others gets a second copy. */
const maxSeen = 20_000;

/**
 * Remembers which requests were structured, so that one that a sender repeats after a crash, because it never saw the
 * answer, is not stored twice. Part of the snapshot: it survives what the sender's repeat is about.
 */
export class SeenBatches {
  /** In order of arrival; the oldest go first. */
  readonly #seen = new Set<string>();
  #repeats = 0;

  /** Batches met again so far. */
  get repeats(): number {
    return this.#repeats;
  }

  /** True the first time a batch is met. */
  isNew(batch: string): boolean {
    if (this.#seen.has(batch)) {
      this.#repeats++;
      return false;
    }
    this.#seen.add(batch);
    if (this.#seen.size > maxSeen) {
      const [oldest] = this.#seen;
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    return true;
  }

  write(writer: ByteWriter): void {
    writer.float64(this.#repeats);
    writer.uint32(this.#seen.size);
    for (const batch of this.#seen) writer.text(batch);
  }

  static read(reader: ByteReader): SeenBatches {
    const batches = new SeenBatches();
    batches.#repeats = reader.float64();
    const size = reader.uint32();
    for (let i = 0; i < size; i++) batches.#seen.add(reader.text());
    return batches;
  }
}
