/** A length-delimited field of a message. */
export interface BytesField {
  /** As in proto/. */
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** Wire type of strings, bytes and messages. Source: Protocol Buffers, "Encoding", message structure. */
const lengthDelimited = 2;

/**
 * A message that is the only field of another one: its small fields as generated code wrote them, then large fields.
 * Fields may come in any order, so that large ones are copied once, into a buffer of the right size; the generated
 * writer would copy them three times.
 */
export function encodeNested(
  number: number,
  small: Uint8Array,
  large: readonly BytesField[],
): Uint8Array<ArrayBuffer> {
  const inner = large.reduce((sum, field) => sum + fieldSize(field), small.length);
  const total = fieldHeaderSize(number, inner) + inner;
  const target = new Uint8Array(Buffer.allocUnsafeSlow(total).buffer);
  let at = writeHeader(target, 0, { number, length: inner });
  target.set(small, at);
  at += small.length;
  for (const { number: fieldNumber, bytes } of large) {
    at = writeHeader(target, at, { number: fieldNumber, length: bytes.length });
    target.set(bytes, at);
    at += bytes.length;
  }
  return target;
}

function fieldSize({ number, bytes }: BytesField): number {
  return fieldHeaderSize(number, bytes.length) + bytes.length;
}

function fieldHeaderSize(number: number, length: number): number {
  return varintSize((number << 3) | lengthDelimited) + varintSize(length);
}

/** @returns where the field's bytes start */
function writeHeader(target: Uint8Array, at: number, field: { number: number; length: number }): number {
  return writeVarint(target, writeVarint(target, at, (field.number << 3) | lengthDelimited), field.length);
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest >>>= 7) size += 1;
  return size;
}

function writeVarint(target: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) target[end++] = (rest & 0x7f) | 0x80;
  target[end++] = rest;
  return end;
}
