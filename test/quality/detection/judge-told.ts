import type { Truth } from './case.js';
import type { Shown, Told } from './told.js';

/** A cause may be dated a little before the fault by rounding to bins; what is earlier is another line of its kind. */
const EARLY_MS = 15_000;
const CORE_LIMIT = 15;

/** What a method is worth on one case. Ranks count from 1, Infinity is never. */
export interface Verdict {
  readonly isDetected: boolean;
  /** From the onset to when the first right report could be read. */
  readonly minutes: number;
  readonly coreSize: number;
  /** Rank of the first root line among the lines of the best right report, the likely cause first. */
  readonly rootRank: number;
  /** The same in the order the lines are shown in. */
  readonly shownRank: number;
  /** Rank of the culprit among the log types, in the order of their first ranked line. */
  readonly serviceRank: number;
  /** A hallmark is a root or symptom line. */
  readonly isHallmarkRight: boolean;
  readonly isHallmarkRoot: boolean;
  /** Part of the core that is a root or symptom line or was caused by the fault; NaN without a report. */
  readonly corePrecision: number;
  readonly rightReports: number;
  /** Reports about nothing. Of a run with a fault those from the onset on: before it, it is its control. */
  readonly wrong: readonly Told[];
  readonly best: Told | undefined;
}

/**
 * Judges what a method told against the answer key. A report is right when it overlaps the fault or its aftermath, could
 * not be read before the onset, and shows a planted line or names the culprit; any other is false. Of several right ones the one with most planted lines counts.
 *
 * @param isCaused whether a line came because of the fault though no matcher knows it
 */
export function judgeTold(
  told: readonly Told[],
  truth: Truth,
  isCaused: (line: Shown) => boolean = () => false,
): Verdict {
  const right = told.filter((one) => isRight(one, truth));
  const planted = (one: Told): number => one.ranked.filter((line) => isPlanted(line, truth)).length;
  const best = right.toSorted((a, b) => planted(b) - planted(a)).at(0);
  const lines = best?.ranked.slice(0, CORE_LIMIT) ?? [];
  const created = right.map((one) => (one.created - truth.onset) / 60_000);
  return {
    isDetected: best !== undefined,
    minutes: Math.min(...created, Infinity),
    coreSize: lines.length,
    rootRank: rankOf(lines, (line) => isRoot(line, truth)),
    shownRank: rankOf(best?.inOrder ?? [], (line) => isRoot(line, truth)),
    serviceRank: rankOf(byLogType(lines), (line) => truth.isCulprit(line)),
    isHallmarkRight: best?.hallmarks.some((line) => isPlanted(line, truth)) ?? false,
    isHallmarkRoot: best?.hallmarks.some((line) => isRoot(line, truth)) ?? false,
    corePrecision: lines.filter((line) => isPlanted(line, truth) || isCaused(line)).length / lines.length,
    rightReports: right.length,
    wrong: told.filter((one) => !right.includes(one) && one.created >= truth.judgedFrom),
    best,
  };
}

/** Rank of the first root line among lines that were asked for a known time. */
export function rootRankOf(lines: readonly Shown[], truth: Truth): number {
  return rankOf(lines, (line) => isRoot(line, truth));
}

/** Rank of the culprit among the log types of lines. */
export function serviceRankOf(lines: readonly Shown[], truth: Truth): number {
  return rankOf(byLogType(lines), (line) => truth.isCulprit(line));
}

function isRight(one: Told, truth: Truth): boolean {
  if (one.start > truth.end + truth.aftermathMillis || one.end < truth.onset) return false;
  if (one.created < truth.onset) return false;
  if (truth.hasOpenKey) return true;
  return (
    one.ranked.some((line) => isPlanted(line, truth)) || one.places.some((place) => truth.isCulprit(place))
  );
}

function isRoot(line: Shown, truth: Truth): boolean {
  return line.timeMillis >= truth.onset - EARLY_MS && truth.isRoot(line.text);
}

function isPlanted(line: Shown, truth: Truth): boolean {
  return isRoot(line, truth) || (line.timeMillis >= truth.onset - EARLY_MS && truth.isSymptom(line.text));
}

function byLogType(lines: readonly Shown[]): readonly Shown[] {
  const first = new Map<string, Shown>();
  for (const line of lines) if (!first.has(line.logType)) first.set(line.logType, line);
  return [...first.values()];
}

function rankOf(lines: readonly Shown[], isWanted: (line: Shown) => boolean): number {
  const index = lines.findIndex(isWanted);
  return index === -1 ? Infinity : index + 1;
}
