import type { RejectReason } from '@culprit/records';
import { describeLines } from '../ingest-answer.js';
import type { ReadLine } from '../ingest-answer.js';
import { LineReader } from '../line-reader.js';
import { DecodeError } from './decode-error.js';
import type { Door } from './door.js';

/** What a door makes of a body: at most ten lines a piece, and why others were refused. */
export interface DoorResult {
  readonly lines: readonly ReadLine[];
  readonly lineCount: number;
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
}

/** Reads a body as a request of this media type would be read. */
export function readDoor(
  door: Door,
  body: string | Uint8Array,
  mediaType = 'application/json',
  readers: LineReader = new LineReader(),
): DoorResult {
  const lines: ReadLine[] = [];
  const rejected: Partial<Record<RejectReason, number>> = {};
  let lineCount = 0;
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const request = {
    bytes,
    mediaType,
    defaults: { environment: 'test' },
    receivedMillis: 0,
    maxLines: 100_000,
  };
  for (const piece of door.read(request, readers)) {
    lines.push(...describeLines(piece.batch));
    lineCount += piece.batch.lineCount;
    for (const [reason, count] of piece.rejected) rejected[reason] = (rejected[reason] ?? 0) + count;
  }
  return { lines, lineCount, rejected };
}

/** For fuzzing: reads, and lets a refusal of the whole body pass; every other error is thrown. */
export function readHostile(door: Door, body: Uint8Array, mediaType: string): void {
  try {
    readDoor(door, body, mediaType);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
}
