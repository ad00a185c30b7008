import { indexOfByte } from './header-tokens.js';
import type { RawLogBatch } from './raw-log-batch.js';
import { ByteInspector, byteTraits } from './utf8.js';

/** What a line may hold that needs a closer look. */
export interface LineTraits {
  mayNeedCleaning: boolean;
  mayHaveReplacement: boolean;
}

type Lines = Pick<RawLogBatch, 'bytes' | 'lineCount' | 'lineStart' | 'lineEnd'>;

const pieceBits = 10;
const pieceBytes = 1 << pieceBits;
const allTraits = 255;
const LINE_FEED = 0x0a;
const ESCAPE = 0x1b;
/** First byte of U+FFFD. */
const MARK = 0xef;

/**
 * Tells which lines of a batch may hold line feeds, control bytes or U+FFFD: most batches hold none, and in others few
 * lines do. A line is searched where the piece of the batch that it lies in holds what is looked for; of text that is no
 * part of the batch nothing is known.
 */
export class BatchTraits {
  readonly #inspector = new ByteInspector();
  readonly #line: LineTraits = { mayNeedCleaning: false, mayHaveReplacement: false };
  #bytes: Uint8Array | undefined;
  /** Bits of `byteTraits` of every piece of the batch. */
  #pieces = new Uint8Array(256);
  /** Those of all of them. */
  #traits = 0;

  /** Starts a batch. O(length). */
  begin({ bytes, lineCount, lineStart, lineEnd }: Lines): void {
    let start = bytes.length;
    let end = 0;
    for (let i = 0; i < lineCount; i++) {
      start = Math.min(start, lineStart[i] ?? 0);
      end = Math.max(end, lineEnd[i] ?? 0);
    }
    const last = end >> pieceBits;
    if (last >= this.#pieces.length) this.#pieces = new Uint8Array(2 * last);
    this.#bytes = bytes;
    this.#traits = 0;
    for (let piece = start >> pieceBits; piece <= last; piece++) {
      const from = piece << pieceBits;
      const traits = this.#inspector.inspect(bytes, from, Math.min(end, from + pieceBytes));
      this.#pieces[piece] = traits;
      this.#traits |= traits;
    }
  }

  /** The first line feed of a range, -1 when it holds none. */
  lineFeedIn(bytes: Uint8Array, start: number, end: number): number {
    const mayHold = (this.#of(bytes, start, end) & byteTraits.lineFeed) !== 0;
    return mayHold ? indexOfByte(bytes, start, end, LINE_FEED) : -1;
  }

  /** Valid until the next call. */
  of(bytes: Uint8Array, start: number, end: number): LineTraits {
    const traits = this.#of(bytes, start, end);
    const line = this.#line;
    line.mayNeedCleaning =
      ((traits & byteTraits.escape) !== 0 && indexOfByte(bytes, start, end, ESCAPE) >= 0) ||
      ((traits & byteTraits.nul) !== 0 && indexOfByte(bytes, start, end, 0) >= 0);
    line.mayHaveReplacement =
      (traits & byteTraits.nonAscii) !== 0 && indexOfByte(bytes, start, end, MARK) >= 0;
    return line;
  }

  /** What the pieces hold that a range lies in. */
  #of(bytes: Uint8Array, start: number, end: number): number {
    if (bytes !== this.#bytes) return allTraits;
    if (this.#traits === 0) return 0;
    let traits = 0;
    for (let piece = start >> pieceBits; piece << pieceBits < end; piece++)
      traits |= this.#pieces[piece] ?? allTraits;
    return traits;
  }
}
