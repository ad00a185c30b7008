import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { asObject, parseObject, tag, unknownsOf } from '../json-body.js';
import type { Json } from '../json-body.js';

const maxDepth = 16;

/**
 * Rewrites the JSON form of an `ExportLogsServiceRequest` as Protocol Buffers, so that one reader serves both. As the
 * protocol wants: 64-bit numbers as text or numbers, ids as hexadecimal text, enums as numbers, unknown keys ignored.
 *
 * @throws DecodeError
 * Source: opentelemetry-proto 1.5, docs/specification.md "JSON Protobuf Encoding".
 */
export function otlpJsonToProtobuf(bytes: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  for (const resourceLogs of listOf(parseObject(bytes), 'resourceLogs', 'resource_logs')) {
    writer.uint32(tag(1)).fork();
    const resource = asObject(resourceLogs['resource']);
    if (resource !== undefined) {
      writer.uint32(tag(1)).fork();
      writeAttributes(writer, 1, resource);
      writer.join();
    }
    for (const scopeLogs of listOf(resourceLogs, 'scopeLogs', 'scope_logs')) {
      writer.uint32(tag(2)).fork();
      for (const record of listOf(scopeLogs, 'logRecords', 'log_records')) writeRecord(writer, record);
      writer.join();
    }
    writer.join();
  }
  return writer.finish();
}

function writeRecord(writer: BinaryWriter, record: Json): void {
  writer.uint32(tag(2)).fork();
  writeNanos(writer, 1, record['timeUnixNano'] ?? record['time_unix_nano']);
  writeNanos(writer, 11, record['observedTimeUnixNano'] ?? record['observed_time_unix_nano']);
  const severity = Number(record['severityNumber'] ?? record['severity_number'] ?? 0);
  if (Number.isInteger(severity) && severity > 0 && severity <= 24) writer.uint32(8 * 2).uint32(severity);
  writeText(writer, 3, record['severityText'] ?? record['severity_text']);
  const body = record['body'];
  if (body !== undefined && body !== null) writeAnyValue(writer, 5, body, 0);
  writeAttributes(writer, 6, record);
  writeHex(writer, 9, record['traceId'] ?? record['trace_id']);
  writeHex(writer, 10, record['spanId'] ?? record['span_id']);
  writeText(writer, 12, record['eventName'] ?? record['event_name']);
  writer.join();
}

function writeAttributes(writer: BinaryWriter, field: number, owner: Json): void {
  for (const pair of listOf(owner, 'attributes', 'attributes')) writePair(writer, field, pair, 0);
}

function writePair(writer: BinaryWriter, field: number, pair: Json, depth: number): void {
  writer.uint32(tag(field)).fork();
  writeText(writer, 1, pair['key']);
  writeAnyValue(writer, 2, pair['value'], depth);
  writer.join();
}

function writeAnyValue(writer: BinaryWriter, field: number, value: unknown, depth: number): void {
  writer.uint32(tag(field)).fork();
  // Some senders write the bare value where the protocol wraps it.
  if (typeof value === 'string') writeText(writer, 1, value);
  const wrapped = asObject(value);
  if (wrapped !== undefined && depth < maxDepth) writeWrapped(writer, wrapped, depth);
  writer.join();
}

function writeWrapped(writer: BinaryWriter, value: Json, depth: number): void {
  const number = (key: string): number | undefined =>
    typeof value[key] === 'number' || typeof value[key] === 'string' ? Number(value[key]) : undefined;
  const text = value['stringValue'];
  const integer = integerOf(value['intValue']);
  const double = number('doubleValue');
  const array = asObject(value['arrayValue']);
  const list = asObject(value['kvlistValue']);
  if (typeof text === 'string') writer.uint32(tag(1)).string(text);
  else if (typeof value['boolValue'] === 'boolean') writer.uint32(8 * 2).bool(value['boolValue']);
  else if (integer !== undefined) writer.uint32(8 * 3).int64(integer);
  else if (double !== undefined) writer.uint32(8 * 4 + 1).double(double);
  else if (array !== undefined) {
    writer.uint32(tag(5)).fork();
    for (const item of unknownsOf(array['values'])) writeAnyValue(writer, 1, item, depth + 1);
    writer.join();
  } else if (list !== undefined) {
    writer.uint32(tag(6)).fork();
    for (const pair of listOf(list, 'values', 'values')) writePair(writer, 1, pair, depth + 1);
    writer.join();
  } else if (typeof value['bytesValue'] === 'string')
    writer.uint32(tag(7)).bytes(Buffer.from(value['bytesValue'], 'base64'));
}

function writeText(writer: BinaryWriter, field: number, value: unknown): void {
  if (typeof value === 'string' && value !== '') writer.uint32(tag(field)).string(value);
}

function writeHex(writer: BinaryWriter, field: number, value: unknown): void {
  if (typeof value === 'string' && value.length <= 64 && /^(?:[0-9a-f]{2})+$/i.test(value))
    writer.uint32(tag(field)).bytes(Buffer.from(value, 'hex'));
}

function writeNanos(writer: BinaryWriter, field: number, value: unknown): void {
  const nanos = integerOf(value);
  if (nanos !== undefined && nanos > 0n) writer.uint32(8 * field + 1).fixed64(nanos);
}

/** A whole number of 64 bits, given as text or number. */
function integerOf(value: unknown): bigint | undefined {
  const isText = typeof value === 'string' && /^-?\d{1,19}$/.test(value);
  if (!isText && !(typeof value === 'number' && Number.isInteger(value))) return undefined;
  const integer = BigInt(value);
  return BigInt.asIntN(64, integer) === integer ? integer : undefined;
}

/** The objects of a list; whatever else is in it is passed over. */
function listOf(owner: Json, key: string, otherKey: string): readonly Json[] {
  return unknownsOf(owner[key] ?? owner[otherKey])
    .map(asObject)
    .filter((item) => item !== undefined);
}
