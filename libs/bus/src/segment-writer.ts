import { open, rename } from 'node:fs/promises';
import type { Logger } from '@culprit/kernel';
import type { BusRecord, ReceivedRecord } from './bus.js';
import { busError, fileError } from './errors.js';
import { encodeFrame } from './frame.js';
import { received } from './memory-log.js';
import { totalBytes } from './partition-log.js';
import { newSegment, segmentHeaderBytes, type Segment } from './segment-file.js';
import { syncDirectory } from './sync-directory.js';

/** Most bytes that share one write and one sync. */
const maxRoundBytes = 4 * 1_048_576;

/** A file as the writer needs it. */
export interface AppendFile {
  writev(buffers: readonly Uint8Array[], position: number): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export type OpenAppendFile = (path: string, flags: 'w' | 'r+') => Promise<AppendFile>;

/** Options of {@link SegmentWriter}. */
export interface SegmentWriterOptions {
  readonly directory: string;
  readonly topic: string;
  readonly partition: number;
  readonly segmentBytes: number;
  /** Shared with the reader; the writer adds to its end. */
  readonly segments: Segment[];
  readonly endOffset: number;
  readonly onDurable: (records: readonly ReceivedRecord[], bytes: number) => void;
  readonly logger: Logger;
  readonly openFile?: OpenAppendFile;
}

interface PendingAppend {
  readonly records: readonly BusRecord[];
  readonly bytes: number;
  readonly resolve: (firstOffset: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Appends to the last segment of a partition. Appends that come while a sync is under way share the next one, so
 * that a lone publisher waits for one sync and many publishers cost no more.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  readonly #queue: PendingAppend[] = [];
  #endOffset: number;
  #file: { readonly file: AppendFile; readonly segment: Segment } | undefined;
  /** After a failed write the end of the file is unknown: nothing is ever added to it again. */
  #mustRoll: boolean;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#endOffset = options.endOffset;
    this.#mustRoll = options.segments.length === 0;
  }

  append(records: readonly BusRecord[]): Promise<number> {
    const { topic, partition } = this.#options;
    if (this.#isClosed) {
      return Promise.reject(
        busError({ code: 'CULPRIT_BUS_CLOSED', message: `${topic}/${partition}: the log is closed` }),
      );
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ records, bytes: totalBytes(records), resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
    await this.#closeFile();
  }

  async #closeFile(): Promise<void> {
    const open = this.#file;
    this.#file = undefined;
    await open?.file.close();
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const round = this.#takeRound();
      try {
        await this.#write(round);
      } catch (cause) {
        const { topic, partition } = this.#options;
        const error = fileError(`${topic}/${partition}: append`, cause);
        for (const { reject } of round) reject(error);
      }
    }
    this.#running = undefined;
  }

  #takeRound(): readonly PendingAppend[] {
    let bytes = 0;
    const tooMuch = this.#queue.findIndex((pending, index) => {
      bytes += pending.bytes;
      return index > 0 && bytes > maxRoundBytes;
    });
    return this.#queue.splice(0, tooMuch === -1 ? this.#queue.length : tooMuch);
  }

  async #write(round: readonly PendingAppend[]): Promise<void> {
    const bytes = round.reduce((sum, pending) => sum + pending.bytes, 0);
    const { file, segment } = await this.#fileFor(bytes);
    const records = round
      .flatMap((pending) => pending.records)
      .map((record, index) => received(record, this.#endOffset + index));
    const buffers = records.flatMap((record) => encodeFrame(segment.marker, record.offset, record));
    try {
      const written = await writeAll(file, buffers, segment.size);
      await file.datasync();
      segment.size += written;
    } catch (cause) {
      await this.#abandon(file, segment);
      throw cause;
    }
    let first = this.#endOffset;
    this.#endOffset += records.length;
    this.#options.onDurable(records, bytes);
    for (const pending of round) {
      pending.resolve(first);
      first += pending.records.length;
    }
  }

  async #fileFor(bytes: number): Promise<{ readonly file: AppendFile; readonly segment: Segment }> {
    const { segments, segmentBytes, openFile = openForAppend } = this.#options;
    const last = segments.at(-1);
    const hasRoom =
      last !== undefined && (last.size === segmentHeaderBytes || last.size + bytes <= segmentBytes);
    if (!this.#mustRoll && hasRoom) {
      this.#file ??= { file: await openFile(last.path, 'r+'), segment: last };
      return this.#file;
    }
    await this.#closeFile();
    this.#file = await this.#roll(openFile);
    this.#mustRoll = false;
    return this.#file;
  }

  async #roll(openFile: OpenAppendFile): Promise<{ readonly file: AppendFile; readonly segment: Segment }> {
    const { directory, segments } = this.#options;
    const { segment, header } = newSegment(directory, this.#endOffset);
    // Under its name a segment always has its header: the name says which offsets were given out.
    const unfinished = `${segment.path}.new`;
    const file = await openFile(unfinished, 'w');
    try {
      await writeAll(file, [header], 0);
      await file.datasync();
      await rename(unfinished, segment.path);
      await syncDirectory(directory);
    } catch (cause) {
      await file.close();
      throw cause;
    }
    // A segment that failed before its first record has the same name and was replaced just now.
    if (segments.at(-1)?.baseOffset === segment.baseOffset) segments.pop();
    segments.push(segment);
    return { file, segment };
  }

  /** Takes back what a failed write left, as far as the disk allows. Readers never look behind `segment.size`. */
  async #abandon(file: AppendFile, segment: Segment): Promise<void> {
    const { topic, partition, logger } = this.#options;
    this.#mustRoll = true;
    try {
      await file.truncate(segment.size);
    } catch (error) {
      logger.warn(
        { topic, partition, path: segment.path, error },
        'rest of a failed write stays in the file',
      );
    }
  }
}

async function writeAll(file: AppendFile, buffers: readonly Uint8Array[], position: number): Promise<number> {
  let written = 0;
  let rest = buffers;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, position + written);
    if (bytesWritten === 0) throw new Error('nothing written');
    written += bytesWritten;
    rest = without(rest, bytesWritten);
  }
  return written;
}

/** The buffers that are left after their first `bytes` bytes. */
function without(buffers: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let left = bytes;
  for (const [index, buffer] of buffers.entries()) {
    if (left < buffer.length) return [buffer.subarray(left), ...buffers.slice(index + 1)];
    left -= buffer.length;
  }
  return [];
}

async function openForAppend(path: string, flags: 'w' | 'r+'): Promise<AppendFile> {
  const file = await open(path, flags);
  return {
    writev: (buffers, position) => file.writev(buffers as Uint8Array[], position),
    datasync: () => file.datasync(),
    truncate: (length) => file.truncate(length),
    close: () => file.close(),
  };
}
