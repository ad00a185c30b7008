import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from './analysis.js';
import { judge } from './judge.js';
import { writeScenario } from './scenario-file.js';
import type { Row, Suite, SuiteOptions } from './suite.js';
import { countTrue, oneDecimal, sum } from './suite.js';

const CORE_LIMIT = 15;
const DETECTION_LIMIT_MINUTES = 10;
/** The four kinds of line that tell the story, by the names of the scenario's matchers. */
export const STORY = ['experiment event', 'kernel device', 'orders timeout', 'front-end 500'] as const;
/** What names the cause: any of the experiment's own Kubernetes events, or what it did to the network device. */
export const CAUSES = ['engine event', 'experiment event', 'injection event', 'kernel device'] as const;

/** The demo: does the report of the network corruption tell its story, and is a normal day left alone? */
export const demoSuite: Suite = async (options) => {
  const rows: Row[] = [];
  for (let seed = 1; seed <= options.seeds; seed++) rows.push(await judgeFault(options, seed));
  const controls: Row[] = [];
  for (let seed = 1; seed <= (options.isFast ? 1 : Math.min(options.seeds, 2)); seed++)
    controls.push(await judgeControl(options, seed));
  const all = (column: string): { isMet: boolean; measured: string } => ({
    isMet: countTrue(rows, column) === rows.length,
    measured: `${String(countTrue(rows, column))} of ${String(rows.length)}`,
  });
  return {
    rows: [...rows, ...controls],
    claims: [
      { claim: 'the network corruption is reported', ...all('detected') },
      { claim: `at most ${String(CORE_LIMIT)} core events`, ...all('small') },
      { claim: 'the four kinds of line are in the core', ...all('story') },
      { claim: 'the named cause is the experiment or the kernel line', ...all('cause') },
      { claim: `first revision within ${String(DETECTION_LIMIT_MINUTES)} minutes`, ...all('in time') },
      {
        claim: 'no false report of high significance, with faults or without',
        isMet: sum([...rows, ...controls], 'high false') === 0,
        measured: String(sum([...rows, ...controls], 'high false')),
      },
      {
        claim: 'at most 1 report in a control after its first 30 minutes',
        isMet: controls.every((row) => Number(row['false']) <= 1),
        measured: controls.map((row) => String(row['false'])).join(', '),
      },
    ],
    notes: ['The scenario is generated: its noise is plausible, not recorded.'],
  };
};

async function judgeFault(options: SuiteOptions, seed: number): Promise<Row> {
  options.say(`network corruption, seed ${String(seed)}`);
  const { path, scenario } = writeScenario(options.directory, {
    fault: 'network-corruption',
    seed,
    learnMinutes: 120,
    tailMinutes: 15,
    ...(options.isFast ? { eventsPerHour: 140_000 } : {}),
  });
  const result = await analyze(path, join(options.directory, 'report.json'));
  unlinkSync(path);
  const verdict = judge(result, scenario.groundTruth, scenario.start);
  const shown = [...verdict.rootsInCore, ...verdict.symptomsInCore];
  const missing = STORY.filter((name) => !shown.includes(name));
  return {
    scenario: `corruption ${String(seed)}`,
    lines: result.input.lines,
    detected: verdict.isDetected,
    core: verdict.coreSize,
    small: verdict.isDetected && verdict.coreSize <= CORE_LIMIT,
    story: verdict.isDetected && missing.length === 0,
    missing: missing.join(', '),
    cause: CAUSES.some((name) => verdict.causes.includes(name)),
    minutes: oneDecimal(verdict.minutesToDetect),
    'in time': verdict.minutesToDetect <= DETECTION_LIMIT_MINUTES,
    reports: verdict.reportsOnFault,
    false: verdict.falseReports,
    'high false': verdict.highFalseReports,
  };
}

async function judgeControl(options: SuiteOptions, seed: number): Promise<Row> {
  options.say(`control without a fault, seed ${String(seed)}`);
  const { path, scenario } = writeScenario(options.directory, {
    fault: 'none',
    seed,
    learnMinutes: 120,
    tailMinutes: 30,
    ...(options.isFast ? { eventsPerHour: 140_000 } : {}),
  });
  const result = await analyze(path, join(options.directory, 'report.json'));
  unlinkSync(path);
  const verdict = judge(result, scenario.groundTruth, scenario.start);
  return {
    scenario: `control ${String(seed)}`,
    lines: result.input.lines,
    reports: 0,
    false: verdict.falseReports,
    'high false': result.reports.filter((report) => report.significance === 'high').length,
  };
}
