import type { Claim, Row } from '../suite.js';
import { countTrue, oneDecimal, quantile } from '../suite.js';
import type { Recurrence } from './checks.js';
import type { Evaluation } from './evaluate.js';
import { betterBaselines, valueOf } from './figures.js';
import type { ExperimentCase } from './real-cases.js';
import { verdictOf } from './rows.js';
import type { SoakResult } from './soak.js';
import { isWithinFactor } from './soak.js';

/** Everything that was measured. */
export interface Measured {
  readonly evaluations: readonly Evaluation[];
  readonly recurrences: readonly Recurrence[];
  readonly determined: readonly Row[];
  /** Reports whose zoom levels do not nest. */
  readonly nesting: readonly Row[];
  readonly soaks: readonly SoakResult[];
}

/** What detection must reach, with what it reaches. */
export function detectionClaims(measured: Measured): readonly Claim[] {
  const { evaluations } = measured;
  return [
    ...['shop', 'estate', 'farm', 'dispatch'].flatMap((family) =>
      scenarioClaims(
        family,
        evaluations.filter((one) => one.case.family === family),
      ),
    ),
    ...experimentClaims(evaluations.filter((one) => one.case.family === 'openstack')),
    ...islandClaims(evaluations.filter((one) => one.case.family === 'train-ticket')),
    ...soakClaims(measured.soaks),
    ...formClaims(measured),
  ];
}

const goals: readonly (readonly [figure: string, goal: number])[] = [
  ['recall', 0.9],
  ['root@core', 0.85],
  ['root@3', 0.7],
  ['hallmark', 0.85],
  ['core precision', 0.6],
];

/** What must be reached on one application. */
export function scenarioClaims(family: string, cases: readonly Evaluation[]): readonly Claim[] {
  const atLeast = goals.map(([figure, goal]): Claim => {
    const value = valueOf(figure, cases);
    return {
      claim: `${family}: ${figure} at least ${String(goal)}`,
      isMet: value >= goal,
      measured: value.toFixed(2),
    };
  });
  const hidden = cases.filter((one) => ['silence', 'slowness'].includes(one.case.manifestation));
  const hiddenRecall = valueOf('recall', hidden);
  const minutes = [valueOf('min p50', cases), valueOf('min p95', cases)] as const;
  const wrong = cases.reduce((sum, one) => sum + verdictOf(one).wrong.length, 0);
  return [
    ...atLeast,
    {
      claim: `${family}: faults that show as silence or slowness, recall at least 0.7`,
      isMet: hiddenRecall >= 0.7,
      measured: `${hiddenRecall.toFixed(2)} of ${String(hidden.length)}`,
    },
    {
      claim: `${family}: detected within 3 minutes (p50) and 10 (p95)`,
      isMet: minutes[0] <= 3 && minutes[1] <= 10,
      measured: `${oneDecimal(minutes[0])} and ${oneDecimal(minutes[1])}`,
    },
    {
      claim: `${family}: at most one false report in ten runs`,
      isMet: wrong <= cases.length / 10,
      measured: `${String(wrong)} in ${String(cases.length)}`,
    },
    {
      claim: `${family}: no baseline is better in any figure`,
      isMet: betterBaselines(cases).length === 0,
      measured: `${String(betterBaselines(cases).length)} times better`,
    },
  ];
}

function experimentClaims(cases: readonly Evaluation[]): readonly Claim[] {
  if (cases.length === 0) return [];
  const inTime = cases.filter((one) => {
    const { noticedAt } = one.case as ExperimentCase;
    const { minutes, isDetected } = verdictOf(one);
    return isDetected && !(one.case.truth.onset + minutes * 60_000 > noticedAt + 60_000);
  }).length;
  const wrong = cases.reduce((sum, one) => sum + verdictOf(one).wrong.length, 0);
  const root = valueOf('root@core', cases);
  const of = ` of ${String(cases.length)}`;
  return [
    {
      claim: 'openstack: reported before the error a user sees or within 60 s of it, at least 0.85',
      isMet: inTime >= 0.85 * cases.length,
      measured: `${String(inTime)}${of}`,
    },
    {
      claim: 'openstack: a line with the mutated file in the core, at least 0.6',
      isMet: root >= 0.6,
      measured: root.toFixed(2),
    },
    {
      claim: 'openstack: at most 0.3 false reports an experiment',
      isMet: wrong <= 0.3 * cases.length,
      measured: `${String(wrong)} in ${String(cases.length)}`,
    },
  ];
}

function islandClaims(cases: readonly Evaluation[]): readonly Claim[] {
  if (cases.length === 0) return [];
  const code = cases.filter((one) => ['return', 'exception'].includes(one.case.kind));
  const wrong = cases.reduce((sum, one) => sum + verdictOf(one).wrong.length, 0);
  const claim = (name: string, some: readonly Evaluation[], goal: number): Claim => {
    const value = valueOf('service@3', some);
    return {
      claim: `train-ticket: ${name}, service@3 at least ${String(goal)}`,
      isMet: value >= goal,
      measured: `${value.toFixed(2)} of ${String(some.length)}, recall ${valueOf('recall', some).toFixed(2)}; ${String(wrong)} reports outside of all faults`,
    };
  };
  return [claim('code faults', code, 0.9), claim('all faults', cases, 0.55)];
}

function soakClaims(soaks: readonly SoakResult[]): readonly Claim[] {
  return soaks.flatMap(({ name, days, observed }) => [
    ...[0.3, 1].map((asked): Claim => {
      const seen = observed.get(asked) ?? Number.NaN;
      return {
        claim: `soak of ${name}: false reports within a factor of two of ${String(asked)} a day`,
        isMet: isWithinFactor(asked, seen, days),
        measured: `${seen.toFixed(2)} a day`,
      };
    }),
    {
      claim: `soak of ${name}: at most one false report a day by default`,
      isMet: (observed.get(0.5) ?? Infinity) <= 1,
      measured: `${(observed.get(0.5) ?? Number.NaN).toFixed(2)} a day`,
    },
  ]);
}

function formClaims({ evaluations, recurrences, determined, nesting }: Measured): readonly Claim[] {
  const again = recurrences.filter((one) => one.reportedFirst && one.reportedAgain);
  const same = again.filter((one) => one.isRecognised).length;
  const compression = evaluations.map((one) => one.compression);
  return [
    {
      claim: 'zoom levels of every report nest',
      isMet: nesting.length === 0,
      measured: `${String(nesting.length)} do not`,
    },
    {
      claim: 'two runs give the same bytes',
      isMet: countTrue(determined, 'same bytes') === determined.length,
      measured: `${String(countTrue(determined, 'same bytes'))} of ${String(determined.length)}`,
    },
    {
      claim: 'a fault that comes again has the same incident type, at least 0.9',
      isMet: same >= 0.9 * again.length && again.length > 0,
      measured: `${String(same)} of ${String(again.length)} that were reported twice`,
    },
    {
      claim: 'lines of a report for each core event, half of them at least 100',
      isMet: quantile(compression, 0.5) >= 100,
      measured: String(Math.round(quantile(compression, 0.5))),
    },
  ];
}
