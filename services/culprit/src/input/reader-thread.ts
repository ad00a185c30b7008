import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { CliError } from '../cli-error.js';
import type { LaneBlock } from './lane-source.js';
import { unpackBatch, type PackedBatch } from './packed-batch.js';
import { readHere, type LaneBlocks, type ReadingPlan } from './read-ahead.js';

/** Below this the start of a thread costs more than it saves. */
const minThreadBytes = 8_000_000;

/** A block on its way from the thread. */
export interface SentBlock {
  readonly lane: number;
  readonly block: Omit<LaneBlock, 'batch'>;
  readonly packed: PackedBatch | undefined;
}

/** The thread read no further. `exitCode` is there where the message is for people. */
export interface SentError {
  readonly error: {
    readonly message: string;
    readonly exitCode: number | undefined;
    readonly cause: unknown;
  };
}

/** To the thread: a block of the lane has been taken, and a frame is free again. */
export interface TakenBlock {
  readonly lane: number | undefined;
  readonly frame: ArrayBuffer | undefined;
}

/** Reads large files in a thread of its own, so that reading and analysis go on side by side; small ones in this thread. */
export function openLanes(plan: ReadingPlan): LaneBlocks {
  const bytes = plan.lanes.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  return bytes < minThreadBytes || availableParallelism() < 2 ? readHere(plan) : new ReaderThread(plan);
}

/** The blocks of a thread: while one is in use, the next one of its lane is read. */
class ReaderThread implements LaneBlocks {
  readonly #worker: Worker;
  readonly #ready = new Map<number, SentBlock>();
  #failure: Error | undefined;
  #wake: () => void = () => {};
  /** Of the block that was given last. */
  #frame: ArrayBuffer | undefined;

  constructor(plan: ReadingPlan) {
    this.#worker = new Worker(new URL('./reader-worker.js', import.meta.url), { workerData: plan });
    this.#worker.on('message', (message: SentBlock | SentError) => {
      if ('error' in message) this.#failure = toError(message);
      else this.#ready.set(message.lane, message);
      this.#wake();
    });
    this.#worker.on('error', (error) => {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#wake();
    });
  }

  async next(lane: number): Promise<LaneBlock> {
    let sent = this.#ready.get(lane);
    while (sent === undefined) {
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      sent = this.#ready.get(lane);
    }
    this.#ready.delete(lane);
    this.#release(sent.block.isLast ? undefined : lane);
    this.#frame = sent.packed?.frame;
    return { ...sent.block, batch: sent.packed === undefined ? undefined : unpackBatch(sent.packed) };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #release(lane: number | undefined): void {
    const frame = this.#frame;
    this.#frame = undefined;
    const taken: TakenBlock = { lane, frame };
    this.#worker.postMessage(taken, frame === undefined ? [] : [frame]);
  }
}

function toError({ error: { message, exitCode, cause } }: SentError): Error {
  return exitCode === undefined ? new Error(message, { cause }) : new CliError(message, exitCode, cause);
}
