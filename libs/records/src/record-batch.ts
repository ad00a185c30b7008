import type { StreamDescriptor } from './stream.js';

/** Bits of {@link RecordBatch.flags}. */
export const recordFlags = {
  /** Joined from more than one line. */
  multiLine: 1,
  /** Contains a stack trace. */
  stackTrace: 2,
  /** Cut at the line limit. */
  truncated: 4,
  /** The text carries no time of its own; the time is the envelope's, the previous record's or the receive time. */
  timeInherited: 8,
  /** The claimed time was implausible and replaced. */
  timeRepaired: 16,
  /** Invalid UTF-8 was replaced. */
  textRepaired: 32,
} as const;

/**
 * Log records as a struct of arrays, reused from batch to batch: read it before the next call that fills it.
 *
 * `body` is the record's text exactly as it came (lines joined with a line feed); `message` is what template mining
 * looks at: header, time and level cut off, colours removed, a JSON body flattened, a stack trace reduced to its
 * first line, its exception lines and the name that it shares with traces through the same frames.
 */
export interface RecordBatch {
  /** Grows only; index by `streamIndex`. The same stream keeps its index for the life of the assembler. */
  readonly streams: readonly StreamDescriptor[];
  readonly length: number;
  readonly bytes: Uint8Array;
  readonly streamIndex: Uint32Array;
  readonly timeMillis: Float64Array;
  readonly timeSubNanos: Uint32Array;
  /** OpenTelemetry severity 1..24, 0 unknown. */
  readonly severity: Uint8Array;
  readonly flags: Uint8Array;
  readonly bodyStart: Uint32Array;
  readonly bodyEnd: Uint32Array;
  readonly messageStart: Uint32Array;
  readonly messageEnd: Uint32Array;
  /**
   * End of the statement, the part of the message that decides the template; behind it, up to `messageEnd`, stand the
   * other members of a structured body as `key=value`.
   */
  readonly statementEnd: Uint32Array;
  readonly attributesStart: Uint32Array;
  readonly attributesEnd: Uint32Array;
  /** Input lines this record was joined from, >= 1. */
  readonly lineCount: Uint32Array;
}
