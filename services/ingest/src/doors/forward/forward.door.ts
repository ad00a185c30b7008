import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { ExtensionCodec, decode, decodeMulti } from '@msgpack/msgpack';
import type { EnvelopeResult } from '@culprit/records';
import type { LineReader } from '../../line-reader.js';
import { DecodeError } from '../decode-error.js';
import type { Door, DoorBody } from '../door.js';
import { asObject } from '../json-body.js';
import type { Json } from '../json-body.js';
import { readObjects } from '../read-objects.js';

const maxUnpackedBytes = 67_108_864;
const eventTimeType = 0;
const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: eventTimeType,
  encode: () => null,
  // Seconds and nanoseconds, four bytes each; written as one number of nanoseconds.
  decode: (data) => {
    if (data.length !== 8) return undefined;
    const view = new DataView(data.buffer, data.byteOffset, 8);
    return `${view.getUint32(0)}${String(view.getUint32(4)).padStart(9, '0')}`;
  },
});
const options = {
  extensionCodec,
  mapKeyConverter: (key: unknown) => (key === '__proto__' ? '__proto' : String(key)),
};

/** One message of the forward protocol: a tag with one record or many. */
export const forwardDoor: Door = {
  name: 'forward',
  // Times may be whole seconds: two equal messages can both be news. A chunk that is sent again says so itself.
  isSelfDated: () => false,
  refusesWhenNothingIsGood: false,
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    const message = decodeMessage(body.bytes);
    return readObjects(recordsOf(message), body, readers);
  },
};

/** @throws DecodeError when the bytes are no array with a tag */
export function decodeMessage(bytes: Uint8Array): readonly unknown[] {
  let value: unknown;
  try {
    value = decode(bytes, options);
  } catch (cause) {
    throw new DecodeError('the message is no MessagePack', { cause });
  }
  if (!Array.isArray(value) || typeof value[0] !== 'string')
    throw new DecodeError('expected an array that starts with a tag');
  return value;
}

/** The id of the chunk, where the sender waits to hear that it was taken. */
export function chunkOf(message: readonly unknown[]): string | undefined {
  const chunk = asObject(message.at(-1))?.['chunk'];
  return typeof chunk === 'string' && chunk !== '' ? chunk.slice(0, 200) : undefined;
}

/**
 * The records of a message in any of its modes: Message, Forward, PackedForward, CompressedPackedForward.
 * Source: Fluentd wiki, "Forward Protocol Specification v1.5".
 */
function* recordsOf(message: readonly unknown[]): Generator<Json | undefined> {
  const [tag, second, third] = message;
  const source = sourceOfTag(String(tag));
  if (Array.isArray(second)) {
    for (const entry of second) yield recordOf(entry, source);
  } else if (second instanceof Uint8Array || typeof second === 'string') {
    const packed = typeof second === 'string' ? Buffer.from(second, 'latin1') : second;
    yield* entriesIn(unpack(packed, asObject(third)?.['compressed']), source);
  } else yield recordOf([second, third], source);
}

/** Stops at the first entry that is none: where the next one would start is unknown. */
function* entriesIn(bytes: Uint8Array, source: Json): Generator<Json | undefined> {
  try {
    for (const entry of decodeMulti(bytes, options)) yield recordOf(entry, source);
  } catch {
    yield undefined;
  }
}

function unpack(packed: Uint8Array, compression: unknown): Uint8Array {
  try {
    if (compression === 'gzip') return gunzipSync(packed, { maxOutputLength: maxUnpackedBytes });
    if (compression === 'zstd') return zstdDecompressSync(packed, { maxOutputLength: maxUnpackedBytes });
    return packed;
  } catch (cause) {
    throw new DecodeError(`the entries are not whole ${String(compression)} data`, { cause });
  }
}

/** `[time, record]`, or `[[time, metadata], record]` of newer senders. */
function recordOf(entry: unknown, source: Json): Json | undefined {
  if (!Array.isArray(entry)) return undefined;
  const [first, value]: readonly unknown[] = entry;
  const record = asObject(textual(value, 0));
  if (record === undefined || value instanceof Uint8Array) return undefined;
  const time: unknown = Array.isArray(first) ? first[0] : first;
  const container = record['container_name'];
  return {
    ...source,
    time,
    ...record,
    // Docker writes names of containers as paths.
    ...(typeof container === 'string' ? { container_name: container.replace(/^\//, '') } : {}),
  };
}

const maxDepth = 16;

/** Text that was sent as bytes becomes text. */
function textual(value: unknown, depth: number): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || depth > maxDepth) return value;
  if (Array.isArray(value)) return value.map((item) => textual(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, textual(item, depth + 1)]));
}

/** What a tag says: the file of a container's log, or the name of a program; an id says nothing. */
function sourceOfTag(tag: string): Json {
  const containers = tag.indexOf('var.log.containers.');
  if (containers >= 0) return { file: `/var/log/containers/${tag.slice(containers + 19)}` };
  return /^[0-9a-f]{12,64}$/.test(tag) || tag === '' ? { source_type: 'forward' } : { program: tag };
}
