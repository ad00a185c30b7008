import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TemplateMiner } from '@culprit/mining';
import { findCorpora, readLabelled, readUnlabelled } from './corpora.ts';
import { scoreParsing } from './score.ts';
import type { ParsingScore } from './score.ts';
import { measureSpeed } from './speed.ts';

const DEVELOPED = ['Android', 'BGL', 'Linux', 'OpenSSH', 'Proxifier'];
const HELD_OUT = ['Apache', 'HDFS', 'HPC', 'Spark', 'Windows'];
const METRICS = ['GA', 'FGA', 'PA', 'FTA'] as const;

/** Final template text of every line, after all merges. */
function mineAll(lines: readonly string[]): { texts: string[]; miner: TemplateMiner } {
  const miner = new TemplateMiner({ scope: 'quality' });
  const indices = lines.map((line) => {
    const bytes = Buffer.from(line);
    return miner.mine(bytes, 0, bytes.length);
  });
  return { texts: indices.map((index) => miner.templateText(index)), miner };
}

function average(scores: readonly ParsingScore[]): Record<(typeof METRICS)[number], number> {
  const mean = (key: (typeof METRICS)[number]): number =>
    scores.reduce((sum, score) => sum + score[key], 0) / scores.length;
  return { GA: mean('GA'), FGA: mean('FGA'), PA: mean('PA'), FTA: mean('FTA') };
}

function format(name: string, score: Record<(typeof METRICS)[number], number>, note = ''): string {
  return `${name.padEnd(12)}${METRICS.map((key) => ` ${key} ${score[key].toFixed(3)}`).join('')}  ${note}`;
}

function scoreSystems(directory: string, systems: readonly string[]): Record<string, ParsingScore> {
  const scores: Record<string, ParsingScore> = {};
  for (const system of systems) {
    const { contents, templates } = readLabelled(directory, system);
    const score = scoreParsing(templates, mineAll(contents).texts);
    scores[system] = score;
    console.log(format(system, score, `${score.predicted} templates, ${score.truth} true`));
  }
  return scores;
}

function countUnlabelled(directory: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [name, lines] of readUnlabelled(directory)) {
    const { texts, miner } = mineAll(lines);
    counts[name] = new Set(texts).size;
    console.log(`${name.padEnd(22)} ${lines.length} lines, ${counts[name]} templates, ${miner.size} indices`);
  }
  return counts;
}

function main(directory: string): void {
  const developed = scoreSystems(directory, DEVELOPED);
  const heldOut = scoreSystems(directory, HELD_OUT);
  const developedAverage = average(Object.values(developed));
  const heldOutAverage = average(Object.values(heldOut));
  console.log(format('developed', developedAverage));
  console.log(format('held out', heldOutAverage));
  const unlabelled = countUnlabelled(directory);
  const contents = [...DEVELOPED, ...HELD_OUT].flatMap((system) => readLabelled(directory, system).contents);
  const speed = measureSpeed(contents);
  console.log(
    `speed: ${(speed.linesPerCpuSecond / 1e6).toFixed(2)} M lines per CPU second on ${speed.lines} shuffled lines, ` +
      `${((100 * speed.linesPerCpuSecond) / speed.hashLinesPerCpuSecond).toFixed(0)} % of FNV-1a over the same bytes; ` +
      `${speed.bytesPerTemplate.toFixed(0)} B per template`,
  );
  const results = {
    developed,
    heldOut,
    developedAverage,
    heldOutAverage,
    unlabelledTemplates: unlabelled,
    speed,
  };
  const file = join(dirname(fileURLToPath(import.meta.url)), '../results/mining.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}

const corpora = findCorpora();
if (corpora === undefined) {
  console.error(
    'mining quality: no corpora. Set CULPRIT_SHARED_DIR to the directory that holds data/loghub_2k.',
  );
  process.exitCode = 2;
} else {
  main(corpora);
}
