import { ByteSearch } from './byte-search.js';
import { byteTraits, inspectBytes } from './utf8.js';

/** What a line may hold that needs a closer look. */
export interface LineTraits {
  mayNeedCleaning: boolean;
  mayHaveReplacement: boolean;
}

/** Tells which lines of a batch may hold control bytes or U+FFFD: most batches hold none, and in others few lines do. */
export class BatchTraits {
  readonly #nuls = new ByteSearch(0);
  readonly #escapes = new ByteSearch(0x1b);
  /** First byte of U+FFFD. */
  readonly #marks = new ByteSearch(0xef);
  readonly #line: LineTraits = { mayNeedCleaning: false, mayHaveReplacement: false };
  #mayNeedCleaning = true;
  #mayHaveReplacement = true;

  /** Starts a batch. O(length). */
  begin(bytes: Uint8Array): void {
    const traits = inspectBytes(bytes, 0, bytes.length);
    this.#mayNeedCleaning = (traits & (byteTraits.nul | byteTraits.escape)) !== 0;
    this.#mayHaveReplacement = (traits & byteTraits.nonAscii) !== 0;
    for (const search of [this.#nuls, this.#escapes, this.#marks]) search.begin(bytes);
  }

  /** Text that is of no batch follows: of its traits nothing is known. */
  forget(): void {
    this.#mayNeedCleaning = true;
    this.#mayHaveReplacement = true;
  }

  /** Valid until the next call. */
  of(bytes: Uint8Array, start: number, end: number): LineTraits {
    const line = this.#line;
    line.mayNeedCleaning =
      this.#mayNeedCleaning &&
      (this.#escapes.find(bytes, start, end) >= 0 || this.#nuls.find(bytes, start, end) >= 0);
    line.mayHaveReplacement = this.#mayHaveReplacement && this.#marks.find(bytes, start, end) >= 0;
    return line;
  }
}
