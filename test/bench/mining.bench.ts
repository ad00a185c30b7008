import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createRng } from '@culprit/kernel';
import { TemplateMiner } from '@culprit/mining';
import { measure } from './cost.ts';
import type { Bench, Figure } from './run.ts';

const corpus = join(
  process.env['CULPRIT_SHARED_DIR'] ?? join(import.meta.dirname, '..', '..', '..', 'shared'),
  'data',
  'loghub_2k',
);
const wantedLines = 2_000_000;

/** One miner over the shuffled lines of all systems of the LogHub samples: template and parameter spans of every line. */
export const benchMining: Bench = async ({ isFast }) => {
  if (!existsSync(corpus)) {
    console.log(`  left out: no ${corpus}; set CULPRIT_SHARED_DIR to where the LogHub samples are`);
    return [];
  }
  const lines = shuffled(readLines());
  const bytes = Buffer.from(lines.join(''));
  const ends = Uint32Array.from(lineEnds(bytes));
  const miner = new TemplateMiner({ scope: 'bench' });
  mineAll(miner, bytes, ends);
  const rounds = Math.ceil((isFast ? wantedLines / 10 : wantedLines) / lines.length);
  const { cpuMs } = await measure(() => {
    for (let round = 0; round < rounds; round++) mineAll(miner, bytes, ends);
    return Promise.resolve();
  });
  const figures: Figure[] = [
    { name: 'lines of the corpus', value: lines.length, unit: 'lines' },
    { name: 'templates', value: miner.size, unit: 'templates' },
    {
      name: 'mining, known lines',
      value: ((rounds * lines.length) / cpuMs) * 1_000,
      unit: 'lines/CPU-s',
      goal: '>= 3,000,000',
    },
    {
      name: 'memory of the tables',
      value: miner.byteLength / miner.size,
      unit: 'bytes/template',
      goal: '< 600',
    },
  ];
  return figures;
};

function mineAll(miner: TemplateMiner, bytes: Uint8Array, ends: Uint32Array): void {
  let start = 0;
  for (const end of ends) {
    miner.mine(bytes, start, end);
    start = end + 1;
  }
}

function readLines(): string[] {
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.log.gz'),
  );
  if (files.length === 0) throw new Error(`no *.log.gz below ${corpus}`);
  return files.flatMap((name) =>
    gunzipSync(readFileSync(join(corpus, name)))
      .toString()
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((line) => `${line}\n`),
  );
}

/** Fisher and Yates, seeded. */
function shuffled(lines: string[]): string[] {
  const rng = createRng(7);
  for (let i = lines.length - 1; i > 0; i--) {
    const j = Math.floor(rng.next() * (i + 1));
    [lines[i], lines[j]] = [lines[j] ?? '', lines[i] ?? ''];
  }
  return lines;
}

function* lineEnds(bytes: Uint8Array): Generator<number> {
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) yield at;
}
