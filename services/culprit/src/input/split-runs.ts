import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { detectFormat, LineSplitter, type AssemblerOptions, type SourceDefaults } from '@culprit/records';
import { outputError } from '../cli-error.js';
import { readBlocks, type LogFile } from './log-files.js';
import type { Spool } from './spool.js';
import { RunFinder } from './time-runs.js';

/** Settings of {@link splitRuns}. */
export interface SplitRunsOptions {
  readonly spool: Spool;
  readonly defaults: SourceDefaults;
  readonly assembler: AssemblerOptions;
  /** Most runs of this file. */
  readonly maxRuns: number;
}

/**
 * The runs of a file whose lines go back in time, each as a part of its unpacked, decoded text in the spool.
 *
 * @returns undefined when there are more than `maxRuns`, or when the file is JSON over several lines, whose parts
 * could not be read alone
 */
export async function splitRuns(
  file: LogFile,
  options: SplitRunsOptions,
): Promise<readonly LogFile[] | undefined> {
  const splitter = new LineSplitter();
  const target = await options.spool.create();
  const path = String(target.path);
  let finder: RunFinder | undefined;
  let length = 0;
  const take = async (lines: Uint8Array): Promise<boolean> => {
    if (lines.length === 0) return true;
    const { defaults, assembler, maxRuns } = options;
    finder ??= new RunFinder({ format: detectFormat(lines), defaults, assembler });
    if (finder.format === 'json') return false;
    finder.push(lines);
    length += lines.length;
    if (!target.write(lines)) await once(target, 'drain');
    return finder.starts.length <= maxRuns;
  };
  try {
    for await (const block of readBlocks(file, () => {})) {
      if (!(await take(splitter.push(block)))) return undefined;
    }
    if (!(await take(splitter.finish()))) return undefined;
    finder?.finish();
  } finally {
    target.end();
    await finished(target).catch((error: unknown) => {
      throw outputError(path, error);
    });
  }
  const starts = finder?.starts ?? [0];
  if (starts.length > options.maxRuns) return undefined;
  return starts.map((start, i) => {
    const end = starts[i + 1] ?? length;
    return { ...file, path, sizeBytes: end - start, part: { start, end } };
  });
}
