import type { Entry, EntryReader, EnvelopeResult } from '@culprit/records';
import { DecodeError } from '../decode-error.js';
import { JsonText } from '../json-text.js';
import { ProtobufCursor } from '../protobuf-cursor.js';
import { isNamed, labelsIn } from './labels.js';

/** Field numbers: `PushRequest.streams`, then those of `StreamAdapter`, `EntryAdapter`, `Timestamp`, `LabelPair`. */
const field = {
  streams: 1,
  labels: 1,
  entries: 2,
  timestamp: 1,
  line: 2,
  metadata: 3,
  seconds: 1,
  nanos: 2,
  name: 1,
  value: 2,
} as const;

const jobName = new TextEncoder().encode('job');
const SLASH = 0x2f;

/**
 * Reads a `PushRequest` of Loki, piece by piece. An entry that cannot be read is counted; the others are kept. O(bytes).
 *
 * @throws DecodeError when the outer messages are broken
 * Source: grafana/loki, pkg/push/push.proto.
 */
export function* readLoki(
  bytes: Uint8Array,
  options: { readonly entries: EntryReader; readonly receivedMillis: number },
): Generator<EnvelopeResult> {
  const { entries, receivedMillis } = options;
  const reader = new LokiEntryReader(bytes, entries);
  const request = new ProtobufCursor(bytes);
  entries.begin(bytes);
  while (request.next()) {
    if (request.field !== field.streams) {
      request.skip();
      continue;
    }
    const end = request.length() + request.position;
    readLabels(bytes, request.position, end, entries);
    const stream = new ProtobufCursor(bytes, request.position, end);
    while (stream.next()) {
      if (stream.field !== field.entries) {
        stream.skip();
        continue;
      }
      const entryEnd = stream.length() + stream.position;
      reader.read(stream.position, entryEnd);
      stream.position = entryEnd;
      if (!entries.isFull) continue;
      yield entries.take(receivedMillis);
      entries.resume();
    }
    request.position = end;
  }
  yield entries.take(receivedMillis);
}

/** Tells what the labels say of the source. `job` is how a scrape is called: a name for want of a better one. */
function readLabels(bytes: Uint8Array, start: number, end: number, entries: EntryReader): void {
  const stream = new ProtobufCursor(bytes, start, end);
  entries.beginSource();
  let jobStart = 0;
  let jobEnd = 0;
  while (stream.next()) {
    if (stream.field !== field.labels) {
      stream.skip();
      continue;
    }
    const labelsEnd = stream.length() + stream.position;
    for (const label of labelsIn(bytes, stream.position, labelsEnd)) {
      const { nameStart, nameEnd, valueStart, valueEnd } = label;
      if (!isNamed(bytes, label, jobName)) {
        entries.sourceAttribute(nameStart, nameEnd, valueStart, valueEnd, true);
        continue;
      }
      // `namespace/name`, as scrapes of Kubernetes call it.
      const slash = bytes.subarray(valueStart, valueEnd).lastIndexOf(SLASH);
      jobStart = valueStart + slash + 1;
      jobEnd = valueEnd;
    }
    stream.position = labelsEnd;
  }
  entries.suggestService(jobStart, jobEnd);
}

/** Reads entries, all into the same objects. */
class LokiEntryReader {
  readonly #bytes: Uint8Array;
  readonly #entries: EntryReader;
  readonly #cursor: ProtobufCursor;
  readonly #inner: ProtobufCursor;
  readonly #attributes = new JsonText();
  readonly #entry: Entry = {
    textStart: 0,
    textEnd: 0,
    millis: Number.NaN,
    subNanos: 0,
    severity: 0,
    attributes: new Uint8Array(0),
    attributesLength: 0,
  };

  constructor(bytes: Uint8Array, entries: EntryReader) {
    this.#bytes = bytes;
    this.#entries = entries;
    this.#cursor = new ProtobufCursor(bytes);
    this.#inner = new ProtobufCursor(bytes);
  }

  read(start: number, end: number): void {
    try {
      this.#read(start, end);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#entries.reject('malformed');
    }
  }

  #read(start: number, end: number): void {
    const entry = this.#entry;
    const cursor = this.#cursor;
    entry.textStart = entry.textEnd = start;
    entry.millis = Number.NaN;
    entry.subNanos = 0;
    this.#attributes.clear();
    this.#entries.beginEntry();
    cursor.enter(start, end);
    while (cursor.next()) {
      if (cursor.field < field.timestamp || cursor.field > field.metadata) {
        cursor.skip();
        continue;
      }
      const fieldEnd = cursor.length() + cursor.position;
      if (cursor.field === field.line) {
        entry.textStart = cursor.position;
        entry.textEnd = fieldEnd;
      } else if (cursor.field === field.timestamp) this.#readTime(cursor.position, fieldEnd);
      else this.#readMetadata(cursor.position, fieldEnd);
      cursor.position = fieldEnd;
    }
    if (this.#attributes.length > 0) this.#attributes.raw('}');
    entry.attributes = this.#attributes.bytes;
    entry.attributesLength = this.#attributes.length;
    this.#entries.addEntry(entry);
  }

  #readTime(start: number, end: number): void {
    const cursor = this.#inner;
    let seconds = 0;
    let nanos = 0;
    cursor.enter(start, end);
    while (cursor.next()) {
      if (cursor.field === field.seconds) seconds = cursor.varint();
      else if (cursor.field === field.nanos) nanos = cursor.varint();
      else cursor.skip();
    }
    if (seconds === 0 || nanos >= 1_000_000_000) return;
    this.#entry.millis = seconds * 1000 + Math.floor(nanos / 1_000_000);
    this.#entry.subNanos = nanos % 1_000_000;
  }

  #readMetadata(start: number, end: number): void {
    const cursor = this.#inner;
    let [nameStart, nameEnd, valueStart, valueEnd] = [start, start, start, start];
    cursor.enter(start, end);
    while (cursor.next()) {
      const fieldEnd = cursor.length() + cursor.position;
      if (cursor.field === field.name) [nameStart, nameEnd] = [cursor.position, fieldEnd];
      else if (cursor.field === field.value) [valueStart, valueEnd] = [cursor.position, fieldEnd];
      cursor.position = fieldEnd;
    }
    if (nameEnd === nameStart || this.#entries.entryAttribute(nameStart, nameEnd, valueStart, valueEnd))
      return;
    this.#attributes.raw(this.#attributes.length === 0 ? '{' : ',');
    this.#attributes.string(this.#bytes, nameStart, nameEnd);
    this.#attributes.raw(':');
    this.#attributes.string(this.#bytes, valueStart, valueEnd);
  }
}
