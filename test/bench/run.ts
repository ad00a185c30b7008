import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchAnalyze } from './analyze.bench.ts';
import { benchBus } from './bus.bench.ts';
import { benchConsole } from './console.bench.ts';
import { benchDemo } from './demo.bench.ts';
import { benchFreshness } from './freshness.bench.ts';
import { benchIngest } from './ingest.bench.ts';
import { benchInputs } from './inputs.bench.ts';
import { benchList } from './list.bench.ts';
import { benchMiningSoak } from './mining-soak.bench.ts';
import { benchMining } from './mining.bench.ts';
import { benchQueries } from './queries.bench.ts';
import { benchScoring } from './scoring.bench.ts';
import { benchNdjson } from './ndjson.bench.ts';
import { benchStages, benchStagesTwice } from './stages.bench.ts';
import { benchStart } from './start.bench.ts';
import { benchStore } from './store.bench.ts';

/** One measured figure with what was asked for. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: string;
}

/** A benchmark: runs in a directory of its own and reports figures. */
export type Bench = (options: {
  readonly directory: string;
  readonly isFast: boolean;
  /** How many lines to take, where a benchmark lets one choose. */
  readonly lines?: number;
}) => Promise<readonly Figure[]>;

const benches: Readonly<Record<string, Bench>> = {
  start: benchStart,
  analyze: benchAnalyze,
  ingest: benchIngest,
  inputs: benchInputs,
  list: benchList,
  queries: benchQueries,
  console: benchConsole,
  demo: benchDemo,
  mining: benchMining,
  'mining-soak': benchMiningSoak,
  scoring: benchScoring,
  ndjson: benchNdjson,
  bus: benchBus,
  store: benchStore,
  stages: benchStages,
  'stages-twice': benchStagesTwice,
  freshness: benchFreshness,
};

const { values, positionals } = parseArgs({
  options: {
    only: { type: 'string' },
    fast: { type: 'boolean', default: false },
    lines: { type: 'string' },
  },
  allowPositionals: true,
});
const named = [...positionals, ...(values.only?.split(',') ?? [])];
const chosen = named.length === 0 ? Object.keys(benches) : named;
const lines = values.lines === undefined ? undefined : Number(values.lines);
if (lines !== undefined && !(Number.isSafeInteger(lines) && lines > 0))
  throw new Error(`--lines: expected a whole number above 0, got "${values.lines}"`);

for (const name of chosen) {
  const bench = benches[name];
  if (bench === undefined)
    throw new Error(`no benchmark "${name}"; there are ${Object.keys(benches).join(', ')}`);
  const directory = mkdtempSync(join(tmpdir(), `culprit-bench-${name}-`));
  console.log(`\n${name} …`);
  try {
    const figures = await bench({
      directory,
      isFast: values.fast,
      ...(lines === undefined ? {} : { lines }),
    });
    for (const { name: figure, value, unit, goal } of figures) {
      const verdict = goal === undefined ? '' : `${goal.padEnd(12)} ${meets(value, goal) ? 'met' : 'MISSED'}`;
      console.log(
        `  ${figure.padEnd(44)} ${format(value).padStart(12)} ${unit.padEnd(14)} ${verdict}`.trimEnd(),
      );
    }
    if (figures.length > 0) save(name, figures);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Whether a value is what a goal such as `>= 5,000,000`, `<= 10`, `< 50` or `0` asks for. */
function meets(value: number, goal: string): boolean {
  const [, relation = '', number = ''] = /^(>=|<=|<|)\s*([\d,.]+)$/.exec(goal) ?? [];
  const bound = Number(number.replaceAll(',', ''));
  if (number === '') throw new Error(`a goal that cannot be judged: ${goal}`);
  if (relation === '>=') return value >= bound;
  if (relation === '<=') return value <= bound;
  return relation === '<' ? value < bound : value === bound;
}

function save(name: string, figures: readonly Figure[]): void {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const document = {
    bench: name,
    isFast: values.fast,
    date: new Date().toISOString(),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    node: process.version,
    machine: `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}`,
    /** Runnable threads, mean of the last minute: above the number of cores the run includes waiting for others. */
    load: loadavg()[0],
    figures,
  };
  writeFileSync(
    join(folder, `${name}${values.fast ? '-fast' : ''}.json`),
    `${JSON.stringify(document, undefined, 2)}\n`,
  );
}

function format(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}
