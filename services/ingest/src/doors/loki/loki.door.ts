import { unpackSnappy } from '@culprit/kernel';
import type { EnvelopeResult } from '@culprit/records';
import type { LineReader } from '../../line-reader.js';
import type { Door, DoorBody } from '../door.js';
import { isJsonBody } from '../json-body.js';
import { DecodeError, TooLargeError } from '../decode-error.js';
import { lokiJsonToProtobuf } from './json-to-push-request.js';
import { readLoki } from './read-loki.js';

const maxUnpackedBytes = 67_108_864;

/** Loki's push, as snappy Protocol Buffers or JSON. */
export const lokiDoor: Door = {
  name: 'loki',
  isSelfDated: () => true,
  refusesWhenNothingIsGood: false,
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    const bytes = isJsonBody(body) ? lokiJsonToProtobuf(body.bytes) : unpack(body.bytes);
    return readers.withEntries(body.defaults, (entries) =>
      readLoki(bytes, { entries, receivedMillis: body.receivedMillis }),
    );
  },
};

function unpack(block: Uint8Array): Uint8Array {
  const bytes = unpackSnappy(block, maxUnpackedBytes);
  if (bytes === 'too-large')
    throw new TooLargeError(`expected at most ${maxUnpackedBytes} bytes of snappy data`);
  if (bytes === 'broken') throw new DecodeError('the body is not whole snappy data');
  return bytes;
}
