import type { JsonText } from '../json-text.js';
import { ProtobufCursor } from '../protobuf-cursor.js';

/** Field numbers of `AnyValue`. */
export const anyField = { string: 1, bool: 2, int: 3, double: 4, array: 5, list: 6, bytes: 7 } as const;

/** Values nested deeper are written as null. */
const maxDepth = 16;

/**
 * Writes the `AnyValue` in `bytes[start, end)` as JSON: byte strings as hexadecimal text, numbers that JSON does not
 * have as null. O(length).
 *
 * @throws DecodeError when the bytes are no message
 */
export function writeAnyValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: JsonText,
  depth = 0,
): void {
  const cursor = new ProtobufCursor(bytes, start, end);
  let isWritten = false;
  while (cursor.next()) {
    if (isWritten || depth > maxDepth) cursor.skip();
    else isWritten = writeMember(cursor, into, depth);
  }
  if (!isWritten) into.raw('null');
}

/** False for a field that is no value. */
function writeMember(cursor: ProtobufCursor, into: JsonText, depth: number): boolean {
  switch (cursor.field) {
    case anyField.bool:
      into.raw(cursor.varint() === 0 ? 'false' : 'true');
      return true;
    case anyField.int:
      into.raw(String(cursor.signedVarint()));
      return true;
    case anyField.double: {
      const at = cursor.fixed64();
      const value = new DataView(cursor.bytes.buffer, cursor.bytes.byteOffset + at, 8).getFloat64(0, true);
      into.raw(Number.isFinite(value) ? String(value) : 'null');
      return true;
    }
    case anyField.string:
    case anyField.bytes:
    case anyField.array:
    case anyField.list: {
      const end = cursor.length() + cursor.position;
      writeRange(cursor, end, into, depth);
      cursor.position = end;
      return true;
    }
    default:
      cursor.skip();
      return false;
  }
}

function writeRange(cursor: ProtobufCursor, end: number, into: JsonText, depth: number): void {
  const { bytes, position } = cursor;
  if (cursor.field === anyField.string) into.string(bytes, position, end);
  else if (cursor.field === anyField.bytes) into.hex(bytes, position, end);
  else if (cursor.field === anyField.array) writeArray(bytes, position, end, into, depth);
  else {
    into.raw('{');
    writeKeyValues(bytes, position, end, into, depth);
    into.raw('}');
  }
}

function writeArray(bytes: Uint8Array, start: number, end: number, into: JsonText, depth: number): void {
  const cursor = new ProtobufCursor(bytes, start, end);
  let separator = '[';
  while (cursor.next()) {
    if (cursor.field !== 1) {
      cursor.skip();
      continue;
    }
    const valueEnd = cursor.length() + cursor.position;
    into.raw(separator);
    writeAnyValue(bytes, cursor.position, valueEnd, into, depth + 1);
    cursor.position = valueEnd;
    separator = ',';
  }
  into.raw(separator === '[' ? '[]' : ']');
}

/** Writes the `KeyValue`s that are field 1 of a message as members of a JSON object, without its braces. */
export function writeKeyValues(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: JsonText,
  depth = 0,
): void {
  const cursor = new ProtobufCursor(bytes, start, end);
  const pair = new KeyValueRange();
  let isFirst = true;
  while (cursor.next()) {
    if (cursor.field !== 1) {
      cursor.skip();
      continue;
    }
    const pairEnd = cursor.length() + cursor.position;
    pair.read(bytes, cursor.position, pairEnd);
    if (!isFirst) into.raw(',');
    writeKeyValue(bytes, pair, into, depth);
    cursor.position = pairEnd;
    isFirst = false;
  }
}

/** Writes one pair as a member of a JSON object. */
export function writeKeyValue(bytes: Uint8Array, pair: KeyValueRange, into: JsonText, depth = 0): void {
  into.string(bytes, pair.keyStart, pair.keyEnd);
  into.raw(':');
  writeAnyValue(bytes, pair.valueStart, pair.valueEnd, into, depth + 1);
}

/** Where key and value of one `KeyValue` lie; one is reused for all. */
export class KeyValueRange {
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  /** Text of the value where it is a string, else an empty range. */
  textStart = 0;
  textEnd = 0;
  readonly #cursor = new ProtobufCursor(new Uint8Array(0));
  #inner = this.#cursor;

  /** @throws DecodeError */
  read(bytes: Uint8Array, start: number, end: number): void {
    const cursor = this.#inner.bytes === bytes ? this.#inner : new ProtobufCursor(bytes);
    this.#inner = cursor;
    cursor.enter(start, end);
    this.keyStart = this.keyEnd = this.valueStart = this.valueEnd = this.textStart = this.textEnd = start;
    while (cursor.next()) {
      if (cursor.field === 1) {
        this.keyEnd = cursor.length() + cursor.position;
        this.keyStart = cursor.position;
        cursor.position = this.keyEnd;
      } else if (cursor.field === 2) {
        this.valueEnd = cursor.length() + cursor.position;
        this.valueStart = cursor.position;
        cursor.position = this.valueEnd;
      } else cursor.skip();
    }
    this.#readText(cursor);
  }

  #readText(cursor: ProtobufCursor): void {
    cursor.enter(this.valueStart, this.valueEnd);
    if (!cursor.next() || cursor.field !== anyField.string) return;
    this.textEnd = cursor.length() + cursor.position;
    this.textStart = cursor.position;
  }
}
