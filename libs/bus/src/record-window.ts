import type { ReceivedRecord } from './bus.js';
import { countWithin, recordBytes, type ReadLimits } from './partition-log.js';

/** Stands where a record was dropped, so that its bytes can go at once and not when the queue is next compacted. */
const dropped: ReceivedRecord = { offset: -1, key: '', value: new Uint8Array(), headers: {} };

/** A queue of records with consecutive offsets, read anywhere and dropped from the front. O(1) amortised. */
export class RecordWindow {
  #records: ReceivedRecord[] = [];
  #first = 0;
  #startOffset: number;
  #bytes = 0;

  constructor(startOffset: number) {
    this.#startOffset = startOffset;
  }

  get startOffset(): number {
    return this.#startOffset;
  }

  get endOffset(): number {
    return this.#startOffset + this.#records.length - this.#first;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(record: ReceivedRecord): void {
    this.#records.push(record);
    this.#bytes += recordBytes(record);
  }

  read(offset: number, limits: ReadLimits): readonly ReceivedRecord[] {
    const index = this.#first + Math.max(offset - this.#startOffset, 0);
    return this.#records.slice(index, index + countWithin(this.#records, index, limits));
  }

  bytesFrom(offset: number): number {
    let bytes = 0;
    const index = this.#first + Math.max(offset - this.#startOffset, 0);
    for (let i = index; i < this.#records.length; i++) {
      const record = this.#records[i];
      if (record !== undefined) bytes += recordBytes(record);
    }
    return bytes;
  }

  dropBefore(offset: number): void {
    while (this.#startOffset < offset && this.#dropOne());
  }

  dropDownTo(bytes: number): void {
    while (this.#bytes > bytes && this.#dropOne());
  }

  #dropOne(): boolean {
    const record = this.#records[this.#first];
    if (record === undefined) return false;
    this.#bytes -= recordBytes(record);
    this.#records[this.#first] = dropped;
    this.#first += 1;
    this.#startOffset += 1;
    if (this.#first > 1024 && this.#first * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#first);
      this.#first = 0;
    }
    return true;
  }
}
