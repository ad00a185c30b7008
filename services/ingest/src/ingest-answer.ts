import { decodeUtf8, formatRfc3339, toEpochNanos } from '@culprit/kernel';
import type { RawLogBatch } from '@culprit/records';
import { z } from 'zod';

const countsByReason = z.record(z.string(), z.int().min(1)).readonly();

/** What a sender hears when its request succeeded. */
export const ingestAnswer = z
  .object({
    accepted: z.int().min(0).describe('Lines that are durable now'),
    rejected: countsByReason.describe(
      'Lines that could not be read, by reason; sending them again does not help',
    ),
    repaired: countsByReason
      .optional()
      .describe('Lines that were changed to be readable, by what was changed'),
    redacted: countsByReason.optional().describe('Secrets that pseudonyms stand for now, by kind'),
    isRepeat: z
      .literal(true)
      .optional()
      .describe('This batch id was stored before and no second copy was made'),
    notices: z.array(z.string()).readonly().optional().describe('What the sender should know, in sentences'),
  })
  .readonly()
  .meta({ id: 'Ingested', description: 'What became of the lines' });
export type IngestAnswer = z.output<typeof ingestAnswer>;

const readLine = z
  .object({
    time: z.string().nullable(),
    severity: z.int(),
    environment: z.string(),
    logType: z.string(),
    service: z.string(),
    namespace: z.string(),
    pod: z.string(),
    container: z.string(),
    host: z.string(),
    text: z.string(),
    attributes: z.string(),
  })
  .readonly();

/** One line as it was understood, for `debug=1`. */
export type ReadLine = z.output<typeof readLine>;

/** What a sender hears with `debug=1`: nothing was stored. */
export const debugAnswer = z
  .object({
    stored: z.literal(0),
    readable: z.int().min(0),
    rejected: countsByReason,
    repaired: countsByReason,
    redacted: countsByReason,
    lines: z.array(readLine).readonly(),
  })
  .readonly()
  .meta({ id: 'Understood', description: 'What was understood; nothing was stored' });
export type DebugAnswer = z.output<typeof debugAnswer>;

/** Lines shown by `debug=1`. */
export const maxDebugLines = 10;

/** The first lines of a batch as they were understood. */
export function describeLines(batch: RawLogBatch): readonly ReadLine[] {
  return Array.from({ length: Math.min(batch.lineCount, maxDebugLines) }, (_, i) => describeLine(batch, i));
}

function describeLine(batch: RawLogBatch, i: number): ReadLine {
  const stream = batch.streams[batch.streamIndex[i] ?? 0];
  const millis = batch.timeMillis[i] ?? NaN;
  return {
    time: Number.isNaN(millis) ? null : formatRfc3339(toEpochNanos(millis, batch.timeSubNanos[i])),
    severity: batch.severity[i] ?? 0,
    environment: stream?.environment ?? '',
    logType: stream?.logType ?? '',
    service: stream?.service ?? '',
    namespace: stream?.namespace ?? '',
    pod: stream?.pod ?? '',
    container: stream?.container ?? '',
    host: stream?.host ?? '',
    text: decodeUtf8(batch.bytes.subarray(batch.lineStart[i], batch.lineEnd[i])),
    attributes: decodeUtf8(batch.bytes.subarray(batch.attributesStart[i], batch.attributesEnd[i])),
  };
}
