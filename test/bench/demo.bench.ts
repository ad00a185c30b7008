import { runCulprit } from './culprit-process.ts';
import type { Bench } from './run.ts';

/** `npm run demo` from start to the report. */
export const benchDemo: Bench = async ({ isFast }) => {
  const result = await runCulprit(['demo', '--exit', '--port', '46813', ...(isFast ? ['--fast'] : [])]);
  if (result.exitCode !== 0) throw new Error(`demo ended with exit code ${result.exitCode}`);
  return [
    { name: 'demo, start to report', value: result.seconds, unit: 's', goal: isFast ? '< 60' : '< 240' },
    { name: 'demo, CPU', value: result.usage?.cpuSeconds ?? Number.NaN, unit: 'CPU-s' },
    {
      name: 'peak resident memory',
      value: result.usage?.peakRssMegabytes ?? Number.NaN,
      unit: 'MB',
      goal: '< 700',
    },
  ];
};
