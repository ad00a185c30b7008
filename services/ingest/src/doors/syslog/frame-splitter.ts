import { PieceBuffer } from '../../ports/piece-buffer.js';
import { DecodeError } from '../decode-error.js';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const maxDigits = 8;

/**
 * Cuts a syslog stream into messages: counted in octets, or one a line, told apart message by message.
 * Source: RFC 6587, 3.4.1 and 3.4.2.
 */
export class FrameSplitter {
  readonly #maxBytes: number;
  readonly #pieces = new PieceBuffer();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Whole messages that a piece completes; valid until the next call.
   *
   * @throws DecodeError for a message over the limit
   */
  push(piece: Buffer): readonly Buffer[] {
    this.#pieces.append(piece);
    const { bytes } = this.#pieces;
    const messages: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      const range = this.#messageAt(bytes, at);
      if (range === undefined) break;
      if (range.end > range.start) messages.push(bytes.subarray(range.start, range.end));
      at = range.next;
    }
    this.#pieces.drop(at);
    if (this.#pieces.length > this.#maxBytes)
      throw new DecodeError(`a message has more than ${this.#maxBytes} bytes`);
    return messages;
  }

  /** What is left when the stream ends without a line feed. */
  rest(): readonly Buffer[] {
    return this.#pieces.length === 0 ? [] : [this.#pieces.bytes];
  }

  #messageAt(
    bytes: Buffer,
    at: number,
  ): { readonly start: number; readonly end: number; readonly next: number } | undefined {
    let i = at;
    let size = 0;
    while (i < bytes.length && i - at < maxDigits && isDigit(bytes[i])) {
      size = size * 10 + (bytes[i] ?? 0) - 0x30;
      i += 1;
    }
    if (i > at && i === bytes.length) return undefined;
    if (i > at && bytes[at] !== 0x30 && bytes[i] === SPACE) {
      const start = i + 1;
      if (size > this.#maxBytes) throw new DecodeError(`a message has more than ${this.#maxBytes} bytes`);
      return start + size > bytes.length ? undefined : { start, end: start + size, next: start + size };
    }
    const feed = bytes.indexOf(LINE_FEED, at);
    return feed < 0 ? undefined : { start: at, end: feed, next: feed + 1 };
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
