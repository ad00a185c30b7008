import type { EnvelopeResult } from '@culprit/records';
import { DecodeError } from '../decode-error.js';
import type { Door, DoorBody } from '../door.js';
import type { LineReader } from '../../line-reader.js';
import { otlpJsonToProtobuf } from './json-to-protobuf.js';
import { readOtlp } from './read-otlp.js';

/** JSON is parsed as a whole, which takes several times its size of memory. */
const maxJsonBytes = 16_777_216;

/** OpenTelemetry logs, as Protocol Buffers or JSON. */
export const otlpDoor: Door = {
  name: 'otlp',
  isSelfDated: true,
  refusesWhenNothingIsGood: false,
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    const bytes = isJson(body) ? rewritten(body.bytes) : body.bytes;
    return readers.withEntries(body.defaults, (entries) =>
      readOtlp(bytes, { entries, receivedMillis: body.receivedMillis }),
    );
  },
};

/** By media type, and by looking where the sender named none. */
export function isJson({ mediaType, bytes }: Pick<DoorBody, 'mediaType' | 'bytes'>): boolean {
  return mediaType.endsWith('json') || (!mediaType.includes('protobuf') && bytes[0] === 0x7b);
}

function rewritten(json: Uint8Array): Uint8Array {
  if (json.length > maxJsonBytes) throw new DecodeError(`JSON of more than ${maxJsonBytes} bytes`);
  return otlpJsonToProtobuf(json);
}
