import type { EnvelopeResult } from '@culprit/records';
import type { LineReader } from '../../line-reader.js';
import type { Door, DoorBody } from '../door.js';
import { asObject } from '../json-body.js';
import type { Json } from '../json-body.js';
import { objectsIn } from '../json-sequence.js';
import { readObjects } from '../read-objects.js';

/** Splunk's HTTP event collector: objects one after the other. */
export const splunkDoor: Door = {
  name: 'splunk',
  isSelfDated: () => false,
  refusesWhenNothingIsGood: true,
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    return readObjects(eventsIn(body.bytes), body, readers);
  },
};

function* eventsIn(bytes: Uint8Array): Generator<Json | undefined> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const { start, end } of objectsIn(bytes)) yield eventOf(text.toString('utf8', start, end));
}

/** The event with what was said about it: its own members win over the wrapper's. */
function eventOf(json: string): Json | undefined {
  let wrapper: Json | undefined;
  try {
    wrapper = asObject(JSON.parse(json));
  } catch {
    return undefined;
  }
  const event = wrapper?.['event'];
  if (wrapper === undefined || event === undefined || event === null || event === '') return undefined;
  const { time, host, source, sourcetype } = wrapper;
  const said = {
    source_type: 'splunk_hec',
    time,
    host,
    // A source is the path of a file, or a name such as `http:collector`.
    ...(typeof source === 'string' && source.includes('/') ? { file: source } : {}),
    ...(typeof sourcetype === 'string' && !sourcetype.startsWith('_') ? { program: sourcetype } : {}),
    ...asObject(wrapper['fields']),
  };
  const object = asObject(event);
  if (object !== undefined) return { ...said, ...object };
  return { ...said, log: typeof event === 'string' ? event : JSON.stringify(event) };
}
