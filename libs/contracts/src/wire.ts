import { BinaryReader } from '@bufbuild/protobuf/wire';
import { decodeUtf8, parseTemplateId, type TemplateId } from '@culprit/kernel';
import { malformed } from './errors.js';

/** The part of a generated message that decoding needs. */
interface WireMessage<Message> {
  decode(input: BinaryReader): Message;
}

/**
 * Decodes one message and insists that it took every byte: the generated code stops quietly at a zero tag.
 * A byte order mark at the start of a text is kept, because bodies are kept exactly as they came.
 */
export function decodeWire<Message>(type: WireMessage<Message>, bytes: Uint8Array, what: string): Message {
  const reader = new BinaryReader(bytes, decodeUtf8);
  let message: Message;
  try {
    message = type.decode(reader);
  } catch (cause) {
    throw malformed(`${what}: not a protobuf message of ${bytes.length} bytes`, cause);
  }
  if (reader.pos !== reader.len) {
    throw malformed(`${what}: ${reader.len - reader.pos} bytes left over after the message`);
  }
  return message;
}

/** A whole number that a JavaScript number holds exactly. */
export function toSafeInteger(value: bigint, what: string): number {
  const result = Number(value);
  if (!Number.isSafeInteger(result)) throw malformed(`${what}: integer out of range`);
  return result;
}

/** A time in milliseconds: a number, -Infinity for "not yet", never NaN or +Infinity. */
export function toMillisOrBefore(value: number | undefined, what: string): number {
  if (value === undefined || Number.isNaN(value) || value === Infinity) throw malformed(`${what}: no time`);
  return value;
}

/** A time in milliseconds: a number, Infinity for "never", never NaN or -Infinity. */
export function toMillisOrNever(value: number, what: string): number {
  if (Number.isNaN(value) || value === -Infinity) throw malformed(`${what}: no time`);
  return value;
}

export function toFinite(value: number, what: string): number {
  if (!Number.isFinite(value)) throw malformed(`${what}: not a finite number`);
  return value;
}

/** OpenTelemetry severity, 0 unknown. */
export function toSeverity(value: number, what: string): number {
  if (value > 24) throw malformed(`${what}: severity above 24`);
  return value;
}

/** The element an index points at. */
export function at<Item>(items: readonly Item[], index: number, what: string): Item {
  const item = items[index];
  if (item === undefined) throw malformed(`${what}: index ${index} of ${items.length}`);
  return item;
}

export function templateIdToWire(id: TemplateId): bigint {
  return BigInt(`0x${id}`);
}

export function templateIdFromWire(value: bigint): TemplateId {
  const id = parseTemplateId(value.toString(16).padStart(16, '0'));
  if (id === undefined) throw malformed('template id: more than 64 bits');
  return id;
}
