import type { BaselineLine, DispatchChangeKind, DispatchFaultKind } from '@culprit/testkit';
import { createDispatchScenario, dispatchChangeKinds, dispatchFaultKinds } from '@culprit/testkit';
import type { DetectionCase, Manifestation } from './case.js';
import { blocksOf, START, truthOf } from './scenario-cases.js';
import type { ScenarioSize } from './scenario-cases.js';

const LEARN_MINUTES = 120;
const TAIL_MINUTES = 20;

/** What does not show as errors; every other kind does. */
const manifestations: Readonly<Partial<Record<DispatchFaultKind, Manifestation>>> = {
  'job-stopped': 'silence',
  'half-open': 'silence',
  'flag-slows': 'slowness',
  'noisy-neighbour': 'slowness',
  'lag-grows': 'value',
  'surge-wrong': 'value',
  'ports-exhausted': 'early',
  'config-pushed': 'early',
  'migration-locks': 'early',
};

/**
 * Runs of the dispatch platform by seed: the benign changes, about which nothing is to be told, then the control, then
 * every fault.
 */
export function dispatchCases({ seeds, linesPerHour }: ScenarioSize): readonly DetectionCase[] {
  return seeds.flatMap((seed) => [
    ...dispatchChangeKinds.map((change) => dispatchCase({ fault: 'none', change, seed, linesPerHour })),
    ...(['none', ...dispatchFaultKinds] as const).map((fault) => dispatchCase({ fault, seed, linesPerHour })),
  ]);
}

function dispatchCase(options: {
  readonly fault: DispatchFaultKind | 'none';
  readonly change?: DispatchChangeKind;
  readonly seed: number;
  readonly linesPerHour: number;
}): DetectionCase {
  const { fault, change, seed } = options;
  const scenario = createDispatchScenario({
    ...options,
    startTime: START,
    learnMinutes: LEARN_MINUTES,
    tailMinutes: TAIL_MINUTES,
  });
  return {
    name: `dispatch ${change ?? fault} ${String(seed)}`,
    family: 'dispatch',
    kind: fault,
    seed,
    manifestation: fault === 'none' ? 'none' : (manifestations[fault] ?? 'errors'),
    truth: truthOf(scenario.groundTruth, scenario.start),
    open: (take: (line: BaselineLine) => void) => ({
      lanes: [
        {
          file: 'dispatch.ndjson',
          blocks: blocksOf(scenario.lines(), ({ timeMillis, logType, text }) => {
            take({ timeMillis, logType, message: text });
          }),
        },
      ],
      referenceMillis: START,
    }),
  };
}
