import { createRng } from '@culprit/kernel';
import { LineCache, TemplateMiner } from '@culprit/mining';
import { Drain, genericMasks } from '@culprit/testkit';
import { quantile } from './cost.ts';
import { copyLines, corpusOf, readSamples, unseenWord } from './mining-corpus.ts';
import type { Corpus } from './mining-corpus.ts';
import type { Bench, Figure } from './run.ts';

const seed = 7;
/** Text whose every line is a statement of its own, for the cost of a new template. */
const newTemplates = 5_000;

/**
 * One miner over whole lines of all systems of the LogHub samples, shuffled: template and places of values of every
 * line. Median of rounds after a warm-up, in CPU time; beside it FNV-1a over the same bytes, in the same rounds.
 */
export const benchMining: Bench = ({ isFast }) => {
  const samples = readSamples();
  if (samples === undefined) return Promise.resolve([]);
  const copies = isFast ? 2 : 10;
  const rounds = isFast ? 3 : 9;
  const known = copyLines(samples, { copies, seed });
  const miner = new TemplateMiner({ scope: 'bench' });
  const figures = [
    { name: 'lines of the corpus', value: known.lines.length, unit: 'lines' },
    { name: 'length of a line', value: known.bytes.length / known.lines.length, unit: 'bytes' },
    ...speedFigures(known, miner, rounds),
    ...unseenFigures(samples, copies, rounds),
    newTemplateFigure(),
    { name: 'templates', value: miner.size, unit: 'templates' },
    {
      name: 'memory of the tables',
      value: miner.byteLength / miner.size,
      unit: 'bytes/template',
      goal: '<= 600',
    },
  ];
  return Promise.resolve(figures);
};

function speedFigures(known: Corpus, miner: TemplateMiner, rounds: number): Figure[] {
  const uncached = new TemplateMiner({ scope: 'bench', cache: new LineCache(0) });
  const drain = new Drain({ masks: genericMasks });
  const [hashed = 0, mined = 0, long = 0] = cpuSeconds(rounds, [
    () => hashAll(known),
    () => mineAll(miner, known),
    () => mineAll(uncached, known),
  ]);
  const [drained = 0] = cpuSeconds(1, [
    () => {
      for (const line of known.lines) drain.mine(line);
    },
  ]);
  const speed = (seconds: number): number => known.lines.length / seconds;
  return [
    { name: 'FNV-1a over the same bytes', value: speed(hashed), unit: 'lines/CPU-s' },
    { name: 'mining, known lines', value: speed(mined), unit: 'lines/CPU-s', goal: '>= 5,000,000' },
    { name: 'part of the speed of FNV-1a', value: hashed / mined, unit: '', goal: '>= 0.45' },
    { name: 'mining without the cache of lines', value: speed(long), unit: 'lines/CPU-s' },
    { name: 'Drain with generic masks', value: speed(drained), unit: 'lines/CPU-s' },
    { name: 'times as fast as Drain', value: drained / mined, unit: '', goal: '>= 10' },
  ];
}

/** Lines whose like was not met: numbers of other lengths in every line, or words that were never seen in some. */
function unseenFigures(samples: readonly string[], copies: number, rounds: number): Figure[] {
  const perRound = (options: { changesLengths: boolean; unseenWords: number }): number => {
    const miner = new TemplateMiner({ scope: 'bench' });
    // Every round has text of its own: what is new in the first would be known in the second.
    const texts = Array.from({ length: rounds + 2 }, (_, round) =>
      copyLines(samples, { copies: Math.ceil(copies / 2), seed: seed + round, ...options }),
    );
    const times = texts.map((text) => cpuSecondsOf(() => mineAll(miner, text)) / text.lines.length);
    return 1 / quantile(times.slice(2), 0.5);
  };
  return [
    {
      name: 'mining, numbers of other lengths',
      value: perRound({ changesLengths: true, unseenWords: 0 }),
      unit: 'lines/CPU-s',
    },
    {
      name: 'mining, 30 % with a word never seen',
      value: perRound({ changesLengths: false, unseenWords: 0.3 }),
      unit: 'lines/CPU-s',
      goal: '>= 3,000,000',
    },
  ];
}

function newTemplateFigure(): Figure {
  const rng = createRng(seed);
  const word = (): string => unseenWord((limit) => Math.floor(rng.next() * limit));
  const text = corpusOf(
    Array.from({ length: newTemplates }, () => Array.from({ length: 10 }, word).join(' ')),
  );
  const costs = Array.from({ length: 5 }, () => {
    const miner = new TemplateMiner({ scope: 'new', maxTemplates: newTemplates });
    return cpuSecondsOf(() => mineAll(miner, text)) / miner.size;
  });
  return {
    name: 'a new template of ten words',
    value: quantile(costs, 0.5) * 1e6,
    unit: 'CPU-µs',
    goal: '<= 10',
  };
}

/** Median CPU seconds of each of several works, run in turn, so that a busy moment hits all alike; one warm-up. */
function cpuSeconds(rounds: number, works: readonly (() => void)[]): number[] {
  const times = works.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    works.forEach((work, i) => {
      const seconds = cpuSecondsOf(work);
      if (round > 0) times[i]?.push(seconds);
    });
  }
  return times.map((values) => quantile(values, 0.5));
}

function cpuSecondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

function mineAll(miner: TemplateMiner, { bytes, bounds }: Corpus): void {
  let values = 0;
  for (let i = 0; i + 1 < bounds.length; i++) {
    miner.mine(bytes, bounds[i] ?? 0, (bounds[i + 1] ?? 0) - 1);
    values += miner.parameterCount;
  }
  if (values < 0) throw new Error('unreachable: keeps the loop from being left out');
}

function hashAll({ bytes, bounds }: Corpus): void {
  let sum = 0;
  for (let i = 0; i + 1 < bounds.length; i++) sum += fnv(bytes, bounds[i] ?? 0, (bounds[i + 1] ?? 0) - 1);
  if (Number.isNaN(sum)) throw new Error('unreachable: keeps the loop from being left out');
}

/** Source: Fowler, Noll, Vo 1991. */
function fnv(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}
