import { gunzipSync } from 'node:zlib';
import type { EnvelopeResult } from '@culprit/records';
import type { LineReader } from '../../line-reader.js';
import { DecodeError, TooLargeError } from '../decode-error.js';
import type { Door, DoorBody } from '../door.js';
import { asObject, parseJson, parseObject, unknownsOf } from '../json-body.js';
import type { Json } from '../json-body.js';
import { readObjects } from '../read-objects.js';

/** All records of a request together, unpacked. */
const maxUnpackedBytes = 67_108_864;

/** Amazon Data Firehose; records that CloudWatch Logs wrote are taken apart, others are lines. */
export const firehoseDoor: Door = {
  name: 'firehose',
  isSelfDated: () => false,
  refusesWhenNothingIsGood: false,
  *read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    const { defaults, receivedMillis } = body;
    let budget = maxUnpackedBytes;
    for (const item of unknownsOf(parseObject(body.bytes)['records'])) {
      const data = asObject(item)?.['data'];
      const bytes = unpack(Buffer.from(typeof data === 'string' ? data : '', 'base64'), budget);
      budget -= bytes.length;
      const events = cloudWatchEventsIn(bytes);
      if (events === undefined) yield readers.read(bytes, { format: 'auto', receivedMillis, defaults });
      else yield* readObjects(events, body, readers);
    }
  },
};

function unpack(data: Buffer, budget: number): Buffer {
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data;
  if (budget <= 0) throw new TooLargeError(`the records unpack to more than ${maxUnpackedBytes} bytes`);
  try {
    return gunzipSync(data, { maxOutputLength: budget });
  } catch (cause) {
    throw cause instanceof RangeError
      ? new TooLargeError(`the records unpack to more than ${maxUnpackedBytes} bytes`)
      : new DecodeError('a record is not whole gzip data', { cause });
  }
}

/** The events of a CloudWatch subscription; undefined for anything else. */
function cloudWatchEventsIn(bytes: Buffer): readonly (Json | undefined)[] | undefined {
  if (bytes[0] !== 0x7b || !bytes.subarray(0, 4_096).includes('"messageType"')) return undefined;
  const message = cloudWatchMessageOf(bytes);
  if (message === undefined) return undefined;
  // What CloudWatch sends to see whether anybody is there.
  if (message['messageType'] === 'CONTROL_MESSAGE') return [];
  const group = typeof message['logGroup'] === 'string' ? message['logGroup'] : '';
  return unknownsOf(message['logEvents']).map((item) => {
    const event = asObject(item);
    if (event === undefined) return undefined;
    return {
      source_type: 'cloudwatch',
      service: group.replace(/^\/+/, '').replaceAll('/', '.'),
      time: event['timestamp'],
      log: event['message'],
      log_stream: message['logStream'],
    };
  });
}

function cloudWatchMessageOf(bytes: Buffer): Json | undefined {
  try {
    const message = asObject(parseJson(bytes));
    return Array.isArray(message?.['logEvents']) ? message : undefined;
  } catch (error) {
    if (error instanceof TooLargeError) throw error;
    return undefined;
  }
}
