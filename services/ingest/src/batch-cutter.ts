import { topicKey } from '@culprit/contracts';
import type { BusRecord } from '@culprit/bus';
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
 * Cuts the lines of a request into bus records of at most 1,000 lines and 512 KiB.
 *
 * On a topic with one partition the lines keep their order and records mix streams. With more partitions a record
 * holds one log type, so that its key sends all lines of that log type to one partition; order inside a log type stays.
 */
export class BatchCutter {
  readonly #limiter: StreamLimiter;
  readonly #isSingleLane: boolean;
  readonly #builder = new RecordBuilder();

  constructor(options: { readonly limiter: StreamLimiter; readonly partitionCount: number }) {
    this.#limiter = options.limiter;
    this.#isSingleLane = options.partitionCount === 1;
  }

  /** O(bytes). The records own their bytes; the batch may be reused at once. */
  cut(batch: RawLogBatch, nowMillis: number): CutBatch {
    const { streams, foldedLines } = this.#admit(batch, nowMillis);
    const keys = streams.map((stream) =>
      stream === undefined ? '' : topicKey(stream.environment, stream.logType),
    );
    const order = this.#isSingleLane ? undefined : groupLines(batch, keys);
    const records: BusRecord[] = [];
    const builder = this.#builder;
    let key = '';
    const flush = (): void => {
      if (builder.lineCount > 0) records.push({ key, value: builder.finish(batch.receivedMillis) });
    };
    for (let k = 0; k < batch.lineCount; k++) {
      const line = order?.[k] ?? k;
      const index = batch.streamIndex[line] ?? 0;
      const stream = streams[index];
      if (stream === undefined) continue;
      const lineKey = keys[index] ?? '';
      const isOtherKey = order !== undefined && lineKey !== key;
      if (isOtherKey || !builder.hasRoomFor(batch, line, stream)) flush();
      if (builder.lineCount === 0) key = lineKey;
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

/** Line numbers grouped by key, stable inside a group: a counting sort. O(lines + streams). */
function groupLines(batch: RawLogBatch, keys: readonly string[]): Uint32Array {
  const groupByKey = new Map<string, number>();
  const groupOfStream = new Uint32Array(keys.length);
  keys.forEach((key, index) => {
    const group = groupByKey.get(key) ?? groupByKey.size;
    groupByKey.set(key, group);
    groupOfStream[index] = group;
  });
  const next = new Uint32Array(groupByKey.size + 1);
  const groupOf = (line: number): number => groupOfStream[batch.streamIndex[line] ?? 0] ?? 0;
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
