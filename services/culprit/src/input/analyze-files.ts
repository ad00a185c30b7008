import { Analysis, type AnalysisOptions } from '@culprit/pipeline';
import { EnvelopeReader, LineSplitter, detectFormat, type InputFormat } from '@culprit/records';
import type { Progress } from '../output/progress.js';
import { readBlocks, type LogFile } from './log-files.js';

/** Settings of {@link analyzeFiles}. */
export interface AnalyzeFilesOptions extends Omit<AnalysisOptions, 'lanes'> {
  readonly environment: string;
  /** Overrides the log type found by looking, for all files. */
  readonly logType?: string;
  readonly progress: Progress;
}

/** What was read and what had to be left out or repaired, by reason. */
export interface InputStatistics {
  readonly lines: number;
  readonly bytes: number;
  readonly rejected: ReadonlyMap<string, number>;
  readonly repaired: ReadonlyMap<string, number>;
  readonly firstRejection: string | undefined;
}

/** An analysis that has read all its files. */
export interface FinishedAnalysis {
  readonly analysis: Analysis;
  readonly input: InputStatistics;
}

/**
 * Reads files in order of event time through the whole pipeline: every file is a lane, and the lane whose clock is
 * furthest behind is read next, so that files of different services meet as they did when it happened.
 *
 * @throws CliError when a file cannot be read
 */
export async function analyzeFiles(
  files: readonly LogFile[],
  options: AnalyzeFilesOptions,
): Promise<FinishedAnalysis> {
  const { progress, environment, logType, ...rest } = options;
  const analysis = new Analysis({ ...rest, lanes: files.length });
  const totals = createTotals();
  const open = new Set<LaneReader>();
  for (const [lane, file] of files.entries()) {
    open.add(new LaneReader({ lane, file, environment, logType, analysis, totals }));
  }
  while (open.size > 0) {
    const reader = furthestBehind(open, analysis);
    if (!(await reader.readBlock())) open.delete(reader);
    progress.update(totals.bytesRead, totals.lines);
  }
  analysis.finish();
  progress.stop();
  return {
    analysis,
    input: {
      lines: totals.lines,
      bytes: totals.bytes,
      rejected: totals.rejected,
      repaired: totals.repaired,
      firstRejection: totals.firstRejection,
    },
  };
}

interface Totals {
  /** Bytes read from disk, packed where a file is packed. */
  bytesRead: number;
  /** Bytes of log text. */
  bytes: number;
  lines: number;
  rejected: Map<string, number>;
  repaired: Map<string, number>;
  firstRejection: string | undefined;
}

function createTotals(): Totals {
  return {
    bytesRead: 0,
    bytes: 0,
    lines: 0,
    rejected: new Map(),
    repaired: new Map(),
    firstRejection: undefined,
  };
}

interface LaneReaderOptions {
  readonly lane: number;
  readonly file: LogFile;
  readonly environment: string;
  readonly logType: string | undefined;
  readonly analysis: Analysis;
  readonly totals: Totals;
}

/** Reads one file block by block into its lane of the analysis. */
class LaneReader {
  readonly #options: LaneReaderOptions;
  readonly #blocks: AsyncGenerator<Uint8Array>;
  readonly #splitter = new LineSplitter();
  readonly #envelope: EnvelopeReader;
  #format: InputFormat | undefined;

  constructor(options: LaneReaderOptions) {
    this.#options = options;
    const { file, environment, logType, totals } = options;
    this.#blocks = readBlocks(file, (bytes) => {
      totals.bytesRead += bytes;
    });
    this.#envelope = new EnvelopeReader({
      defaults:
        logType === undefined ? { environment, file: file.name } : { environment, logType, file: file.name },
    });
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
    const { batch, rejected, repaired, firstRejection } = this.#envelope.read(
      lines,
      this.#format,
      Number.NaN,
    );
    totals.lines += batch.lineCount;
    addCounts(totals.rejected, rejected);
    addCounts(totals.repaired, repaired);
    totals.firstRejection ??= firstRejection;
    analysis.push(lane, batch);
  }
}

function furthestBehind(open: ReadonlySet<LaneReader>, analysis: Analysis): LaneReader {
  let chosen: LaneReader | undefined;
  for (const reader of open) {
    if (chosen === undefined || analysis.laneTime(reader.lane) < analysis.laneTime(chosen.lane))
      chosen = reader;
  }
  if (chosen === undefined) throw new Error('no lane is open');
  return chosen;
}

function addCounts(into: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [reason, count] of counts) into.set(reason, (into.get(reason) ?? 0) + count);
}
