import { plainBytes } from './copy-bytes.js';
import { defaultRecordLimits } from './limits.js';
import { Utf16Decoder, cutEnd, detectUtf16 } from './utf8.js';

const LINE_FEED = 0x0a;
const sniffBytes = 512;

/**
 * Turns chunks of a byte stream into blocks of whole lines with bounded memory: a line above the limit is cut, the
 * rest of it is skipped up to its line feed and counted. UTF-16 is decoded on the way.
 *
 * A block is a fresh array or a view of the chunk; the caller must not reuse the chunk while it uses the block. Where blocks
 * are reused, one is valid until the next chunk only.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  readonly #reusesBlocks: boolean;
  /** Behind every block that joins the end of the last chunk with this one, where blocks are reused. */
  #block: Uint8Array = new Uint8Array(0);
  #carry: Uint8Array = new Uint8Array(0);
  #sniff: Uint8Array | undefined = new Uint8Array(0);
  #decoder: Utf16Decoder | undefined;
  #isSkipping = false;
  /** Lines cut at the limit. */
  truncatedLines = 0;
  /** Bytes left out because of that. */
  skippedBytes = 0;
  /** True once the input turned out to be UTF-16. */
  isUtf16 = false;

  constructor(options: { readonly maxLineBytes?: number; readonly reusesBlocks?: boolean } = {}) {
    this.#maxLineBytes = options.maxLineBytes ?? defaultRecordLimits.maxLineBytes;
    this.#reusesBlocks = options.reusesBlocks ?? false;
  }

  /** Whole lines, with their line feeds, known after this chunk; empty when there are none yet. O(chunk). */
  push(input: Uint8Array): Uint8Array {
    const chunk = plainBytes(input);
    if (this.#sniff !== undefined) {
      this.#sniff = concat(this.#sniff, chunk);
      if (this.#sniff.length < sniffBytes && this.#sniff.indexOf(LINE_FEED) < 0) return new Uint8Array(0);
      return this.#decideEncoding(this.#sniff);
    }
    return this.#split(this.#decoder === undefined ? chunk : this.#decoder.decode(chunk));
  }

  /** The last line, which may lack its line feed. The splitter can be used again afterwards. */
  finish(): Uint8Array {
    const head = this.#sniff === undefined ? new Uint8Array(0) : this.#decideEncoding(this.#sniff);
    const tail = this.#decoder === undefined ? new Uint8Array(0) : this.#split(this.#decoder.flush());
    const rest = concat(concat(head, tail), this.#carry);
    this.#carry = new Uint8Array(0);
    this.#sniff = new Uint8Array(0);
    this.#decoder = undefined;
    this.#isSkipping = false;
    return rest;
  }

  #decideEncoding(start: Uint8Array): Uint8Array {
    this.#sniff = undefined;
    const order = detectUtf16(start);
    if (order === undefined) return this.#split(start);
    this.isUtf16 = true;
    this.#decoder = new Utf16Decoder(order);
    return this.#split(this.#decoder.decode(start));
  }

  #split(chunk: Uint8Array): Uint8Array {
    let start = 0;
    let head = this.#carry;
    if (this.#isSkipping) {
      const feed = chunk.indexOf(LINE_FEED);
      this.skippedBytes += feed < 0 ? chunk.length : feed;
      if (feed < 0) return new Uint8Array(0);
      this.#isSkipping = false;
      start = feed;
    } else if (head.length > 0) {
      const feed = chunk.indexOf(LINE_FEED);
      const lineBytes = head.length + (feed < 0 ? chunk.length : feed);
      if (lineBytes > this.#maxLineBytes) {
        const joined = concat(head, chunk.subarray(0, this.#maxLineBytes + 1 - head.length));
        head = this.#cut(joined, 0, lineBytes);
        this.#isSkipping = feed < 0;
        if (feed < 0) {
          this.#carry = head;
          return new Uint8Array(0);
        }
        start = feed;
      }
    }
    return this.#wholeLines(head, chunk, start);
  }

  /** Cuts every long line of `chunk[start…]`, keeps the unfinished last line, returns the rest after `head`. */
  #wholeLines(head: Uint8Array, chunk: Uint8Array, start: number): Uint8Array {
    const lastFeed = chunk.lastIndexOf(LINE_FEED);
    const end = lastFeed < start ? start : lastFeed + 1;
    const body = this.#cutLongLines(chunk.subarray(start, end), head.length);
    let tail = chunk.subarray(end);
    if (tail.length > this.#maxLineBytes) {
      tail = this.#cut(tail, 0, tail.length);
      this.#isSkipping = true;
    }
    if (end === start) {
      this.#carry = concat(head, tail);
      return new Uint8Array(0);
    }
    this.#carry = tail.slice();
    return this.#join(head, body);
  }

  #join(head: Uint8Array, body: Uint8Array): Uint8Array {
    if (!this.#reusesBlocks || head.length === 0) return concat(head, body);
    const length = head.length + body.length;
    if (this.#block.length < length) this.#block = new Uint8Array(length + (length >> 3));
    this.#block.set(head);
    this.#block.set(body, head.length);
    return this.#block.subarray(0, length);
  }

  #cutLongLines(lines: Uint8Array, carried: number): Uint8Array {
    if (lines.length <= this.#maxLineBytes) return lines;
    let result: Uint8Array[] | undefined;
    let kept = 0;
    let lineStart = 0;
    while (lineStart < lines.length) {
      // The last line feed in reach proves every line before it short enough.
      const inReach = lines.lastIndexOf(LINE_FEED, lineStart + this.#maxLineBytes);
      if (inReach >= lineStart) {
        lineStart = inReach + 1;
        continue;
      }
      const feed = lines.indexOf(LINE_FEED, lineStart);
      if (lineStart > 0 || carried === 0) {
        result ??= [];
        result.push(lines.subarray(kept, lineStart), this.#cut(lines, lineStart, feed - lineStart));
        kept = feed;
      }
      lineStart = feed + 1;
    }
    if (result === undefined) return lines;
    result.push(lines.subarray(kept));
    return concatAll(result);
  }

  #cut(bytes: Uint8Array, start: number, length: number): Uint8Array {
    const end = cutEnd(bytes, start, this.#maxLineBytes);
    this.truncatedLines += 1;
    this.skippedBytes += length - (end - start);
    return bytes.subarray(start, end);
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

function concatAll(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
