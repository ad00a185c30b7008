import { EntryReader, EnvelopeReader, RawBatchBuilder } from '@culprit/records';
import type { EnvelopeResult, InputFormat, SourceDefaults } from '@culprit/records';

/** Readers kept at most of each kind; senders usually share a handful of defaults. */
const MAX_READERS = 128;

/**
 * Finds the lines of request bodies. A reader remembers the sources it met, so requests that say the same about
 * themselves share one; the reader that was not used for longest goes first.
 */
export class LineReader {
  readonly #readerByDefaults = new Map<string, EnvelopeReader>();
  readonly #idleEntries = new Map<string, EntryReader>();
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

  /**
   * Lends a reader for protocols that are not lines of text. Its work is spread over turns of the event loop, so it is
   * nobody else's until it is given back, which happens when the pieces are no longer asked for.
   */
  *withEntries(
    defaults: SourceDefaults,
    read: (entries: EntryReader) => Iterable<EnvelopeResult>,
  ): Generator<EnvelopeResult> {
    const key = JSON.stringify(defaults);
    const entries = this.#idleEntries.get(key) ?? new EntryReader({ defaults });
    this.#idleEntries.delete(key);
    try {
      yield* read(entries);
    } finally {
      this.#idleEntries.set(key, entries);
      dropOldest(this.#idleEntries);
    }
  }

  #readerOf(defaults: SourceDefaults): EnvelopeReader {
    const key = JSON.stringify(defaults);
    const reader =
      this.#readerByDefaults.get(key) ?? new EnvelopeReader({ defaults, builder: this.#builder });
    this.#readerByDefaults.delete(key);
    this.#readerByDefaults.set(key, reader);
    dropOldest(this.#readerByDefaults);
    return reader;
  }
}

function dropOldest(readers: Map<string, unknown>): void {
  const [oldest] = readers.keys();
  if (readers.size > MAX_READERS && oldest !== undefined) readers.delete(oldest);
}
