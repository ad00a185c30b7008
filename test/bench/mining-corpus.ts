import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createRng } from '@culprit/kernel';

const folder = join(
  process.env['CULPRIT_SHARED_DIR'] ?? join(import.meta.dirname, '..', '..', '..', 'shared'),
  'data',
  'loghub_2k',
);

/** Lines as they lie in a buffer. */
export interface Corpus {
  readonly lines: readonly string[];
  readonly bytes: Uint8Array;
  /** Start of every line, and one past the end of the last line's line feed. */
  readonly bounds: Uint32Array;
}

/** Whole lines of all systems of the LogHub samples, or undefined when they are not there. */
export function readSamples(): readonly string[] | undefined {
  return readSamplesBySystem()?.flat();
}

/** The same, a list for each system. */
export function readSamplesBySystem(): readonly (readonly string[])[] | undefined {
  if (!existsSync(folder)) {
    console.log(`  left out: no ${folder}; set CULPRIT_SHARED_DIR to where the LogHub samples are`);
    return undefined;
  }
  const files = readdirSync(folder).filter((name) => name.endsWith('.log.gz'));
  if (files.length === 0) throw new Error(`no *.log.gz in ${folder}`);
  return files.toSorted().map((name) =>
    gunzipSync(readFileSync(join(folder, name)))
      .toString()
      .split(/\r?\n/)
      .filter((line) => line !== ''),
  );
}

/** What copies of the samples differ in. */
export interface CopyOptions {
  readonly copies: number;
  readonly seed: number;
  /** Numbers get another length too: each run of digits is one to twice as long as it was. */
  readonly changesLengths?: boolean;
  /** Share of lines, 0..1, in which one word of letters, always the same of a line, is one that was never seen. */
  readonly unseenWords?: number;
}

/** Copies of the lines with every digit but the zeros drawn anew, shuffled (Fisher and Yates), seeded. */
export function copyLines(samples: readonly string[], options: CopyOptions): Corpus {
  const rng = createRng(options.seed);
  const below = (limit: number): number => Math.floor(rng.next() * limit);
  const redrawn = (digits: string): string => {
    const length = options.changesLengths === true ? 1 + below(2 * digits.length) : digits.length;
    const long = digits.padEnd(length, '1').slice(0, length);
    return long.replaceAll(/[1-9]/g, () => String(1 + below(9)));
  };
  const lines: string[] = [];
  for (let copy = 0; copy < options.copies; copy++) {
    samples.forEach((sample, i) => {
      const isChanged = rng.next() < (options.unseenWords ?? 0);
      const line = isChanged ? withUnseenWord(sample, i, below) : sample;
      lines.push(line.replaceAll(/\d+/g, redrawn));
    });
  }
  for (let i = lines.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [lines[i], lines[j]] = [lines[j] ?? '', lines[i] ?? ''];
  }
  return corpusOf(lines);
}

/** Lays lines one behind the other, each with a line feed. */
export function corpusOf(lines: readonly string[]): Corpus {
  const bounds = [0];
  let size = 0;
  for (const line of lines) bounds.push((size += Buffer.byteLength(line) + 1));
  return {
    lines,
    bytes: new Uint8Array(Buffer.from(`${lines.join('\n')}\n`)),
    bounds: Uint32Array.from(bounds),
  };
}

function withUnseenWord(sample: string, place: number, below: (limit: number) => number): string {
  const words = [...sample.matchAll(/(?<= )[A-Za-z]{3,}(?= |$)/g)];
  const word = words[place % Math.max(1, words.length)];
  if (word === undefined) return sample;
  return sample.slice(0, word.index) + unseenWord(below) + sample.slice(word.index + word[0].length);
}

/** Ten letters: one of 26^10. */
export function unseenWord(below: (limit: number) => number): string {
  return Array.from({ length: 10 }, () => String.fromCharCode(0x61 + below(26))).join('');
}
