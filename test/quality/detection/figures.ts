import type { Row } from '../suite.js';
import { quantile } from '../suite.js';
import { CULPRIT, SCAN, TOLD } from './evaluate.js';
import type { Evaluation } from './evaluate.js';
import type { Verdict } from './judge-told.js';
import { bootstrap, formatEstimate, mean, share } from './statistics.js';

interface Judged {
  readonly verdict: Verdict;
  readonly evaluation: Evaluation;
}

/** A column of the table of methods: a figure over cases with a fault. */
interface Figure {
  readonly name: string;
  readonly of: (cases: readonly Judged[]) => number;
  readonly digits?: number;
  /** A baseline that is told the time cannot detect anything: the column says nothing of it. */
  readonly isAboutDetection?: boolean;
}

const within = (rank: number, limit: number): boolean => rank <= limit;

const figures: readonly Figure[] = [
  {
    name: 'recall',
    of: (cases) => share(cases, ({ verdict }) => verdict.isDetected),
    isAboutDetection: true,
  },
  {
    name: 'min p50',
    of: (cases) =>
      quantile(
        cases.map(({ verdict }) => verdict.minutes),
        0.5,
      ),
    digits: 1,
    isAboutDetection: true,
  },
  {
    name: 'min p95',
    of: (cases) =>
      quantile(
        cases.map(({ verdict }) => verdict.minutes),
        0.95,
      ),
    digits: 1,
    isAboutDetection: true,
  },
  { name: 'root@core', of: (cases) => share(rooted(cases), ({ verdict }) => within(verdict.rootRank, 15)) },
  { name: 'root@1', of: (cases) => share(rooted(cases), ({ verdict }) => within(verdict.rootRank, 1)) },
  { name: 'root@3', of: (cases) => share(rooted(cases), ({ verdict }) => within(verdict.rootRank, 3)) },
  { name: 'root@5', of: (cases) => share(rooted(cases), ({ verdict }) => within(verdict.rootRank, 5)) },
  {
    name: 'root in first 3 shown',
    of: (cases) => share(rooted(cases), ({ verdict }) => within(verdict.shownRank, 3)),
    isAboutDetection: true,
  },
  { name: 'service@1', of: (cases) => share(cases, ({ verdict }) => within(verdict.serviceRank, 1)) },
  { name: 'service@3', of: (cases) => share(cases, ({ verdict }) => within(verdict.serviceRank, 3)) },
  {
    name: 'hallmark',
    of: (cases) => share(keyed(cases), ({ verdict }) => verdict.isHallmarkRight),
    isAboutDetection: true,
  },
  {
    name: 'hallmark is root',
    of: (cases) => share(keyed(cases), ({ verdict }) => verdict.isHallmarkRoot),
    isAboutDetection: true,
  },
  {
    name: 'core precision',
    of: (cases) => mean(keyed(cases).map(({ verdict }) => verdict.corePrecision)),
    isAboutDetection: true,
  },
];

/** Cases whose root lines are known. */
function rooted(cases: readonly Judged[]): readonly Judged[] {
  return cases.filter(({ evaluation }) => evaluation.case.truth.hasRootLines);
}

/** Reported cases in which it is known for every line whether it is of the fault. */
function keyed(cases: readonly Judged[]): readonly Judged[] {
  return cases.filter(({ verdict, evaluation }) => verdict.isDetected && !evaluation.case.truth.hasOpenKey);
}

/** Names of all methods that judged the cases, Culprit first. */
export function methodsOf(evaluations: readonly Evaluation[]): readonly string[] {
  return [...new Set(evaluations.flatMap(({ verdicts }) => [...verdicts.keys()]))];
}

/** One row for a method: every figure with its interval. Cases without a fault count in false reports alone. */
export function methodRow(method: string, evaluations: readonly Evaluation[]): Row {
  const all = judgedBy(method, evaluations);
  const faults = all.filter(({ evaluation }) => evaluation.case.kind !== 'none');
  const isTold = method.endsWith(TOLD);
  const cells = figures.map(({ name, of, digits, isAboutDetection }) => [
    name,
    isTold && isAboutDetection === true ? '–' : formatEstimate(bootstrap(faults, of), digits),
  ]);
  const wrong = isTold ? '–' : formatEstimate(bootstrap(all, falsePerDay), 1);
  return { method, cases: faults.length, ...Object.fromEntries(cells), 'false a day': wrong } as Row;
}

/** The value of one figure of a method over cases with a fault. */
export function valueOf(name: string, evaluations: readonly Evaluation[], method: string = CULPRIT): number {
  const figure = figures.find((one) => one.name === name);
  if (figure === undefined) throw new Error(`no figure ${name}`);
  const faults = evaluations.filter((one) => one.case.kind !== 'none');
  return figure.of(judgedBy(method, faults));
}

/**
 * Figures in which a baseline is better than Culprit on the same cases; one that is told the time is compared with
 * Culprit's scan, which is told it as well.
 */
export function betterBaselines(evaluations: readonly Evaluation[]): readonly Row[] {
  const others = methodsOf(evaluations).filter((method) => /^B\d/.test(method));
  return figures.flatMap(({ name, isAboutDetection, digits = 2 }) =>
    others.flatMap((method) => {
      if (method.endsWith(TOLD) && isAboutDetection === true) return [];
      const ours = valueOf(name, evaluations, method.endsWith(TOLD) ? SCAN : CULPRIT);
      const theirs = valueOf(name, evaluations, method);
      const isBetter = name.startsWith('min') ? theirs < ours : theirs > ours;
      return isBetter
        ? [{ figure: name, method, Culprit: ours.toFixed(digits), baseline: theirs.toFixed(digits) }]
        : [];
    }),
  );
}

function judgedBy(method: string, evaluations: readonly Evaluation[]): readonly Judged[] {
  return evaluations.flatMap((evaluation) => {
    const verdict = evaluation.verdicts.get(method);
    return verdict === undefined ? [] : [{ verdict, evaluation }];
  });
}

function falsePerDay(cases: readonly Judged[]): number {
  const days = cases.reduce((sum, { evaluation }) => sum + evaluation.days, 0);
  return cases.reduce((sum, { verdict }) => sum + verdict.wrong.length, 0) / days;
}
