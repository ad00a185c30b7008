import { EnvelopeReader, RawBatchBuilder } from '@culprit/records';
import type { EnvelopeResult, InputFormat, SourceDefaults } from '@culprit/records';

/** Readers kept at most; senders usually share a handful of defaults. */
const MAX_READERS = 128;

/**
 * Finds the lines of request bodies. A reader remembers the sources it met, so requests that say the same about
 * themselves share one; the reader that was not used for longest goes first.
 */
export class LineReader {
  readonly #readerByDefaults = new Map<string, EnvelopeReader>();
  readonly #builder = new RawBatchBuilder();

  /** The result may point into `bytes` and is valid until the next call. O(bytes). */
  read(
    bytes: Uint8Array,
    options: {
      readonly format: InputFormat;
      readonly receivedMillis: number;
      readonly defaults: SourceDefaults;
    },
  ): EnvelopeResult {
    return this.#readerOf(options.defaults).read(bytes, options.format, options.receivedMillis);
  }

  #readerOf(defaults: SourceDefaults): EnvelopeReader {
    const key = JSON.stringify(defaults);
    const reader =
      this.#readerByDefaults.get(key) ?? new EnvelopeReader({ defaults, builder: this.#builder });
    this.#readerByDefaults.delete(key);
    this.#readerByDefaults.set(key, reader);
    if (this.#readerByDefaults.size > MAX_READERS) {
      const [oldest] = this.#readerByDefaults.keys();
      if (oldest !== undefined) this.#readerByDefaults.delete(oldest);
    }
    return reader;
  }
}
