import type { EnvelopeResult } from '@culprit/records';
import type { Door, DoorBody } from '../door.js';
import { isJsonBody } from '../json-body.js';
import type { LineReader } from '../../line-reader.js';
import { otlpJsonToProtobuf } from './json-to-protobuf.js';
import { readOtlp } from './read-otlp.js';

/** OpenTelemetry logs, as Protocol Buffers or JSON. */
export const otlpDoor: Door = {
  name: 'otlp',
  isSelfDated: () => true,
  refusesWhenNothingIsGood: false,
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    const bytes = isJsonBody(body) ? otlpJsonToProtobuf(body.bytes) : body.bytes;
    return readers.withEntries(body.defaults, (entries) =>
      readOtlp(bytes, { entries, receivedMillis: body.receivedMillis }),
    );
  },
};
