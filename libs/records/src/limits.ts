/** Bounds of what one line, one record and one reader may take. */
export interface RecordLimits {
  /** Bytes of a line that are kept; the rest of it is skipped and counted. */
  readonly maxLineBytes: number;
  /** Bytes of unknown keys kept per line. */
  readonly maxAttributesBytes: number;
  /** Streams a reader remembers between calls; more is slower, never wrong. */
  readonly maxRememberedStreams: number;
}

export const defaultRecordLimits: RecordLimits = {
  maxLineBytes: 65_536,
  maxAttributesBytes: 16_384,
  maxRememberedStreams: 65_536,
};

/** Why a line was refused. */
export type RejectReason = 'bad-json' | 'not-an-object' | 'no-text' | 'malformed';

/** What was changed or noticed in a line that was accepted. */
export type RepairReason =
  | 'bom-removed'
  | 'utf16-decoded'
  | 'invalid-utf8'
  | 'nul-bytes'
  | 'line-truncated'
  | 'attributes-dropped'
  | 'json-kept-as-text'
  | 'bad-time';

/** What the input as a whole looks like; `auto` decides line by line. */
export type InputFormat = 'auto' | 'ndjson' | 'json' | 'text';
