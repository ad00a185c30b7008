import type { GroundTruth, LineMatcher } from '@culprit/testkit';
import { matchesLine } from '@culprit/testkit';
import type { AnalysisResult, Report } from './analysis.js';
import { coreBodies, minutesUntil, overlaps } from './analysis.js';

/** How long after its end a fault may still cause lines that belong to it. */
export const AFTERMATH_MS = 10 * 60_000;
/** A new installation may err in its first minutes; nothing before this counts as a false report. */
export const GRACE_MS = 30 * 60_000;

/** What the reports of one scenario are worth. */
export interface Verdict {
  readonly isDetected: boolean;
  /** Minutes from onset to the first revision of the first right report; NaN when there is none. */
  readonly minutesToDetect: number;
  readonly coreSize: number;
  /** Names of the matchers seen in the core of the best right report. */
  readonly rootsInCore: readonly string[];
  readonly symptomsInCore: readonly string[];
  /** Names of the root matchers that an event with the role `cause` shows. */
  readonly causes: readonly string[];
  readonly reportsOnFault: number;
  readonly falseReports: number;
  readonly highFalseReports: number;
}

/**
 * Judges reports against the answer key: the best right report is the one whose core shows most planted lines. A report
 * is right when it overlaps the fault or its aftermath, was written after the onset, and shows a planted line or the
 * culprit; every other report after the grace period is false.
 *
 * @param start of the scenario, milliseconds
 */
export function judge(result: AnalysisResult, truth: GroundTruth<string>, start: number): Verdict {
  const right = result.reports.filter((report) => isRight(report, truth));
  const wrong = result.reports.filter(
    (report) => !right.includes(report) && Date.parse(report.created) >= start + GRACE_MS,
  );
  const best = right.toSorted((a, b) => planted(b, truth) - planted(a, truth)).at(0);
  const bodies = best === undefined ? [] : coreBodies(best);
  const causes = best?.coreEvents.filter((event) => event.role === 'cause').map((event) => event.body) ?? [];
  return {
    isDetected: best !== undefined,
    minutesToDetect: Math.min(...right.map((report) => minutesUntil(report, truth.onset)), Infinity),
    coreSize: bodies.length,
    rootsInCore: seen(truth.rootLines, bodies),
    symptomsInCore: seen(truth.symptomLines, bodies),
    causes: seen(truth.rootLines, causes),
    reportsOnFault: right.length,
    falseReports: wrong.length,
    highFalseReports: wrong.filter((report) => report.significance === 'high').length,
  };
}

function isRight(report: Report, truth: GroundTruth<string>): boolean {
  if (truth.fault === 'none') return false;
  const span = { from: truth.onset, to: truth.end + AFTERMATH_MS };
  if (!overlaps(report, span) || Date.parse(report.created) < truth.onset) return false;
  return planted(report, truth) > 0 || report.logTypes.some((logType) => logType.includes(truth.culprit));
}

function planted(report: Report, truth: GroundTruth<string>): number {
  return seen([...truth.rootLines, ...truth.symptomLines], coreBodies(report)).length;
}

function seen(matchers: readonly LineMatcher[], bodies: readonly string[]): readonly string[] {
  return matchers
    .filter((matcher) => bodies.some((body) => matchesLine(matcher, body)))
    .map((matcher) => matcher.name);
}
