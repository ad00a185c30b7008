import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRng } from '@culprit/kernel';
import { TemplateMiner } from '@culprit/mining';
import { copyLines, readSamples } from './mining-corpus.ts';
import type { Corpus } from './mining-corpus.ts';
import type { Bench, Figure } from './run.ts';

const seed = 11;
const copies = 10;
/** Share of lines with a word that was never seen, in every pass another. */
const unseenWords = 0.05;
const defaultLines = 5_000_000;
const fastLines = 1_000_000;
const wordLength = 10;

/** What the process and the tables hold, in bytes. */
interface Footprint {
  readonly resident: number;
  /** Objects and buffers in use, after a full collection. */
  readonly used: number;
  readonly tables: number;
}

/**
 * One miner over the lines of all systems again and again: every pass has the same lines in the same order, but for the
 * words that were never seen, which are drawn anew. Memory after a tenth of the lines beside the most after half of
 * them; counts by template beside the number of lines.
 */
export const benchMiningSoak: Bench = ({ isFast, lines }) => {
  const samples = readSamples();
  if (samples === undefined) return Promise.resolve([]);
  const text = copyLines(samples, { copies, seed, unseenWords });
  const places = unseenPlaces(text, samples);
  const rng = createRng(seed);
  const miner = new TemplateMiner({ scope: 'soak' });
  const wanted = lines ?? (isFast ? fastLines : defaultLines);
  const passes = Math.max(10, Math.round(wanted / text.lines.length));
  let cpuSeconds = 0;
  let early: Footprint = { resident: 0, used: 0, tables: 0 };
  let late: Footprint = { resident: 0, used: 0, tables: 0 };
  for (let pass = 1; pass <= passes; pass++) {
    for (const place of places)
      for (let i = 0; i < wordLength; i++) text.bytes[place + i] = 0x61 + Math.floor(rng.next() * 26);
    cpuSeconds += mineOnce(miner, text);
    if (pass === Math.ceil(passes / 10)) early = footprintOf(miner);
    if (pass > passes / 2 && pass % Math.ceil(passes / 20) === 0) late = larger(late, footprintOf(miner));
  }
  const mined = passes * text.lines.length;
  return Promise.resolve(figuresOf(miner, { mined, cpuSeconds, early, late }));
};

function figuresOf(
  miner: TemplateMiner,
  run: { mined: number; cpuSeconds: number; early: Footprint; late: Footprint },
): Figure[] {
  const { mined, cpuSeconds, early, late } = run;
  const { overflowLines, evidenceOmissions } = miner.notices;
  return [
    { name: 'lines', value: mined, unit: 'lines' },
    {
      name: 'lines that the counts by template lack',
      value: mined - countOf(miner),
      unit: 'lines',
      goal: '0',
    },
    { name: 'mining, 5 % with a word never seen', value: mined / cpuSeconds, unit: 'lines/CPU-s' },
    { name: 'resident after a tenth of the lines', value: mebibytes(early.resident), unit: 'MiB' },
    { name: 'most resident in the second half', value: mebibytes(late.resident), unit: 'MiB' },
    { name: 'in use after a tenth of the lines', value: mebibytes(early.used), unit: 'MiB' },
    { name: 'most in use in the second half', value: mebibytes(late.used), unit: 'MiB' },
    { name: 'growth of memory in use', value: late.used / early.used, unit: '', goal: '<= 1.1' },
    { name: 'growth of the tables', value: late.tables / early.tables, unit: '', goal: '<= 1.1' },
    { name: 'memory of the tables', value: late.tables / miner.size, unit: 'bytes/template' },
    { name: 'templates', value: miner.size, unit: 'templates' },
    { name: 'lines to overflow templates', value: overflowLines, unit: 'lines' },
    { name: 'evidence left out', value: evidenceOmissions, unit: 'times' },
  ];
}

function mineOnce(miner: TemplateMiner, { bytes, bounds }: Corpus): number {
  const before = process.cpuUsage();
  for (let i = 0; i + 1 < bounds.length; i++) miner.mine(bytes, bounds[i] ?? 0, (bounds[i + 1] ?? 0) - 1);
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

function footprintOf(miner: TemplateMiner): Footprint {
  collectGarbage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, used: heapUsed + external, tables: miner.byteLength };
}

/** Frees what nothing refers to: without it, memory in use says when the collector last ran. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}

function larger(a: Footprint, b: Footprint): Footprint {
  return {
    resident: Math.max(a.resident, b.resident),
    used: Math.max(a.used, b.used),
    tables: Math.max(a.tables, b.tables),
  };
}

function countOf(miner: TemplateMiner): number {
  let sum = 0;
  for (let index = 0; index < miner.size; index++)
    if (miner.canonical(index) === index) sum += miner.count(index);
  return sum;
}

function mebibytes(bytes: number): number {
  return bytes / 1024 / 1024;
}

/** Where the words stand that are in no sample. */
function unseenPlaces(text: Corpus, samples: readonly string[]): readonly number[] {
  const word = new RegExp(`(?<= )[a-z]{${wordLength}}(?= |\\n|$)`, 'g');
  const known = new Set(samples.flatMap((sample) => sample.match(word) ?? []));
  const places: number[] = [];
  text.lines.forEach((line, i) => {
    for (const { 0: found, index } of line.matchAll(word))
      if (!known.has(found)) places.push((text.bounds[i] ?? 0) + Buffer.byteLength(line.slice(0, index)));
  });
  return places;
}
