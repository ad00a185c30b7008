import type { BusRecord, ReceivedRecord } from './bus.js';

/** Limits of one read. */
export interface ReadLimits {
  readonly maxRecords: number;
  /** Bytes of values; the first record comes even if it is larger. */
  readonly maxBytes: number;
}

/** What a reader needs of a partition. */
export interface ReadableLog {
  /** Offset behind the last record that can be read now. */
  readonly endOffset: number;
  /** Offset that the next published record gets. */
  readonly highWatermark: number;
  /** Records from `offset` on, or from the oldest one kept; empty at the end. */
  read(offset: number, limits: ReadLimits): Promise<readonly ReceivedRecord[]>;
  /** Bytes of the records from `offset` on; an estimate where they lie on disk. */
  bytesFrom(offset: number): number;
}

/** The records of one partition in order. Both drivers of the in-process bus are made of these. */
export interface PartitionLog extends ReadableLog {
  /** Oldest record kept. */
  readonly startOffset: number;
  readonly retainedBytes: number;
  /** Appends in the order of the calls. Resolves to the first offset when all are durable. */
  append(records: readonly BusRecord[]): Promise<number>;
  /** Says that every reader has passed `offset`: what was only kept at hand for them may leave memory. */
  passed(offset: number): void;
  /** Forgets records below `offset` where that frees room. */
  discardBefore(offset: number): Promise<void>;
  /** Forgets the oldest records until at most `bytes` are kept, as far as that goes. Returns how many records went. */
  discardDownTo(bytes: number): Promise<number>;
  /** Waits for pending appends. */
  close(): Promise<void>;
}

/** What a record costs in the accounts of the bus: its value and key, and a little for the object around them. */
export function recordBytes(record: { readonly key: string; readonly value: Uint8Array }): number {
  return record.value.length + record.key.length + 64;
}

export function totalBytes(records: readonly { readonly key: string; readonly value: Uint8Array }[]): number {
  let sum = 0;
  for (const record of records) sum += recordBytes(record);
  return sum;
}

/** How many of `records`, from index `first` on, one read may hand out: at least one if there are any. */
export function countWithin(records: readonly ReceivedRecord[], first: number, limits: ReadLimits): number {
  const available = Math.min(records.length - first, limits.maxRecords);
  let bytes = 0;
  for (let count = 0; count < available; count++) {
    bytes += records[first + count]?.value.length ?? 0;
    if (count > 0 && bytes > limits.maxBytes) return count;
  }
  return Math.max(available, 0);
}
