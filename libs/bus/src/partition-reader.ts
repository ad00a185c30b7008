import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@culprit/kernel';
import type { BusBatch, ReceivedRecord } from './bus.js';
import { totalBytes, type ReadableLog, type ReadLimits } from './partition-log.js';

/** Pause before records come again: doubles from `firstMs` to `maxMs`. */
export interface RetryPause {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Options of {@link PartitionReader}. */
export interface PartitionReaderOptions {
  readonly topic: string;
  readonly group: string;
  readonly partition: number;
  readonly log: ReadableLog;
  /** First offset to read. */
  readonly start: number;
  readonly limits: ReadLimits;
  readonly retry: RetryPause;
  readonly onBatch: (batch: BusBatch) => Promise<void>;
  /** Called when {@link PartitionReader.position} has moved. */
  readonly onProgress: () => void;
  readonly onRedelivery: () => void;
  readonly logger: Logger;
}

/** Hands one partition to one group, a batch at a time, and hands it again after an error. */
export class PartitionReader {
  readonly partition: number;
  readonly #options: PartitionReaderOptions;
  readonly #stopping = new AbortController();
  #position: number;
  #unreadBytes: number;
  #failures = 0;
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(options: PartitionReaderOptions) {
    this.#options = options;
    this.partition = options.partition;
    this.#position = options.start;
    this.#unreadBytes = options.log.bytesFrom(options.start);
  }

  /** Next offset to hand out. */
  get position(): number {
    return this.#position;
  }

  get unreadBytes(): number {
    return this.#unreadBytes;
  }

  /** Failed attempts at the batch at {@link position}. */
  get failures(): number {
    return this.#failures;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Records of this many bytes were appended. */
  appended(bytes: number): void {
    this.#unreadBytes += bytes;
    this.#wake?.();
  }

  /** Stops after the batch in flight. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (this.#position >= this.#options.log.endOffset) {
        await this.#nextAppend();
      } else {
        // A long backlog in memory would otherwise keep requests and timers waiting to its end.
        await nextTurn();
        await this.#step();
      }
    }
  }

  #nextAppend(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  async #step(): Promise<void> {
    const { topic, group, partition, log, logger, limits } = this.#options;
    const end = log.endOffset;
    try {
      const records = await log.read(this.#position, limits);
      if (this.#stopping.signal.aborted) return;
      if (records.length > 0) {
        await this.#options.onBatch({ topic, partition, records, highWatermark: log.highWatermark });
      }
      // Nothing below the end that was seen: the rest is unreadable, and the log has reported it.
      const last = records.at(-1);
      this.#moveTo(last === undefined ? end : last.offset + 1, records);
    } catch (error) {
      this.#failures += 1;
      this.#options.onRedelivery();
      const fields = { topic, group, partition, offset: this.#position, failures: this.#failures, error };
      logger.warn(fields, 'batch failed, it will be handed out again');
      await this.#pause();
    }
  }

  #moveTo(position: number, records: readonly ReceivedRecord[]): void {
    this.#position = position;
    this.#failures = 0;
    const isCaughtUp = position >= this.#options.log.endOffset;
    this.#unreadBytes = isCaughtUp ? 0 : Math.max(this.#unreadBytes - totalBytes(records), 0);
    this.#options.onProgress();
  }

  async #pause(): Promise<void> {
    const { firstMs, maxMs } = this.#options.retry;
    const pauseMs = Math.min(firstMs * 2 ** Math.min(this.#failures - 1, 30), maxMs);
    await wait(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
