import type { Entry, EntryReader } from '@culprit/records';
import { JsonText } from '../json-text.js';
import { ProtobufCursor, splitNanos } from '../protobuf-cursor.js';
import { KeyValueRange, anyField, writeAnyValue, writeKeyValue } from './any-value.js';
import { kubernetesEventOf } from './kubernetes-event.js';

/** Field numbers of `LogRecord`. */
const field = {
  time: 1,
  severityNumber: 2,
  severityText: 3,
  body: 5,
  attributes: 6,
  traceId: 9,
  spanId: 10,
  observedTime: 11,
  eventName: 12,
} as const;

interface Range {
  start: number;
  end: number;
}

const eventReason = new TextEncoder().encode('k8s.event.reason');

/** Reads the log records of one request, all into the same objects. */
export class LogRecordReader {
  readonly #bytes: Uint8Array;
  readonly #entries: EntryReader;
  readonly #cursor: ProtobufCursor;
  readonly #pair = new KeyValueRange();
  readonly #attributes = new JsonText();
  readonly #object = new JsonText();
  /** Attributes of the resource that the normaliser did not need, as members of a JSON object. */
  readonly #resource = new JsonText();
  readonly #body: Range = { start: 0, end: 0 };
  readonly #eventName: Range = { start: 0, end: 0 };
  readonly #severityText: Range = { start: 0, end: 0 };
  readonly #entry: Entry = {
    textStart: 0,
    textEnd: 0,
    millis: Number.NaN,
    subNanos: 0,
    severity: 0,
    attributes: new Uint8Array(0),
    attributesLength: 0,
  };
  #isKubernetesEvent = false;

  constructor(bytes: Uint8Array, entries: EntryReader) {
    this.#bytes = bytes;
    this.#entries = entries;
    this.#cursor = new ProtobufCursor(bytes);
  }

  beginResource(): void {
    this.#resource.clear();
  }

  addResourceAttribute(pair: KeyValueRange): void {
    const isText = pair.textEnd > pair.textStart;
    if (isText) this.#entries.sourceAttribute(pair.keyStart, pair.keyEnd, pair.textStart, pair.textEnd);
    this.#resource.raw(this.#resource.length === 0 ? '{' : ',');
    writeKeyValue(this.#bytes, pair, this.#resource);
  }

  /**
   * Reads the record in `[start, end)` and adds its line.
   *
   * @throws DecodeError
   */
  read(start: number, end: number): void {
    this.#clear(start);
    const cursor = this.#cursor;
    cursor.enter(start, end);
    while (cursor.next()) this.#readField(cursor);
    const entry = this.#entry;
    if (entry.severity < 1 || entry.severity > 24)
      entry.severity = this.#entries.severityOf(this.#severityText.start, this.#severityText.end);
    if (this.#attributes.length > 0) this.#attributes.raw('}');
    this.#addLine(entry);
  }

  #clear(start: number): void {
    const entry = this.#entry;
    for (const range of [this.#body, this.#eventName, this.#severityText]) range.start = range.end = start;
    entry.millis = Number.NaN;
    entry.subNanos = 0;
    entry.severity = 0;
    this.#attributes.clear();
    this.#isKubernetesEvent = false;
    this.#entries.beginEntry();
  }

  #readField(cursor: ProtobufCursor): void {
    switch (cursor.field) {
      case field.time:
        this.#takeTime(cursor.fixed64(), true);
        break;
      case field.observedTime:
        this.#takeTime(cursor.fixed64(), false);
        break;
      case field.severityNumber:
        this.#entry.severity = cursor.varint();
        break;
      case field.body:
        this.#takeRange(cursor, this.#body);
        break;
      case field.severityText:
        this.#takeRange(cursor, this.#severityText);
        break;
      case field.eventName:
        this.#takeRange(cursor, this.#eventName);
        break;
      case field.attributes:
        this.#takeAttribute(cursor);
        break;
      case field.traceId:
        this.#takeId(cursor, '"trace_id":');
        break;
      case field.spanId:
        this.#takeId(cursor, '"span_id":');
        break;
      default:
        cursor.skip();
    }
  }

  /** Zero means unknown; the time of observation only stands in for the time of the event. */
  #takeTime(at: number, isOwn: boolean): void {
    const { millis, subNanos } = splitNanos(this.#bytes, at);
    if (millis === 0 || (!isOwn && !Number.isNaN(this.#entry.millis))) return;
    this.#entry.millis = millis;
    this.#entry.subNanos = subNanos;
  }

  #takeRange(cursor: ProtobufCursor, into: Range): void {
    into.end = cursor.length() + cursor.position;
    into.start = cursor.position;
    cursor.position = into.end;
  }

  #takeId(cursor: ProtobufCursor, key: string): void {
    const end = cursor.length() + cursor.position;
    if (end > cursor.position) {
      this.#attributes.raw(this.#attributes.length === 0 ? '{' : ',');
      this.#attributes.raw(key);
      this.#attributes.hex(this.#bytes, cursor.position, end);
    }
    cursor.position = end;
  }

  #takeAttribute(cursor: ProtobufCursor): void {
    const end = cursor.length() + cursor.position;
    const pair = this.#pair;
    pair.read(this.#bytes, cursor.position, end);
    cursor.position = end;
    if (equals(this.#bytes, pair.keyStart, pair.keyEnd, eventReason)) this.#isKubernetesEvent = true;
    const isText = pair.textEnd > pair.textStart;
    if (
      isText &&
      this.#entries.entryAttribute(pair.keyStart, pair.keyEnd, pair.textStart, pair.textEnd) &&
      !this.#isKubernetesEvent
    )
      return;
    this.#attributes.raw(this.#attributes.length === 0 ? '{' : ',');
    writeKeyValue(this.#bytes, pair, this.#attributes);
  }

  #addLine(entry: Entry): void {
    entry.attributes = this.#attributes.bytes;
    entry.attributesLength = this.#attributes.length;
    const body = this.#body;
    const cursor = this.#cursor;
    cursor.enter(body.start, body.end);
    if (body.end > body.start && cursor.next() && cursor.field === anyField.string) {
      entry.textEnd = cursor.length() + cursor.position;
      entry.textStart = cursor.position;
      if (this.#isKubernetesEvent) this.#addEvent(entry);
      else this.#entries.addEntry(entry);
    } else if (body.end > body.start) {
      this.#object.clear();
      writeAnyValue(this.#bytes, body.start, body.end, this.#object);
      this.#entries.addObject(this.#object.bytes.subarray(0, this.#object.length), entry);
    } else this.#addBodyless(entry);
  }

  /** A record may be all attributes, or an event that only has a name. */
  #addBodyless(entry: Entry): void {
    entry.textStart = this.#eventName.start;
    entry.textEnd = this.#eventName.end;
    if (entry.textEnd > entry.textStart) this.#entries.addEntry(entry);
    else if (entry.attributesLength > 0) {
      entry.attributesLength = 0;
      this.#entries.addObject(this.#attributes.bytes.subarray(0, this.#attributes.length), entry);
    } else this.#entries.reject('no-text');
  }

  #addEvent(entry: Entry): void {
    this.#resource.raw(this.#resource.length === 0 ? '{}' : '}');
    const event = kubernetesEventOf({
      resource: this.#resource.bytes.subarray(0, this.#resource.length),
      attributes: this.#attributes.bytes.subarray(0, this.#attributes.length),
      message: this.#bytes.subarray(entry.textStart, entry.textEnd),
      severity: entry.severity,
    });
    // The brace was only for this record: the members stay for the others of the resource.
    this.#resource.length -= this.#resource.length === 2 ? 2 : 1;
    entry.attributesLength = 0;
    this.#entries.addObject(event, entry);
  }
}

function equals(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}
