import { Analysis, type AnalysisOptions } from '@culprit/pipeline';
import type { AssemblerOptions, SourceDefaults } from '@culprit/records';
import type { Progress } from '../output/progress.js';
import type { LaneBlock } from './lane-source.js';
import type { LogFile } from './log-files.js';
import { openLanes } from './reader-thread.js';
import { splitRuns } from './split-runs.js';
import { Spool } from './spool.js';

/** Most runs that all files together are split into. */
const maxRuns = 256;

/** Settings of {@link analyzeFiles}. */
export interface AnalyzeFilesOptions extends Omit<AnalysisOptions, 'lanes'> {
  readonly environment: string;
  /** Overrides the log type found by looking, for all files. */
  readonly logType?: string;
  readonly progress: Progress;
  /** Leaves secrets as they are; usually they are replaced by numbered pseudonyms. */
  readonly keepsSecrets?: boolean;
}

/** What was read and what had to be left out or repaired, by reason. */
export interface InputStatistics {
  readonly lines: number;
  readonly bytes: number;
  readonly rejected: ReadonlyMap<string, number>;
  readonly repaired: ReadonlyMap<string, number>;
  /** Secrets that were replaced, by kind. */
  readonly redacted: ReadonlyMap<string, number>;
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
 * A file whose lines go back in time for good, such as several files written into one, is read a second time: each of
 * its runs is a lane then, as if it were a file of its own.
 *
 * @throws CliError when a file cannot be read
 */
export async function analyzeFiles(
  files: readonly LogFile[],
  options: AnalyzeFilesOptions,
): Promise<FinishedAnalysis> {
  const spool = new Spool();
  try {
    const kept: LogFile[] = [];
    for (const file of files) kept.push(await spool.keep(file));
    const assembler = { referenceMillis: referenceOf(files), ...options.assembler };
    const whole = await readLanes(kept, { ...options, assembler });
    const broken = whole.analysis.brokenLanes();
    if (broken.length === 0) return whole;
    const { lanes, refused } = await splitLanes(kept, { ...options, assembler, broken, spool });
    const repaired = new Map(whole.input.repaired);
    if (refused > 0)
      repaired.set(
        `files with over ${maxRuns} jumps back in time or JSON over several lines, read as they are`,
        refused,
      );
    const input = { ...whole.input, repaired };
    if (lanes.length === kept.length) return { ...whole, input };
    repaired.set(
      'runs of lines in order of time, read side by side',
      lanes.length - kept.length + broken.length,
    );
    const { analysis } = await readLanes(lanes, { ...options, assembler });
    return { analysis, input };
  } finally {
    options.progress.stop();
    await spool.remove();
  }
}

/** Texts without a year are from when the newest file was written; those of standard input are from now. */
function referenceOf(files: readonly LogFile[]): number {
  const known = files.map((file) => file.modifiedMillis).filter((millis) => !Number.isNaN(millis));
  return known.length === 0 ? Date.now() : Math.max(...known);
}

async function readLanes(files: readonly LogFile[], options: AnalyzeFilesOptions): Promise<FinishedAnalysis> {
  const { progress } = options;
  const analysis = new Analysis({ ...options, lanes: files.length });
  const totals = createTotals();
  const blocks = openLanes({
    lanes: files.map((file) => ({ file, defaults: defaultsOf(file, options) })),
    keepsSecrets: options.keepsSecrets === true,
  });
  try {
    const open = new Set(files.keys());
    while (open.size > 0) {
      const lane = furthestBehind(open, analysis);
      const block = await blocks.next(lane);
      addBlock(totals, block);
      if (block.batch !== undefined) analysis.push(lane, block.batch);
      if (block.isLast) {
        analysis.finishLane(lane);
        open.delete(lane);
      }
      progress.update(totals.bytesRead, totals.lines);
    }
  } finally {
    await blocks.close();
  }
  analysis.finish();
  return { analysis, input: totals };
}

/** What was read so far of all files together; `bytesRead` counts those on disk. */
interface InputTotals extends InputStatistics {
  bytesRead: number;
  bytes: number;
  lines: number;
  readonly rejected: Map<string, number>;
  readonly repaired: Map<string, number>;
  readonly redacted: Map<string, number>;
  firstRejection: string | undefined;
}

function createTotals(): InputTotals {
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

function addBlock(totals: InputTotals, block: LaneBlock): void {
  totals.bytesRead += block.bytesRead;
  totals.bytes += block.bytes;
  totals.lines += block.batch?.lineCount ?? 0;
  addCounts(totals.rejected, block.rejected);
  addCounts(totals.repaired, block.repaired);
  addCounts(totals.redacted, block.redacted);
  totals.firstRejection ??= block.firstRejection;
}

function addCounts(into: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [reason, count] of counts) into.set(reason, (into.get(reason) ?? 0) + count);
}

/** Where the lines of a file come from, if they do not say. */
function defaultsOf(
  file: LogFile,
  { environment, logType }: { readonly environment: string; readonly logType?: string },
): SourceDefaults {
  return logType === undefined ? { environment, file: file.name } : { environment, logType, file: file.name };
}

interface SplitLanesOptions extends AnalyzeFilesOptions {
  readonly assembler: AssemblerOptions;
  /** Lanes, numbers of files, that went back in time. */
  readonly broken: readonly number[];
  readonly spool: Spool;
}

/** The files with their runs in place of those that went back in time, as long as there are not too many. */
async function splitLanes(
  files: readonly LogFile[],
  options: SplitLanesOptions,
): Promise<{ readonly lanes: readonly LogFile[]; readonly refused: number }> {
  const { spool, assembler, broken } = options;
  const lanes: LogFile[] = [];
  let room = maxRuns;
  let refused = 0;
  for (const [lane, file] of files.entries()) {
    const defaults = defaultsOf(file, options);
    const runs = broken.includes(lane)
      ? await splitRuns(file, { spool, defaults, assembler, maxRuns: room })
      : [file];
    if (runs === undefined) refused++;
    else if (runs.length > 1) room -= runs.length;
    lanes.push(...(runs ?? [file]));
  }
  return { lanes, refused };
}

function furthestBehind(open: ReadonlySet<number>, analysis: Analysis): number {
  let chosen: number | undefined;
  for (const lane of open)
    if (chosen === undefined || analysis.laneTime(lane) < analysis.laneTime(chosen)) chosen = lane;
  if (chosen === undefined) throw new Error('no lane is open');
  return chosen;
}
