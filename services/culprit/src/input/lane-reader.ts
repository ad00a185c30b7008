import type { Analysis } from '@culprit/pipeline';
import {
  EnvelopeReader,
  RawBatchBuilder,
  LineSplitter,
  detectFormat,
  type InputFormat,
  type Redactor,
  type SourceDefaults,
} from '@culprit/records';
import { readBlocks, type LogFile } from './log-files.js';

/** What was read so far of all files together, and what had to be left out or repaired, by reason. */
export interface InputTotals {
  /** Bytes read from disk, packed where a file is packed. */
  bytesRead: number;
  /** Bytes of log text. */
  bytes: number;
  lines: number;
  readonly rejected: Map<string, number>;
  readonly repaired: Map<string, number>;
  /** Secrets that were replaced, by kind. */
  readonly redacted: Map<string, number>;
  firstRejection: string | undefined;
}

export function createTotals(): InputTotals {
  return {
    bytesRead: 0,
    bytes: 0,
    lines: 0,
    rejected: new Map(),
    repaired: new Map(),
    redacted: new Map(),
    firstRejection: undefined,
  };
}

/** Where the lines of a file come from, if they do not say. */
export function defaultsOf(
  file: LogFile,
  { environment, logType }: { readonly environment: string; readonly logType?: string },
): SourceDefaults {
  return logType === undefined ? { environment, file: file.name } : { environment, logType, file: file.name };
}

/** Settings of {@link LaneReader}. */
export interface LaneReaderOptions {
  readonly lane: number;
  readonly file: LogFile;
  readonly defaults: SourceDefaults;
  readonly analysis: Analysis;
  readonly totals: InputTotals;
  /** Replaces secrets before anything else sees them; absent where they shall stay. */
  readonly redactor: Redactor | undefined;
}

/** Reads one file block by block into its lane of the analysis. */
export class LaneReader {
  readonly #options: LaneReaderOptions;
  readonly #blocks: AsyncGenerator<Uint8Array>;
  readonly #splitter = new LineSplitter();
  readonly #envelope: EnvelopeReader;
  #format: InputFormat | undefined;

  constructor(options: LaneReaderOptions) {
    this.#options = options;
    const { file, defaults, totals } = options;
    this.#blocks = readBlocks(file, (bytes) => {
      totals.bytesRead += bytes;
    });
    // Every batch is analysed before the next block is read.
    this.#envelope = new EnvelopeReader({ defaults, builder: new RawBatchBuilder() });
  }

  get lane(): number {
    return this.#options.lane;
  }

  /** Reads and structures one block; false at the end of the file. */
  async readBlock(): Promise<boolean> {
    const { analysis, totals, lane } = this.#options;
    const next = await this.#blocks.next();
    if (next.done === true) {
      this.#structure(this.#splitter.finish());
      this.#countCutLines();
      analysis.finishLane(lane);
      return false;
    }
    totals.bytes += next.value.length;
    this.#structure(this.#splitter.push(next.value));
    return true;
  }

  #countCutLines(): void {
    const { truncatedLines, isUtf16 } = this.#splitter;
    const { repaired } = this.#options.totals;
    if (truncatedLines > 0) addCounts(repaired, new Map([['lines cut at 64 KiB', truncatedLines]]));
    if (isUtf16) addCounts(repaired, new Map([['files decoded from UTF-16', 1]]));
  }

  #structure(lines: Uint8Array): void {
    if (lines.length === 0) return;
    const { analysis, totals, lane } = this.#options;
    this.#format ??= detectFormat(lines);
    const input = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
    const { batch, rejected, repaired, firstRejection } = this.#envelope.read(
      input,
      this.#format,
      Number.NaN,
    );
    totals.lines += batch.lineCount;
    addCounts(totals.rejected, rejected);
    addCounts(totals.repaired, repaired);
    totals.firstRejection ??= firstRejection;
    const clean = this.#options.redactor?.redact(batch);
    if (clean !== undefined) addCounts(totals.redacted, clean.redacted);
    analysis.push(lane, clean?.batch ?? batch);
  }
}

function addCounts(into: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [reason, count] of counts) into.set(reason, (into.get(reason) ?? 0) + count);
}
