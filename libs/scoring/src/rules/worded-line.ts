import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';

const space = 0x20;
/** Stands for a blank inside a value, which keeps the value one word. */
const innerBlank = 0x01;

/** A message cut at its blanks: runs of them count as one, those inside of a value do not cut. Reused line by line. */
export class WordedLine {
  bytes = new Uint8Array(1024);
  starts = new Uint32Array(64);
  ends = new Uint32Array(64);
  count = 0;
  #length = 0;
  #isInWord = false;

  /**
   * Cuts `source[start, end)`.
   *
   * @param spans `[start, end)` pairs into `source` of values, in order; a value of the whole line is taken for words
   */
  load(source: Uint8Array, start: number, end: number, spans: Uint32Array, spanCount: number): void {
    this.#begin(end - start);
    const hasWholeLine = spanCount === 1 && (spans[0] ?? 0) <= start && (spans[1] ?? 0) >= end;
    const count = hasWholeLine ? 0 : spanCount;
    let span = 0;
    for (let i = start; i < end; i++) {
      while (span < count && (spans[2 * span + 1] ?? 0) <= i) span++;
      const byte = source[i] ?? 0;
      if (byte > space) this.#push(byte);
      else if (span < count && (spans[2 * span] ?? 0) <= i) this.#pushInnerBlank();
      else this.#endWord();
    }
    this.#endWord();
  }

  /** Cuts a text in which nothing is known to be a value. */
  loadText(text: string): void {
    const bytes = encodeUtf8(text);
    this.load(bytes, 0, bytes.length, new Uint32Array(0), 0);
  }

  /** The text of a range of {@link bytes}. */
  textOf(start: number, end: number): string {
    return decodeUtf8(this.bytes.slice(start, end).map((byte) => (byte === innerBlank ? space : byte)));
  }

  #begin(length: number): void {
    if (length > this.bytes.length) this.bytes = new Uint8Array(length * 2);
    this.#length = 0;
    this.count = 0;
    this.#isInWord = false;
  }

  #push(byte: number): void {
    if (!this.#isInWord) this.#startWord();
    this.bytes[this.#length++] = byte;
  }

  #pushInnerBlank(): void {
    if (this.bytes[this.#length - 1] === innerBlank && this.#isInWord) return;
    this.#push(innerBlank);
  }

  #startWord(): void {
    if (this.count === this.starts.length) {
      this.starts = grown(this.starts);
      this.ends = grown(this.ends);
    }
    this.starts[this.count] = this.#length;
    this.#isInWord = true;
  }

  #endWord(): void {
    if (!this.#isInWord) return;
    this.ends[this.count++] = this.#length;
    this.#isInWord = false;
  }
}

function grown(column: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
}
