import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { developmentFaultKinds } from '@culprit/testkit';
import { analyze } from './analysis.js';
import { judge } from './judge.js';
import { writeScenario } from './scenario-file.js';
import type { Row, Suite } from './suite.js';
import { countTrue, oneDecimal, quantile, sum } from './suite.js';

/** Faults other than the demo's: are they seen, and is a line of the component where it began in the core? */
export const faultsSuite: Suite = async (options) => {
  const rows: Row[] = [];
  const kinds = developmentFaultKinds.filter((kind) => kind !== 'network-corruption');
  const seeds = options.isFast ? 1 : Math.min(options.seeds, 2);
  for (const fault of kinds) {
    for (let seed = 1; seed <= seeds; seed++) {
      options.say(`${fault}, seed ${String(seed)}`);
      const { path, scenario } = writeScenario(options.directory, {
        fault,
        seed: 100 + seed,
        learnMinutes: options.isFast ? 40 : 60,
        tailMinutes: 15,
        eventsPerHour: options.isFast ? 200_000 : 500_000,
      });
      const result = await analyze(path, join(options.directory, 'report.json'));
      unlinkSync(path);
      const verdict = judge(result, scenario.groundTruth, scenario.start);
      rows.push({
        fault: `${fault} ${String(seed)}`,
        lines: result.input.lines,
        detected: verdict.isDetected,
        root: verdict.rootsInCore.length > 0,
        'root is cause': verdict.causes.length > 0,
        'roots in core': verdict.rootsInCore.join(', '),
        core: verdict.coreSize,
        minutes: oneDecimal(verdict.minutesToDetect),
        reports: verdict.reportsOnFault,
        false: verdict.falseReports,
        'high false': verdict.highFalseReports,
      });
    }
  }
  const minutes = rows.map((row) => Number(row['minutes']));
  const share = (column: string, wanted: number): { isMet: boolean; measured: string } => ({
    isMet: countTrue(rows, column) >= wanted * rows.length,
    measured: `${String(countTrue(rows, column))} of ${String(rows.length)}`,
  });
  return {
    rows,
    claims: [
      { claim: 'detected in at least 4 of 5', ...share('detected', 0.8) },
      { claim: 'a root line in the core in at least 3 of 5', ...share('root', 0.6) },
      {
        claim: 'half of them within 3 minutes',
        isMet: quantile(minutes, 0.5) <= 3,
        measured: `${oneDecimal(quantile(minutes, 0.5))} min`,
      },
      {
        claim: 'no false report of high significance',
        isMet: sum(rows, 'high false') === 0,
        measured: String(sum(rows, 'high false')),
      },
    ],
    notes: [],
  };
};
