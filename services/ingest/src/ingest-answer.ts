import { decodeUtf8, formatRfc3339, toEpochNanos } from '@culprit/kernel';
import type { RawLogBatch } from '@culprit/records';

/** What a sender hears when its request succeeded. */
export interface IngestAnswer {
  /** Lines that are durable now. */
  readonly accepted: number;
  /** Lines that could not be read, by reason; sending them again does not help. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Lines that were changed to be readable, by what was changed. */
  readonly repaired?: Readonly<Record<string, number>>;
  /** True when this batch id was stored before and no second copy was made. */
  readonly isRepeat?: true;
  /** What the sender should know, in sentences. */
  readonly notices?: readonly string[];
}

/** One line as it was understood, for `debug=1`. */
export interface ReadLine {
  readonly time: string | null;
  readonly severity: number;
  readonly environment: string;
  readonly logType: string;
  readonly service: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly host: string;
  readonly text: string;
  readonly attributes: string;
}

/** What a sender hears with `debug=1`: nothing was stored. */
export interface DebugAnswer {
  readonly stored: 0;
  readonly readable: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly repaired: Readonly<Record<string, number>>;
  readonly lines: readonly ReadLine[];
}

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
