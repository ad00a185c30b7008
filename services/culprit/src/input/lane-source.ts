import {
  EnvelopeReader,
  LineSplitter,
  RawBatchBuilder,
  Redactor,
  detectFormat,
  type InputFormat,
  type Pseudonyms,
  type RawLogBatch,
  type SourceDefaults,
} from '@culprit/records';
import { readBlocks, type LogFile } from './log-files.js';

/** What one step of reading a file gave; `batch` is valid until the next step of the same file. */
export interface LaneBlock {
  /** Undefined where the step completed no line. */
  readonly batch: RawLogBatch | undefined;
  /** The file has no more lines. */
  readonly isLast: boolean;
  /** Bytes read from disk, packed where a file is packed, and bytes of log text. */
  readonly bytesRead: number;
  readonly bytes: number;
  /** What was left out, repaired and replaced in this block, by reason or kind. */
  readonly rejected: ReadonlyMap<string, number>;
  readonly repaired: ReadonlyMap<string, number>;
  readonly redacted: ReadonlyMap<string, number>;
  readonly firstRejection: string | undefined;
}

/** Settings of {@link LaneSource}. */
export interface LaneSourceOptions {
  readonly file: LogFile;
  readonly defaults: SourceDefaults;
  /** What stands for secrets; absent where they shall stay. */
  readonly pseudonyms: Pseudonyms | undefined;
}

/** Reads one file: unpacked, cut into lines, out of their envelopes, without secrets. */
export class LaneSource {
  readonly #blocks: AsyncGenerator<Uint8Array>;
  readonly #splitter = new LineSplitter({ reusesBlocks: true });
  readonly #envelope: EnvelopeReader;
  readonly #redactor: Redactor | undefined;
  #format: InputFormat | undefined;
  #bytesRead = 0;

  constructor({ file, defaults, pseudonyms }: LaneSourceOptions) {
    const onRead = (bytes: number): void => {
      this.#bytesRead += bytes;
    };
    this.#blocks = readBlocks(file, onRead, { reuses: true });
    this.#envelope = new EnvelopeReader({ defaults, builder: new RawBatchBuilder() });
    this.#redactor =
      pseudonyms === undefined
        ? undefined
        : new Redactor({ groups: new Set(['secrets', 'cards']), pseudonyms });
  }

  /** The next block of lines. Not to be called again after the last one. */
  async read(): Promise<LaneBlock> {
    this.#bytesRead = 0;
    const next = await this.#blocks.next();
    if (next.done === true) {
      const last = this.#open(this.#splitter.finish());
      const repaired = new Map([...last.repaired, ...this.#repairsOfFile()]);
      return { ...last, repaired, isLast: true, bytesRead: this.#bytesRead, bytes: 0 };
    }
    const opened = this.#open(this.#splitter.push(next.value));
    return { ...opened, isLast: false, bytesRead: this.#bytesRead, bytes: next.value.length };
  }

  #open(lines: Uint8Array): Omit<LaneBlock, 'isLast' | 'bytesRead' | 'bytes'> {
    if (lines.length === 0) return nothing;
    this.#format ??= detectFormat(lines);
    const input = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
    const { batch, rejected, repaired, firstRejection } = this.#envelope.read(
      input,
      this.#format,
      Number.NaN,
    );
    const clean = this.#redactor?.redact(batch);
    return {
      batch: clean?.batch ?? batch,
      rejected,
      repaired,
      redacted: clean?.redacted ?? nothing.redacted,
      firstRejection,
    };
  }

  #repairsOfFile(): [string, number][] {
    const { truncatedLines, isUtf16 } = this.#splitter;
    const repairs: [string, number][] = [];
    if (truncatedLines > 0) repairs.push(['lines cut at 64 KiB', truncatedLines]);
    if (isUtf16) repairs.push(['files decoded from UTF-16', 1]);
    return repairs;
  }
}

const nothing = {
  batch: undefined,
  rejected: new Map<string, number>(),
  repaired: new Map<string, number>(),
  redacted: new Map<string, number>(),
  firstRejection: undefined,
};
