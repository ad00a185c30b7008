import type { EnvelopeResult } from '@culprit/records';
import type { LineReader } from '../../line-reader.js';
import { DecodeError } from '../decode-error.js';
import type { Door, DoorBody } from '../door.js';
import type { Json } from '../json-body.js';
import { readObjects } from '../read-objects.js';

const LINE_FEED = 0x0a;
const EQUALS = 0x3d;

/** Fields of the journal that say what happened, where and when; the rest (cursors, ids, capabilities) stays behind. */
const keptFields: ReadonlySet<string> = new Set([
  '__REALTIME_TIMESTAMP',
  'MESSAGE',
  'PRIORITY',
  'SYSLOG_IDENTIFIER',
  '_HOSTNAME',
  '_SYSTEMD_UNIT',
  '_COMM',
  'CONTAINER_NAME',
  'UNIT',
  'EXIT_STATUS',
  'CODE_FUNC',
]);

/** The journal export format, as systemd-journal-upload sends it. */
export const journaldDoor: Door = {
  name: 'journald',
  // Every entry has a cursor, which names it.
  isSelfDated: () => true,
  refusesWhenNothingIsGood: false,
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    return readObjects(entriesIn(body.bytes), body, readers);
  },
};

/**
 * Entries end with an empty line; a field is `NAME=text`, or the name, its length in eight bytes and that many bytes.
 * Source: systemd, "Journal Export Formats".
 */
function* entriesIn(bytes: Uint8Array): Generator<Json> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let entry = new Map<string, string>();
  for (let i = 0; i < text.length;) {
    const feed = text.indexOf(LINE_FEED, i);
    const end = feed < 0 ? text.length : feed;
    const equals = text.indexOf(EQUALS, i);
    if (end === i) {
      if (entry.size > 0) yield recordOf(entry);
      entry = new Map();
      i += 1;
    } else if (equals >= 0 && equals < end) {
      keep(entry, text.toString('latin1', i, equals), () => text.toString('utf8', equals + 1, end));
      i = end + 1;
    } else {
      const start = end + 9;
      if (start > text.length) throw new DecodeError('a binary field is cut off');
      const size = Number(text.readBigUInt64LE(end + 1));
      if (size > text.length - start) throw new DecodeError('a binary field is longer than the body');
      keep(entry, text.toString('latin1', i, end), () => text.toString('utf8', start, start + size));
      i = start + size + 1;
    }
  }
  if (entry.size > 0) yield recordOf(entry);
}

function keep(entry: Map<string, string>, name: string, value: () => string): void {
  if (keptFields.has(name) && !entry.has(name)) entry.set(name, value());
}

function recordOf(entry: ReadonlyMap<string, string>): Json {
  const container = entry.get('CONTAINER_NAME');
  return {
    source_type: 'journald',
    ...Object.fromEntries(entry),
    ...(container === undefined ? {} : { container }),
  };
}
