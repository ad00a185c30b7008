import type { EnvelopeResult } from '@culprit/records';
import type { LineReader } from '../../line-reader.js';
import type { Door, DoorBody } from '../door.js';
import { asObject, parseJson, unknownsOf } from '../json-body.js';
import type { Json } from '../json-body.js';
import { readObjects } from '../read-objects.js';

/** Lines as the Fluentd plugin posts them: `ze_tm=MILLISECONDS,msg=TEXT`, which nothing escapes. */
export const timedLinesDoor: Door = {
  name: 'zebrium',
  isSelfDated: () => true,
  refusesWhenNothingIsGood: false,
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    return readObjects(timedLinesIn(body.bytes), body, readers);
  },
};

const head = /^ze_tm=(\d{1,16}),msg=/;

/** A line without the head goes on with the record before it: its text had a line feed. */
function* timedLinesIn(bytes: Uint8Array): Generator<Json> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  let time: string | undefined;
  let lines: string[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const match = head.exec(line.slice(0, 32));
    if (match === null) {
      lines.push(line);
      continue;
    }
    if (lines.length > 0) yield { time, log: lines.join('\n') };
    time = match[1];
    lines = [line.slice(match[0].length)];
  }
  if (lines.length > 1 || lines[0] !== '') yield { time, log: lines.join('\n') };
}

/** JSON of the Fluentd plugin (`messages`: texts that are JSON again) and of Logstash (an array of events). */
export const jsonEventsDoor: Door = {
  name: 'zebrium',
  isSelfDated: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('timestamp'),
  refusesWhenNothingIsGood: false,
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    const value = parseJson(body.bytes);
    const records = Array.isArray(value)
      ? value.map(logstashRecord)
      : unknownsOf(asObject(value)?.['messages']).map(pluginRecord);
    return readObjects(records, body, readers);
  },
};

function logstashRecord(item: unknown): Json | undefined {
  const event = asObject(item);
  return event === undefined ? undefined : { cluster: event['@ze_deployment_name'], ...event };
}

function pluginRecord(item: unknown): Json | undefined {
  const message = asObject(typeof item === 'string' ? jsonOf(item) : item);
  const line = asObject(message?.['line']);
  if (line === undefined) return undefined;
  const meta = asObject(message?.['meta']);
  return { host: meta?.['host'], cluster: meta?.['ze_deployment_name'], ...line };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
