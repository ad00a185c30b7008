import { indexOfByte } from './header-tokens.js';

/**
 * Looks for one byte in the lines of a batch, which come in the order in which they lie: the bytes between two places
 * where it occurs are searched once, however many lines they hold.
 */
export class ByteSearch {
  readonly #byte: number;
  #bytes: Uint8Array | undefined;
  #from = 0;
  #next = 0;

  constructor(byte: number) {
    this.#byte = byte;
  }

  /** Starts a batch. */
  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#from = 0;
    this.#next = -1;
  }

  /** Its first place in the range, -1 when it is not there. Ranges of other arrays may be asked for too. */
  find(bytes: Uint8Array, start: number, end: number): number {
    // Lines that do not come in order must not search the rest of the batch each.
    if (bytes !== this.#bytes || start < this.#from) return indexOfByte(bytes, start, end, this.#byte);
    if (this.#next < start) {
      const found = bytes.indexOf(this.#byte, start);
      this.#from = start;
      this.#next = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#next < end ? this.#next : -1;
  }
}
