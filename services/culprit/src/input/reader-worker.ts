import { parentPort, workerData } from 'node:worker_threads';
import { CliError } from '../cli-error.js';
import type { LaneBlock } from './lane-source.js';
import { packBatch } from './packed-batch.js';
import { ReadingOrder, type ReadingPlan } from './read-ahead.js';
import type { SentBlock, SentError, TakenBlock } from './reader-thread.js';

/** The thread that reads: sends the first block of every lane, then one more for every block that is taken. */
function main(plan: ReadingPlan): void {
  const order = new ReadingOrder(plan);
  const frames: ArrayBuffer[] = [];
  const send = (lane: number, { batch, ...block }: LaneBlock): void => {
    const packed = batch === undefined ? undefined : packBatch(batch, frames.pop());
    const sent: SentBlock = { lane, block, packed };
    parentPort?.postMessage(sent, packed === undefined ? [] : [packed.frame]);
  };
  let reading = order.begin(send);
  reading.catch(report);
  parentPort?.on('message', ({ lane, frame }: TakenBlock) => {
    if (frame !== undefined) frames.push(frame);
    if (lane === undefined) return;
    // One at a time, in the order of taking; after a failure nothing more is read.
    reading = reading.then(() => order.follow(lane, send));
    reading.catch(report);
  });
}

function report(error: unknown): void {
  const sent: SentError = {
    error: {
      message: error instanceof Error ? error.message : String(error),
      exitCode: error instanceof CliError ? error.exitCode : undefined,
      cause: error instanceof Error ? error.stack : undefined,
    },
  };
  parentPort?.postMessage(sent, []);
}

main(workerData as ReadingPlan);
