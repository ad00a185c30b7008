import { createRng } from '@culprit/kernel';
import { TemplateMiner } from '@culprit/mining';
import { Drain } from '@culprit/testkit';
import type { DrainOptions } from '@culprit/testkit';

const COPIES = 10;

/** CPU seconds that parsing the same lines took; lines per CPU second compare on a busy machine, wall time does not. */
export interface ParsingCost {
  readonly lines: number;
  readonly culprit: number;
  readonly drain: number;
  readonly tunedDrain: number;
}

/**
 * Parses a system's lines ten times over, every digit but the zeros drawn anew in each copy, shuffled, with a new parser
 * each round; the cheapest round counts. Drain gets text, Culprit bytes: what each would get from its own front.
 */
export function measureCost(
  contents: readonly string[],
  options: { readonly rounds: number; readonly masks: DrainOptions['masks']; readonly tuned: DrainOptions },
): ParsingCost {
  const lines = shuffledCopies(contents);
  const bytes = lines.map((line) => Buffer.from(line));
  const drainCost = (drainOptions: DrainOptions): number =>
    cheapest(options.rounds, () => {
      const drain = new Drain(drainOptions);
      for (const line of lines) drain.mine(line);
    });
  return {
    lines: lines.length,
    culprit: cheapest(options.rounds, () => {
      const miner = new TemplateMiner({ scope: 'cost' });
      for (const line of bytes) miner.mine(line, 0, line.length);
    }),
    drain: drainCost(options.masks === undefined ? {} : { masks: options.masks }),
    tunedDrain: drainCost(options.tuned),
  };
}

/** CPU milliseconds of the dearest unfamiliar line of 64 KiB that repeats one byte; of three tries the cheapest counts. */
export function dearestLongLine(): number {
  const costs = Array.from({ length: 256 }, (_, byte) => {
    const line = new Uint8Array(65_536).fill(byte);
    return cheapest(3, () => new TemplateMiner({ scope: 'long' }).mine(line, 0, line.length));
  });
  return 1_000 * Math.max(...costs);
}

function shuffledCopies(contents: readonly string[]): string[] {
  const rng = createRng(7);
  const lines = Array.from({ length: COPIES }, () => contents)
    .flat()
    .map((line) => line.replaceAll(/[1-9]/g, () => String(1 + Math.floor(rng.next() * 9))));
  for (let i = lines.length - 1; i > 0; i--) {
    const j = Math.floor(rng.next() * (i + 1));
    [lines[i], lines[j]] = [lines[j] ?? '', lines[i] ?? ''];
  }
  return lines;
}

function cheapest(rounds: number, work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    work();
    const used = process.cpuUsage(before);
    best = Math.min(best, (used.user + used.system) / 1e6);
  }
  return best;
}
