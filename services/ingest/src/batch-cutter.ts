import { topicKey } from '@culprit/contracts';
import { partitionOf, type BusRecord } from '@culprit/bus';
import type { RawLogBatch, StreamDescriptor } from '@culprit/records';
import { RecordBuilder } from './record-builder.js';
import type { StreamLimiter } from './stream-limiter.js';

/** The bus records of one request. */
export interface CutBatch {
  readonly records: readonly BusRecord[];
  /** Lines whose stream was over the limit and shares `__other__` now. */
  readonly foldedLines: number;
}

/**
 * Cuts the lines of a request into bus records of at most 1,000 lines and 512 KiB. A record holds lines of one partition,
 * in the order they came: a log type has one partition, and lines of several log types stay in order beside each other,
 * because time in a partition passes with the lines of all of them.
 */
export class BatchCutter {
  readonly #limiter: StreamLimiter;
  readonly #partitionCount: number;
  readonly #builder = new RecordBuilder();

  constructor(options: { readonly limiter: StreamLimiter; readonly partitionCount: number }) {
    this.#limiter = options.limiter;
    this.#partitionCount = options.partitionCount;
  }

  /** O(bytes). The records own their bytes; the batch may be reused at once. */
  cut(batch: RawLogBatch, nowMillis: number): CutBatch {
    const { streams, foldedLines } = this.#admit(batch, nowMillis);
    const keys = streams.map((stream) =>
      stream === undefined ? '' : topicKey(stream.environment, stream.logType),
    );
    const count = this.#partitionCount;
    const partitions = Uint32Array.from(keys, (key) => (count === 1 ? 0 : partitionOf(key, count)));
    const order = count === 1 ? undefined : groupLines(batch, partitions, count);
    const records: BusRecord[] = [];
    const builder = this.#builder;
    let key = '';
    let partition = 0;
    const flush = (): void => {
      if (builder.lineCount > 0)
        records.push({ key, partition, value: builder.finish(batch.receivedMillis) });
    };
    for (let k = 0; k < batch.lineCount; k++) {
      const line = order?.[k] ?? k;
      const index = batch.streamIndex[line] ?? 0;
      const stream = streams[index];
      if (stream === undefined) continue;
      const isElsewhere = partitions[index] !== partition;
      if (isElsewhere || !builder.hasRoomFor(batch, line, stream)) flush();
      if (builder.lineCount === 0) {
        key = keys[index] ?? '';
        partition = partitions[index] ?? 0;
      }
      builder.append(batch, line, stream);
    }
    flush();
    return { records, foldedLines };
  }

  /** Resolves every stream that has lines; the limiter sees a stream once a request. */
  #admit(
    batch: RawLogBatch,
    nowMillis: number,
  ): { readonly streams: readonly (StreamDescriptor | undefined)[]; readonly foldedLines: number } {
    const streams: (StreamDescriptor | undefined)[] = Array.from({ length: batch.streams.length });
    let foldedLines = 0;
    for (let line = 0; line < batch.lineCount; line++) {
      const index = batch.streamIndex[line] ?? 0;
      const original = batch.streams[index];
      if (original === undefined) continue;
      const admitted = streams[index] ?? (streams[index] = this.#limiter.admit(original, nowMillis));
      if (admitted !== original) foldedLines += 1;
    }
    return { streams, foldedLines };
  }
}

/** Line numbers grouped by partition, stable inside a group: a counting sort. O(lines + partitions). */
function groupLines(batch: RawLogBatch, partitions: Uint32Array, count: number): Uint32Array {
  const next = new Uint32Array(count + 1);
  const groupOf = (line: number): number => partitions[batch.streamIndex[line] ?? 0] ?? 0;
  for (let line = 0; line < batch.lineCount; line++)
    next[groupOf(line) + 1] = (next[groupOf(line) + 1] ?? 0) + 1;
  for (let group = 1; group < next.length; group++) next[group] = (next[group] ?? 0) + (next[group - 1] ?? 0);
  const order = new Uint32Array(batch.lineCount);
  for (let line = 0; line < batch.lineCount; line++) {
    const group = groupOf(line);
    const position = next[group] ?? 0;
    order[position] = line;
    next[group] = position + 1;
  }
  return order;
}
