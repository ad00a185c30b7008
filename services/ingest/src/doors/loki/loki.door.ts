import type { EnvelopeResult } from '@culprit/records';
import type { LineReader } from '../../line-reader.js';
import type { Door, DoorBody } from '../door.js';
import { isJsonBody } from '../json-body.js';
import { unpackSnappy } from '../snappy.js';
import { lokiJsonToProtobuf } from './json-to-push-request.js';
import { readLoki } from './read-loki.js';

const maxUnpackedBytes = 67_108_864;

/** Loki's push, as snappy Protocol Buffers or JSON. */
export const lokiDoor: Door = {
  name: 'loki',
  isSelfDated: () => true,
  refusesWhenNothingIsGood: false,
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    const bytes = isJsonBody(body)
      ? lokiJsonToProtobuf(body.bytes)
      : unpackSnappy(body.bytes, maxUnpackedBytes);
    return readers.withEntries(body.defaults, (entries) =>
      readLoki(bytes, { entries, receivedMillis: body.receivedMillis }),
    );
  },
};
