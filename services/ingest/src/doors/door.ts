import type { EnvelopeResult, SourceDefaults } from '@culprit/records';
import type { LineReader } from '../line-reader.js';

/** The protocols that lines come in by. */
export type DoorName =
  | 'lines'
  | 'otlp'
  | 'loki'
  | 'elastic'
  | 'forward'
  | 'syslog'
  | 'splunk'
  | 'datadog'
  | 'firehose'
  | 'journald'
  | 'zebrium'
  | 'upload';

/** A whole body, unpacked, with what its sender said about all lines. */
export interface DoorBody {
  readonly bytes: Uint8Array;
  /** Media type in lower case, without parameters; empty when none was sent. */
  readonly mediaType: string;
  readonly defaults: SourceDefaults;
  readonly receivedMillis: number;
  readonly maxLines: number;
}

/** One protocol: how its bodies are read. */
export interface Door {
  readonly name: DoorName;
  /**
   * Every record of the protocol carries the time it was made, so equal bytes are the same request sent again. Where
   * that is not so, a batch without an id of its own is new each time.
   */
  isSelfDated(bytes: Uint8Array): boolean;
  /** A request of which no line can be read is an error; other protocols say in their answer how many were not. */
  readonly refusesWhenNothingIsGood: boolean;
  /** Refuses a body before it is read. */
  checkMediaType?(mediaType: string): void;
  /**
   * Finds the lines, piece by piece: each piece is used before the next one is asked for. Pure but for the readers.
   *
   * @throws DecodeError when the body as a whole cannot be read; a bad record alone is counted in its piece
   */
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult>;
}
