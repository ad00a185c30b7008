import type { BusRecord, ReceivedRecord } from './bus.js';
import { totalBytes, type PartitionLog, type ReadLimits } from './partition-log.js';
import { RecordWindow } from './record-window.js';

const noHeaders: Readonly<Record<string, string>> = {};

/** A record as readers see it. */
export function received(record: BusRecord, offset: number): ReceivedRecord {
  return { offset, key: record.key, value: record.value, headers: record.headers ?? noHeaders };
}

/** A partition that lives as long as the process: for tests and for one run over files. */
export class MemoryLog implements PartitionLog {
  readonly #window = new RecordWindow(0);
  readonly #onAppended: (bytes: number) => void;

  constructor(onAppended: (bytes: number) => void) {
    this.#onAppended = onAppended;
  }

  get startOffset(): number {
    return this.#window.startOffset;
  }

  get endOffset(): number {
    return this.#window.endOffset;
  }

  get highWatermark(): number {
    return this.endOffset;
  }

  get retainedBytes(): number {
    return this.#window.bytes;
  }

  append(records: readonly BusRecord[]): Promise<number> {
    const first = this.endOffset;
    for (const record of records) this.#window.push(received(record, this.endOffset));
    this.#onAppended(totalBytes(records));
    return Promise.resolve(first);
  }

  read(offset: number, limits: ReadLimits): Promise<readonly ReceivedRecord[]> {
    return Promise.resolve(this.#window.read(offset, limits));
  }

  bytesFrom(offset: number): number {
    return this.#window.bytesFrom(offset);
  }

  passed(): void {
    // Records stay until they are committed: there is no other copy.
  }

  discardBefore(offset: number): Promise<void> {
    this.#window.dropBefore(offset);
    return Promise.resolve();
  }

  discardDownTo(bytes: number): Promise<number> {
    const before = this.startOffset;
    this.#window.dropDownTo(bytes);
    return Promise.resolve(this.startOffset - before);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
