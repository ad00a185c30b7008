import { formatRfc3339 } from '@culprit/kernel';
import { faultKinds, vmFaultKinds } from '@culprit/testkit';
import type { DetectionCase } from './detection/case.js';
import {
  confusedKinds,
  estateRecurrence,
  isDeterministic,
  nestingFault,
  shopRecurrence,
} from './detection/checks.js';
import type { Recurrence } from './detection/checks.js';
import { detectionClaims, scenarioClaims } from './detection/claims.js';
import type { LineCounts } from './detection/counterfactual.js';
import { CULPRIT, evaluate, evaluateTogether } from './detection/evaluate.js';
import type { Evaluation } from './detection/evaluate.js';
import { betterBaselines, methodRow, methodsOf } from './detection/figures.js';
import { dispatchCases } from './detection/dispatch-cases.js';
import { createProgress } from './detection/progress.js';
import type { Progress } from './detection/progress.js';
import { experimentCases, islandCases, unlabelledSources } from './detection/real-cases.js';
import { runCase } from './detection/run-case.js';
import { caseRow, failureRows } from './detection/rows.js';
import { estateCases, farmCases, shopCases } from './detection/scenario-cases.js';
import { estateSoak, runSoak, shopSoak } from './detection/soak.js';
import type { SoakResult } from './detection/soak.js';
import { findRealData } from './labelled-lines.js';
import type { Row, Suite, SuiteOptions, Table } from './suite.js';

const FULL_SEEDS = 3;
const FULL_LINES = 30_000;
const FAST_LINES = 30_000;
/** Kinds that are planted twice; `--fast` takes the first two of each application. */
const RECURRING = 8;
const FULL_DAYS = 7;
const FAST_DAYS = 1;
const ESTATE_DAYS = 3;
const families = ['shop', 'estate', 'farm', 'dispatch', 'openstack', 'train-ticket'];
/** Families of which totals are shown and no single case, so that nobody develops on one. */
const sealedFamilies: readonly string[] = ['dispatch'];

/**
 * Detection and correlation as a whole: every scenario and every labelled data set through the detector, through the
 * detector without one of its parts, and through the baselines, by one key.
 */
export const detectionSuite: Suite = async (options) => {
  const { cases, notes } = plan(options);
  const isWhole = options.family === undefined;
  const repeats = isWhole ? plannedRepeats(options) : [];
  const soaks = isWhole ? plannedSoaks(options) : [];
  const again = isWhole ? plannedAgain(cases) : [];
  const islands = isWhole ? plannedIslands(options) : [];
  const unlabelled = isWhole ? plannedUnlabelled() : [];
  const steps = [cases, repeats, soaks, again, islands, unlabelled].reduce(
    (sum, { length }) => sum + length,
    0,
  );
  const progress = createProgress(steps, options.say);
  const evaluations = [...(await evaluateAll(cases, progress)), ...(await runAll(islands, progress)).flat()];
  const recurrences = await runAll(repeats, progress);
  const determined = await runAll(again, progress);
  const soaked = await runAll(soaks, progress);
  const unknown = (await runAll(unlabelled, progress)).flat();
  progress.step('');
  const nesting = evaluations.flatMap(({ case: { name }, reports }) =>
    reports
      .map((report) => ({ case: name, fault: nestingFault(report) }))
      .filter(({ fault }) => fault !== ''),
  );
  return {
    rows: evaluations.filter(isOpen).map(caseRow),
    claims: isWhole
      ? detectionClaims({ evaluations, recurrences, determined, nesting, soaks: soaked })
      : scenarioClaims(options.family, evaluations),
    // A table without rows says that all is well; of a part that was not run it would be untrue.
    tables: tablesOf({ evaluations, recurrences, soaked, unknown }).filter(
      ({ rows }) => isWhole || rows.length > 0,
    ),
    notes,
  };
};

/** Something long to do, with the name that the progress shows. */
interface Step<T> {
  readonly name: string;
  readonly run: () => T;
}

async function runAll<T>(steps: readonly Step<T>[], progress: Progress): Promise<readonly T[]> {
  const done: T[] = [];
  for (const { name, run } of steps) {
    progress.step(name);
    done.push(run());
    await pause();
  }
  return done;
}

function plannedRepeats({ isFast }: SuiteOptions): readonly Step<Recurrence>[] {
  const count = isFast ? 2 : RECURRING;
  const lines = isFast ? FAST_LINES : FULL_LINES;
  return [
    ...faultKinds.slice(0, count).map((kind) => ({
      name: `shop ${kind} twice`,
      run: () => shopRecurrence(kind, 1, lines),
    })),
    ...vmFaultKinds.slice(0, count).map((kind) => ({
      name: `estate ${kind} twice`,
      run: () => estateRecurrence(kind, 1, lines),
    })),
  ];
}

function plannedSoaks({ isFast }: SuiteOptions): readonly Step<SoakResult>[] {
  const soaks = isFast ? [shopSoak(FAST_DAYS, 1)] : [shopSoak(FULL_DAYS, 1), estateSoak(ESTATE_DAYS, 1)];
  return soaks.map((soak) => ({ name: `soak of ${soak.name}`, run: () => runSoak(soak) }));
}

/** The first fault of either application, run twice more. */
function plannedAgain(cases: readonly DetectionCase[]): readonly Step<Row>[] {
  return ['shop', 'estate'].flatMap((family) => {
    const one = cases.find((candidate) => candidate.family === family && candidate.kind !== 'none');
    if (one === undefined) return [];
    return [
      { name: `${one.name} again`, run: () => ({ case: one.name, 'same bytes': isDeterministic(one) }) },
    ];
  });
}

/** One log with many faults; left out of the short form. */
function plannedIslands({ isFast }: SuiteOptions): readonly Step<readonly Evaluation[]>[] {
  const data = findRealData('nezha_tt');
  if (isFast || 'missing' in data) return [];
  return [{ name: 'train-ticket', run: () => evaluateTogether(islandCases(data.path)) }];
}

function plannedUnlabelled(): readonly Step<readonly Row[]>[] {
  const data = findRealData('galera');
  if ('missing' in data) return [];
  return unlabelledSources(data.path).map(({ name, open }) => ({
    name: `galera ${name}`,
    run: () => {
      const { lines, reports } = runCase(open(), [{ name: CULPRIT }]);
      return (reports.get(CULPRIT) ?? []).map(({ title, start, significance }) => ({
        log: name,
        lines,
        time: formatRfc3339(start).slice(0, 16),
        significance,
        title,
      }));
    },
  }));
}

function tablesOf({
  evaluations,
  recurrences,
  soaked,
  unknown,
}: {
  readonly evaluations: readonly Evaluation[];
  readonly recurrences: readonly Recurrence[];
  readonly soaked: readonly SoakResult[];
  readonly unknown: readonly Row[];
}): readonly Table[] {
  const scenarios = evaluations.filter((one) => !one.case.truth.hasOpenKey);
  return [
    ...methodTables(evaluations),
    { title: 'Where a baseline is better on the scenarios', rows: betterBaselines(scenarios) },
    { title: 'Failures', rows: failureRows(evaluations.filter(isOpen)) },
    {
      title: 'False reports a day, asked and observed',
      rows: soaked.flatMap(({ calibration }) => calibration),
    },
    {
      title: 'False reports of the soaks at the default rate',
      rows: soaked.flatMap(({ falseReports }) => falseReports),
    },
    { title: 'Recorded incidents without a key: what is reported', rows: unknown },
    { title: 'The same fault twice', rows: recurrences.map((one) => ({ ...one })) },
    { title: 'Different faults under one incident type', rows: confusedKinds(scenarios.filter(isOpen)) },
  ];
}

function plan(options: SuiteOptions): { readonly cases: readonly DetectionCase[]; readonly notes: string[] } {
  const { isFast } = options;
  const count = isFast ? 1 : Math.min(options.seeds, FULL_SEEDS);
  const seeds = Array.from({ length: count }, (_, index) => index + 1);
  const size = { seeds, linesPerHour: isFast ? FAST_LINES : FULL_LINES };
  const notes = [
    'Scenarios are generated: plausible, not recorded. Two hours of learning in event time.',
    `Of ${sealedFamilies.join(', ')} only totals are shown.`,
    'An ablation takes evidence away between scoring and correlation; surprise falls as if the test had not been made.',
    'Core precision counts what the answer key names and what the run of the same seed without the fault does not have.',
  ];
  const experiments = findRealData('osfi');
  for (const name of ['osfi', 'nezha_tt', 'galera']) {
    const data = findRealData(name);
    if ('missing' in data) notes.push(data.missing);
  }
  const real = 'missing' in experiments ? [] : experimentCases(experiments.path);
  const cases = [
    ...shopCases(size),
    ...estateCases(size),
    ...farmCases(seeds),
    ...dispatchCases(size),
    ...(isFast ? real.slice(0, 6) : real),
  ];
  if (options.family === undefined) return { cases, notes };
  const some = cases.filter(({ family }) => family === options.family);
  if (some.length === 0) throw new Error(`no case is of the family ${options.family}`);
  return { cases: some, notes };
}

async function evaluateAll(
  cases: readonly DetectionCase[],
  progress: Progress,
): Promise<readonly Evaluation[]> {
  const controls = new Map<string, LineCounts>();
  const evaluations: Evaluation[] = [];
  for (const one of cases) {
    progress.step(one.name);
    const world = `${one.family} ${String(one.seed)}`;
    const { evaluation, counts } = evaluate(one, controls.get(world));
    // Only the run without a fault is needed again.
    if (one.kind === 'none') controls.set(world, counts);
    evaluations.push(evaluation);
    await pause();
  }
  return evaluations;
}

function methodTables(evaluations: readonly Evaluation[]): readonly Table[] {
  const methods = methodsOf(evaluations);
  return families.flatMap((family) => {
    const cases = evaluations.filter((one) => one.case.family === family);
    if (cases.length === 0) return [];
    return [{ title: `Methods on ${family}`, rows: methods.map((method) => methodRow(method, cases)) }];
  });
}

function isOpen({ case: { family } }: Evaluation): boolean {
  return !sealedFamilies.includes(family);
}

/** Lets the terminal show what was written. */
async function pause(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
