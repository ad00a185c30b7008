import { statSync } from 'node:fs';
import { join } from 'node:path';
import { runCulprit } from './culprit-process.ts';
import type { Bench } from './run.ts';
import { createLoad, writeLines } from './scenario-lines.ts';

/** `culprit analyze` on one NDJSON file of mixed log types. */
export const benchAnalyze: Bench = async ({ directory, isFast }) => {
  const path = join(directory, 'load.ndjson');
  const lines = await writeLines(path, createLoad(7, isFast ? 1 : 2), isFast ? 300_000 : 1_500_000);
  const result = await runCulprit(['analyze', path, '--report', 'json']);
  if (result.exitCode !== 0) throw new Error(`analyze ended with exit code ${result.exitCode}`);
  const cpu = result.usage?.cpuSeconds ?? Number.NaN;
  return [
    { name: 'lines', value: lines, unit: 'lines' },
    { name: 'file', value: statSync(path).size / 1e6, unit: 'MB' },
    { name: 'analyze, wall', value: lines / result.seconds, unit: 'lines/s', goal: '>= 60,000' },
    { name: 'analyze, CPU', value: lines / cpu, unit: 'lines/CPU-s' },
    { name: 'peak resident memory', value: result.usage?.peakRssMegabytes ?? Number.NaN, unit: 'MB' },
  ];
};
