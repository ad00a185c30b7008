import type { Row } from '../suite.js';
import { oneDecimal } from '../suite.js';
import { CULPRIT } from './evaluate.js';
import type { Truth } from './case.js';
import type { Evaluation } from './evaluate.js';
import type { Verdict } from './judge-told.js';

const CORE_LIMIT = 15;

/** What Culprit made of one case. */
export function caseRow(evaluation: Evaluation): Row {
  const { case: one, lines, reports, compression } = evaluation;
  const { wrong, ...verdict } = verdictOf(evaluation);
  const common = { case: one.name, shows: one.manifestation, lines };
  if (one.kind === 'none') return { ...common, reports: reports.length, false: wrong.length };
  return {
    ...common,
    detected: verdict.isDetected,
    min: oneDecimal(verdict.minutes),
    core: verdict.coreSize,
    root: rankText(verdict.rootRank),
    service: rankText(verdict.serviceRank),
    hallmark: verdict.isHallmarkRight,
    precision: Number.isFinite(verdict.corePrecision) ? verdict.corePrecision.toFixed(2) : '–',
    'lines a core event': Number.isFinite(compression) ? Math.round(compression) : '–',
    reports: verdict.rightReports,
    false: wrong.length,
  };
}

/** Every case that failed, with what failed: the work list. */
export function failureRows(evaluations: readonly Evaluation[]): readonly Row[] {
  return evaluations.flatMap((evaluation) => {
    const { case: one } = evaluation;
    const verdict = verdictOf(evaluation);
    const missed = one.kind === 'none' ? [] : missing(verdict, one.truth);
    const wrong = verdict.wrong.map(({ title }) => `false: ${title}`);
    const told = verdict.best?.title ?? '';
    return [...missed, ...wrong].map((failure) => ({
      case: one.name,
      shows: one.manifestation,
      failure,
      'what the report says': failure.startsWith('false') ? '' : told,
    }));
  });
}

/** Culprit's verdict on a case. */
export function verdictOf({ verdicts, case: one }: Evaluation): Verdict {
  const verdict = verdicts.get(CULPRIT);
  if (verdict === undefined) throw new Error(`${one.name} was not judged`);
  return verdict;
}

function missing(verdict: Verdict, truth: Truth): readonly string[] {
  if (!verdict.isDetected) return ['not detected'];
  return [
    ...(truth.hasRootLines && verdict.rootRank > CORE_LIMIT ? ['no root line in the core'] : []),
    ...(verdict.isHallmarkRight || truth.hasOpenKey ? [] : ['no hallmark is of the fault']),
    ...(verdict.serviceRank > 3 ? ['the culprit is not among the first three log types'] : []),
    ...(verdict.minutes > 10 ? ['later than ten minutes'] : []),
  ];
}

function rankText(rank: number): string {
  return Number.isFinite(rank) ? String(rank) : '–';
}
