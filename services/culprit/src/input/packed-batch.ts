import type { RawLogBatch, StreamDescriptor } from '@culprit/records';

/** A raw batch in one buffer, which goes from thread to thread without being copied. */
export interface PackedBatch {
  readonly frame: ArrayBuffer;
  readonly lineCount: number;
  readonly byteCount: number;
  readonly streams: readonly StreamDescriptor[];
  readonly receivedMillis: number;
}

/** Room for more than is needed now, so that the next batch fits as well. */
const spareShare = 1.25;
const bytesOfNumbers = 8 + 6 * 4;

/**
 * Copies a batch into a frame, without what its arrays hold behind their last line: times first, then the numbers of four
 * bytes, severities, text. O(bytes).
 *
 * @param reuse a frame that is no longer in use; a larger one is made where it is too small
 */
export function packBatch(batch: RawLogBatch, reuse: ArrayBuffer | undefined): PackedBatch {
  const { lineCount, streams, receivedMillis } = batch;
  const byteCount = usedBytes(batch);
  const length = lineCount * (bytesOfNumbers + 1) + byteCount;
  const frame =
    reuse !== undefined && reuse.byteLength >= length
      ? reuse
      : new ArrayBuffer(Math.ceil((length * spareShare) / 8) * 8);
  const packed = { frame, lineCount, byteCount, streams, receivedMillis };
  const into = unpackBatch(packed);
  into.timeMillis.set(batch.timeMillis.subarray(0, lineCount));
  into.lineStart.set(batch.lineStart.subarray(0, lineCount));
  into.lineEnd.set(batch.lineEnd.subarray(0, lineCount));
  into.streamIndex.set(batch.streamIndex.subarray(0, lineCount));
  into.timeSubNanos.set(batch.timeSubNanos.subarray(0, lineCount));
  into.attributesStart.set(batch.attributesStart.subarray(0, lineCount));
  into.attributesEnd.set(batch.attributesEnd.subarray(0, lineCount));
  into.severity.set(batch.severity.subarray(0, lineCount));
  into.bytes.set(batch.bytes.subarray(0, byteCount));
  return packed;
}

/** The batch as views of its frame. */
export function unpackBatch({
  frame,
  lineCount,
  byteCount,
  streams,
  receivedMillis,
}: PackedBatch): RawLogBatch {
  const numbers = (index: number): Uint32Array =>
    new Uint32Array(frame, lineCount * (8 + index * 4), lineCount);
  const severityAt = lineCount * bytesOfNumbers;
  return {
    streams,
    lineCount,
    bytes: new Uint8Array(frame, severityAt + lineCount, byteCount),
    lineStart: numbers(0),
    lineEnd: numbers(1),
    streamIndex: numbers(2),
    timeMillis: new Float64Array(frame, 0, lineCount),
    timeSubNanos: numbers(3),
    severity: new Uint8Array(frame, severityAt, lineCount),
    attributesStart: numbers(4),
    attributesEnd: numbers(5),
    receivedMillis,
  };
}

function usedBytes({ lineCount, lineEnd, attributesEnd }: RawLogBatch): number {
  let used = 0;
  for (let i = 0; i < lineCount; i++) used = Math.max(used, lineEnd[i] ?? 0, attributesEnd[i] ?? 0);
  return used;
}
