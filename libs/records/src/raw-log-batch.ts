import type { StreamDescriptor } from './stream.js';

/**
 * Lines of one request or one stretch of a file, in order of arrival, as a struct of arrays.
 *
 * What an envelope said (time, severity, metadata) is already taken out; `bytes` holds the text of each line.
 * All arrays have at least `lineCount` entries; entries past that are undefined.
 */
export interface RawLogBatch {
  readonly streams: readonly StreamDescriptor[];
  readonly lineCount: number;
  readonly bytes: Uint8Array;
  /** Text of line i is `bytes[lineStart[i], lineEnd[i])`, without its line feed. */
  readonly lineStart: Uint32Array;
  readonly lineEnd: Uint32Array;
  /** Index into `streams`. */
  readonly streamIndex: Uint32Array;
  /** Envelope time: whole milliseconds since the epoch, NaN where the envelope had none. */
  readonly timeMillis: Float64Array;
  /** Nanoseconds inside that millisecond. */
  readonly timeSubNanos: Uint32Array;
  /** OpenTelemetry severity 1..24 said by the envelope, 0 where it said none. */
  readonly severity: Uint8Array;
  /** JSON object text with the keys no rule understood; empty range where there are none. */
  readonly attributesStart: Uint32Array;
  readonly attributesEnd: Uint32Array;
  /** Receive time in milliseconds, NaN where no wall clock took part (files). */
  readonly receivedMillis: number;
}
