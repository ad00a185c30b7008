import { join } from 'node:path';
import { startServer } from './culprit-process.ts';
import { readUsage } from './process-meter.ts';
import type { Bench, Figure } from './run.ts';

/** From nothing to ready, with an empty and with an existing data directory. */
export const benchStart: Bench = async ({ directory }) => {
  const data = join(directory, 'data');
  const cold = await startServer(data, 46_811);
  const usage = readUsage(cold.pid);
  await cold.stop();
  const warm = await startServer(data, 46_811);
  await warm.stop();
  const figures: Figure[] = [
    { name: 'start, empty data directory', value: cold.startSeconds, unit: 's', goal: '< 5' },
    { name: 'start, existing data directory', value: warm.startSeconds, unit: 's', goal: '< 5' },
    { name: 'resident memory when ready', value: usage?.rssMegabytes ?? Number.NaN, unit: 'MB' },
  ];
  return figures;
};
