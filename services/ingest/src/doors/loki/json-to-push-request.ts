import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { asObject, parseObject, tag, unknownsOf } from '../json-body.js';
import type { Json } from '../json-body.js';

const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * Rewrites the JSON form of a push as a `PushRequest`, so that one reader serves both: today's form
 * (`stream`, `values`) and the first one (`labels`, `entries`).
 *
 * @throws DecodeError
 * Source: Loki HTTP API, "Ingest logs".
 */
export function lokiJsonToProtobuf(bytes: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  for (const item of unknownsOf(parseObject(bytes)['streams'])) {
    const stream = asObject(item);
    if (stream === undefined) continue;
    writer.uint32(tag(1)).fork();
    writer.uint32(tag(1)).string(labelsOf(stream));
    for (const value of unknownsOf(stream['values'])) {
      const [time, line, metadata] = unknownsOf(value);
      writeEntry(writer, nanosOf(time), line, asObject(metadata));
    }
    for (const value of unknownsOf(stream['entries'])) {
      const entry = asObject(value);
      if (entry !== undefined)
        writeEntry(writer, nanosOf(entry['ts'] ?? entry['timestamp']), entry['line'], undefined);
    }
    writer.join();
  }
  return writer.finish();
}

function labelsOf(stream: Json): string {
  if (typeof stream['labels'] === 'string') return stream['labels'];
  const labels = Object.entries(asObject(stream['stream']) ?? {})
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([name, value]) => `${name.replaceAll(/[\s="{},]/g, '_')}=${JSON.stringify(String(value))}`);
  return `{${labels.join(', ')}}`;
}

function writeEntry(
  writer: BinaryWriter,
  nanos: bigint | undefined,
  line: unknown,
  metadata: Json | undefined,
): void {
  writer.uint32(tag(2)).fork();
  if (nanos !== undefined) {
    writer.uint32(tag(1)).fork();
    writer.uint32(8).int64(nanos / NANOS_PER_SECOND);
    writer.uint32(16).int32(Number(nanos % NANOS_PER_SECOND));
    writer.join();
  }
  writer.uint32(tag(2)).string(typeof line === 'string' ? line : JSON.stringify(line ?? ''));
  for (const [name, value] of Object.entries(metadata ?? {})) {
    writer.uint32(tag(3)).fork();
    writer.uint32(tag(1)).string(name);
    writer.uint32(tag(2)).string(typeof value === 'string' ? value : JSON.stringify(value));
    writer.join();
  }
  writer.join();
}

/** Nanoseconds since the epoch, of a count or of a date. */
function nanosOf(value: unknown): bigint | undefined {
  if (typeof value === 'string' && /^\d{1,19}$/.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  const millis = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(millis) || millis < 0 ? undefined : BigInt(millis) * 1_000_000n;
}
