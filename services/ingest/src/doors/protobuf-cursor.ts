import { DecodeError } from './decode-error.js';

/** Wire types of Protocol Buffers. */
export const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const TWO_TO_32 = 4_294_967_296;

/**
 * Walks over the fields of Protocol Buffers messages in place: nothing is decoded that nobody asks for.
 * Source: Protocol Buffers encoding, protobuf.dev/programming-guides/encoding.
 */
export class ProtobufCursor {
  readonly bytes: Uint8Array;
  position: number;
  /** End of the message being read. */
  end: number;
  /** Of the field that `next` found. */
  field = 0;
  type = 0;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** Moves on to another message of the same bytes. */
  enter(position: number, end: number): void {
    this.position = position;
    this.end = end;
  }

  /** Finds the next field; false at the end of the message. */
  next(): boolean {
    if (this.position >= this.end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.type = tag & 7;
    return true;
  }

  /** An unsigned number; exact up to 2^53. */
  varint(): number {
    const { bytes, end } = this;
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      if (this.position >= end) throw new DecodeError('a number is cut off');
      const byte = bytes[this.position] ?? 0;
      this.position += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new DecodeError('a number has more than ten bytes');
  }

  /** A signed 64-bit number, exact. */
  signedVarint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.position >= this.end) throw new DecodeError('a number is cut off');
      const byte = this.bytes[this.position] ?? 0;
      this.position += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new DecodeError('a number has more than ten bytes');
  }

  /** Length of the bytes field just found; `position` is its start afterwards. */
  length(): number {
    const length = this.varint();
    if (this.type !== wireType.bytes) throw new DecodeError(`field ${this.field} has wire type ${this.type}`);
    if (length > this.end - this.position) throw new DecodeError('a field is longer than its message');
    return length;
  }

  /** Position of eight bytes, which are passed over. */
  fixed64(): number {
    return this.#fixed(8, wireType.fixed64);
  }

  #fixed(size: number, type: number): number {
    if (this.type !== type) throw new DecodeError(`field ${this.field} has wire type ${this.type}`);
    if (this.end - this.position < size) throw new DecodeError('a field is cut off');
    this.position += size;
    return this.position - size;
  }

  /** Passes over the field just found, whatever it is. */
  skip(): void {
    if (this.type === wireType.varint) this.varint();
    else if (this.type === wireType.bytes) {
      const length = this.length();
      this.position += length;
    } else if (this.type === wireType.fixed64) this.#fixed(8, wireType.fixed64);
    else if (this.type === wireType.fixed32) this.#fixed(4, wireType.fixed32);
    else throw new DecodeError(`unknown wire type ${this.type}`);
  }
}

/** A little-endian 64-bit count of nanoseconds as whole milliseconds and the nanoseconds inside; exact. */
export function splitNanos(
  bytes: Uint8Array,
  at: number,
): { readonly millis: number; readonly subNanos: number } {
  const low = readUint32(bytes, at);
  const high = readUint32(bytes, at + 4);
  // 2^32 ns are 4294 ms and 967,296 ns, so neither product leaves the exact range.
  const rest = high * (TWO_TO_32 % 1_000_000) + low;
  return {
    millis: high * Math.floor(TWO_TO_32 / 1_000_000) + Math.floor(rest / 1_000_000),
    subNanos: rest % 1_000_000,
  };
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) +
    (bytes[at + 1] ?? 0) * 0x100 +
    (bytes[at + 2] ?? 0) * 0x10000 +
    (bytes[at + 3] ?? 0) * 0x1000000
  );
}
