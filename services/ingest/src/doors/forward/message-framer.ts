import { PieceBuffer } from '../../ports/piece-buffer.js';
import { DecodeError } from '../decode-error.js';

/**
 * Finds where MessagePack values end in a stream of bytes that comes in any pieces, without decoding them. Looks at each
 * byte of structure once; memory is bounded by the largest message.
 * Source: MessagePack specification.
 */
export class MessageFramer {
  readonly #maxBytes: number;
  readonly #pieces = new PieceBuffer();
  /** Where the look stopped, and how many values the message under way still lacks. */
  #position = 0;
  #missing = 1;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that wait for the rest of their message. */
  get pendingBytes(): number {
    return this.#pieces.length;
  }

  /**
   * Whole messages that a piece completes; valid until the next call.
   *
   * @throws DecodeError for a message over the limit, or bytes that are no MessagePack
   */
  push(piece: Buffer): readonly Buffer[] {
    this.#pieces.append(piece);
    const messages: Buffer[] = [];
    while (this.#advance(this.#pieces.bytes)) {
      messages.push(this.#pieces.bytes.subarray(0, this.#position));
      this.#pieces.drop(this.#position);
      this.#position = 0;
      this.#missing = 1;
    }
    if (this.#pieces.length > this.#maxBytes)
      throw new DecodeError(`a message has more than ${this.#maxBytes} bytes`);
    return messages;
  }

  /** True when the message that starts the bytes is whole. */
  #advance(bytes: Buffer): boolean {
    while (this.#missing > 0) {
      const at = this.#position;
      const head = bytes[at];
      if (head === undefined) return false;
      const width = lengthWidth(head);
      if (at + 1 + width > bytes.length) return false;
      const length = width === 0 ? 0 : bytes.readUIntBE(at + 1, width);
      const next = at + 1 + width + bodyBytes(head, length);
      // A long body need not be here yet: what comes is not looked at twice.
      if (next > bytes.length) return this.#tooLong(next);
      this.#position = next;
      this.#missing += children(head, length) - 1;
    }
    return true;
  }

  #tooLong(end: number): false {
    if (end > this.#maxBytes) throw new DecodeError(`a message has more than ${this.#maxBytes} bytes`);
    return false;
  }
}

/** Bytes of the length that follows a head. */
function lengthWidth(head: number): number {
  switch (head) {
    case 0xc4:
    case 0xc7:
    case 0xd9:
      return 1;
    case 0xc5:
    case 0xc8:
    case 0xda:
    case 0xdc:
    case 0xde:
      return 2;
    case 0xc6:
    case 0xc9:
    case 0xdb:
    case 0xdd:
    case 0xdf:
      return 4;
    case 0xc1:
      throw new DecodeError('the byte 0xc1 starts no MessagePack value');
    default:
      return 0;
  }
}

/** Bytes of a value after its head and length, without the values inside it. */
function bodyBytes(head: number, length: number): number {
  if (head >= 0xa0 && head <= 0xbf) return head & 0x1f;
  if (head >= 0xc4 && head <= 0xc6) return length;
  if (head >= 0xc7 && head <= 0xc9) return length + 1;
  if (head >= 0xd9 && head <= 0xdb) return length;
  if (head >= 0xd4 && head <= 0xd8) return 2 ** (head - 0xd4) + 1;
  return fixedBytes[head] ?? 0;
}

const fixedBytes: Readonly<Record<number, number>> = {
  0xca: 4,
  0xcb: 8,
  0xcc: 1,
  0xcd: 2,
  0xce: 4,
  0xcf: 8,
  0xd0: 1,
  0xd1: 2,
  0xd2: 4,
  0xd3: 8,
};

/** Values inside a value. */
function children(head: number, length: number): number {
  if (head >= 0x80 && head <= 0x8f) return 2 * (head & 0x0f);
  if (head >= 0x90 && head <= 0x9f) return head & 0x0f;
  if (head === 0xdc || head === 0xdd) return length;
  return head === 0xde || head === 0xdf ? 2 * length : 0;
}
