import type { EntryReader, EnvelopeResult } from '@culprit/records';
import { DecodeError } from '../decode-error.js';
import { ProtobufCursor } from '../protobuf-cursor.js';
import { KeyValueRange } from './any-value.js';
import { LogRecordReader } from './log-record.js';

/** Field numbers that more than one message of the protocol uses. */
const field = { resourceLogs: 1, resource: 1, scopeLogs: 2, logRecords: 2, attributes: 1 } as const;

/**
 * Reads an `ExportLogsServiceRequest`, piece by piece. A log record that cannot be read is counted and the others are
 * kept; a request whose outer messages are broken is refused. O(bytes).
 *
 * @throws DecodeError
 * Source: opentelemetry-proto 1.5, collector/logs/v1 and logs/v1.
 */
export function* readOtlp(
  bytes: Uint8Array,
  options: { readonly entries: EntryReader; readonly receivedMillis: number },
): Generator<EnvelopeResult> {
  const { entries, receivedMillis } = options;
  const records = new LogRecordReader(bytes, entries);
  const pair = new KeyValueRange();
  const resources = new ProtobufCursor(bytes);
  entries.begin(bytes);
  while (resources.next()) {
    if (resources.field !== field.resourceLogs) {
      resources.skip();
      continue;
    }
    const end = resources.length() + resources.position;
    entries.beginSource();
    records.beginResource();
    // A message may say its fields in any order, and every line needs to know whose it is.
    for (const resource of fieldsOf(bytes, resources.position, end, field.resource)) {
      for (const attribute of fieldsOf(bytes, resource.position, resource.end, field.attributes)) {
        pair.read(bytes, attribute.position, attribute.end);
        records.addResourceAttribute(pair);
      }
    }
    for (const scope of fieldsOf(bytes, resources.position, end, field.scopeLogs)) {
      for (const record of fieldsOf(bytes, scope.position, scope.end, field.logRecords)) {
        readRecord(records, entries, record);
        if (!entries.isFull) continue;
        yield entries.take(receivedMillis);
        entries.resume();
      }
    }
    resources.position = end;
  }
  yield entries.take(receivedMillis);
}

function readRecord(
  records: LogRecordReader,
  entries: EntryReader,
  range: { readonly position: number; readonly end: number },
): void {
  try {
    records.read(range.position, range.end);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    entries.reject('malformed');
  }
}

/** Ranges of all fields of one number in a message; the object is the same each time. */
function* fieldsOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  number: number,
): Generator<{ position: number; end: number }> {
  const cursor = new ProtobufCursor(bytes, start, end);
  const range = { position: start, end: start };
  while (cursor.next()) {
    if (cursor.field !== number) {
      cursor.skip();
      continue;
    }
    range.end = cursor.length() + cursor.position;
    range.position = cursor.position;
    cursor.position = range.end;
    yield range;
  }
}
