/** Settings of {@link RecordAssembler}. */
export interface AssemblerOptions {
  /** Zone of texts that carry a date but no zone, minutes east of UTC. Default 0. */
  readonly timeZoneOffsetMinutes?: number;
  /** When texts without a year or date are assumed to be from, if nothing else says so; for files, their own time. */
  readonly referenceMillis?: number;
  /** Event time a record waits for its next line. Default 5,000. */
  readonly maxWaitMillis?: number;
  /** Bounds of one record. Defaults 64 KiB and 512 lines; what is longer becomes several records. */
  readonly maxRecordBytes?: number;
  readonly maxRecordLines?: number;
  /** Streams that may be made out of programs and pods named in the text. Default 10,000. */
  readonly maxDerivedStreams?: number;
}

/** What an assembler has done so far. Lines in equal the sum of `lineCount` of the records out plus what is pending. */
export interface AssemblerCounters {
  linesIn: number;
  recordsOut: number;
  linesOut: number;
  /** Records cut at a bound. */
  truncatedRecords: number;
  /** Records whose time was implausible. */
  repairedTimes: number;
  /** Records more than a minute before their predecessor in the stream. */
  clockJumps: number;
  /** Lines left in their coarser stream because there were too many programs or pods. */
  refusedStreams: number;
}

export const defaultAssemblerOptions: Required<AssemblerOptions> = {
  timeZoneOffsetMinutes: 0,
  referenceMillis: Number.NaN,
  maxWaitMillis: 5_000,
  maxRecordBytes: 65_536,
  maxRecordLines: 512,
  maxDerivedStreams: 10_000,
};
