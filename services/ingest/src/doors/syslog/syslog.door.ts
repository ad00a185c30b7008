import type { EnvelopeResult } from '@culprit/records';
import type { LineReader } from '../../line-reader.js';
import { DecodeError } from '../decode-error.js';
import type { Door, DoorBody } from '../door.js';
import type { Json } from '../json-body.js';
import { readObjects } from '../read-objects.js';
import { parseSyslog } from './parse-syslog.js';

const lengthBytes = 4;

/** Syslog messages, each behind its length in four bytes: how they are kept together on the way to the reader. */
export const syslogDoor: Door = {
  name: 'syslog',
  isSelfDated: () => false,
  refusesWhenNothingIsGood: false,
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    return readObjects(messagesIn(body), body, readers);
  },
};

/** The body that {@link syslogDoor} reads. */
export function joinMessages(messages: readonly Uint8Array[]): Buffer {
  const parts = messages.flatMap((message) => {
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(message.length);
    return [length, message];
  });
  return Buffer.concat(parts);
}

function* messagesIn({ bytes, receivedMillis }: DoorBody): Generator<Json> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < text.length;) {
    if (i + lengthBytes > text.length) throw new DecodeError('a length is cut off');
    const start = i + lengthBytes;
    const end = start + text.readUInt32BE(i);
    if (end > text.length) throw new DecodeError('a message is cut off');
    yield parseSyslog(text.toString('utf8', start, end).replace(/[\r\n\0]+$/, ''), receivedMillis);
    i = end;
  }
}
