import { scanAt } from '@culprit/correlation';
import type { RootCauseReport } from '@culprit/correlation';
import { toEpochMillis, toEpochNanos } from '@culprit/kernel';
import { baselines, LineIndex, reportsOf } from '@culprit/testkit';
import type { BaselineLine } from '@culprit/testkit';
import type { Anomaly, AnomalyBatch } from '@culprit/scoring';
import { ablations } from './ablations.js';
import type { DetectionCase, Truth } from './case.js';
import { isCaused, LineCounts } from './counterfactual.js';
import { judgeTold, rootRankOf, serviceRankOf } from './judge-told.js';
import type { Verdict } from './judge-told.js';
import { runCase } from './run-case.js';
import type { Shown, Told } from './told.js';
import { shownLines, toldByBaseline, toldByReport } from './told.js';

/** The detector as it is shipped. */
export const CULPRIT = 'Culprit';
/** A method that is told when the fault began. */
export const TOLD = ' (told when)';
/** `culprit scan` at the onset. */
export const SCAN = `${CULPRIT} scan${TOLD}`;

const MINUTE = 60_000;
const DAY = 86_400_000;
/** What a baseline that is told the onset may read. */
const TOLD_MS = 3 * MINUTE;
/** Anomalies further from a fault than this are not kept for a scan. */
const NEAR_MS = 30 * MINUTE;

/** What every method was worth on one case. */
export interface Evaluation {
  readonly case: DetectionCase;
  readonly lines: number;
  /** Days of logs in which false reports count. */
  readonly days: number;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Culprit's reports. */
  readonly reports: readonly RootCauseReport[];
  /** Lines of the report's stretch of time for each core event; NaN without a report. */
  readonly compression: number;
}

/** A log after all methods went over it, before anybody judges. */
interface Run {
  readonly lines: number;
  readonly reports: ReadonlyMap<string, readonly RootCauseReport[]>;
  /** Anomalies near the faults, for a scan at a time. */
  readonly anomalies: readonly Anomaly[];
  readonly feed: BaselineFeed;
  readonly counts: LineCounts;
  /** What every method told by itself. */
  readonly told: ReadonlyMap<string, readonly Told[]>;
}

/**
 * Runs a case through all methods.
 *
 * @param control what came in the run of the same seed without a fault; undefined where there is none
 */
export function evaluate(
  one: DetectionCase,
  control: LineCounts | undefined,
): { readonly evaluation: Evaluation; readonly counts: LineCounts } {
  const run = runAll(one, [one.truth.onset]);
  const stretch = { from: one.truth.onset, to: one.truth.end + MINUTE };
  const caused = (line: Shown): boolean =>
    control !== undefined && isCaused(line.text, stretch, { fault: run.counts, control });
  return { evaluation: judgeRun(one, run, caused), counts: run.counts };
}

/** Runs the one log that several cases lie in. What none of them claims is false, and told with the first. */
export function evaluateTogether(cases: readonly DetectionCase[]): readonly Evaluation[] {
  const [first] = cases;
  if (first === undefined) return [];
  const run = runAll(
    first,
    cases.map(({ truth }) => truth.onset),
  );
  const all = cases.map((one) => judgeRun(one, run, () => false));
  return all.map((evaluation, index) => ({
    ...evaluation,
    days: evaluation.days / all.length,
    reports: index === 0 ? evaluation.reports : [],
    verdicts: new Map(
      [...evaluation.verdicts].map(([method, verdict]) => {
        const isClaimed = (told: Told): boolean =>
          all.some((other) => other.verdicts.get(method)?.wrong.includes(told) === false);
        return [
          method,
          { ...verdict, wrong: index === 0 ? verdict.wrong.filter((told) => !isClaimed(told)) : [] },
        ];
      }),
    ),
  }));
}

function runAll(one: DetectionCase, onsets: readonly number[]): Run {
  const counts = new LineCounts(Math.min(...onsets) - MINUTE);
  const feed = new BaselineFeed(counts);
  const anomalies: Anomaly[] = [];
  const keep = (batch: AnomalyBatch): AnomalyBatch => {
    anomalies.push(...batch.anomalies.filter((anomaly) => isNear(anomaly, onsets)));
    return batch;
  };
  const source = one.open((line) => {
    feed.add(line);
  });
  const { lines, reports } = runCase(source, [{ name: CULPRIT, transform: keep }, ...ablations]);
  const told = new Map<string, readonly Told[]>();
  for (const [name, found] of reports) told.set(name, found.map(toldByReport));
  for (const baseline of baselines)
    told.set(baseline.name, reportsOf(baseline, feed.index).map(toldByBaseline));
  return { lines, reports, anomalies, feed, counts, told };
}

function isNear({ event }: Anomaly, onsets: readonly number[]): boolean {
  return onsets.some((onset) => Math.abs(toEpochMillis(event.time) - onset) <= NEAR_MS);
}

function judgeRun(one: DetectionCase, run: Run, caused: (line: Shown) => boolean): Evaluation {
  const { truth } = one;
  const { feed, reports } = run;
  const verdicts = new Map<string, Verdict>();
  for (const [name, told] of run.told) verdicts.set(name, judgeTold(told, truth, caused));
  if (one.kind !== 'none') {
    verdicts.set(SCAN, judgeScan(truth, run.anomalies));
    for (const [name, verdict] of judgeTolds(one, run)) verdicts.set(name, verdict);
  }
  const best = verdicts.get(CULPRIT)?.best;
  const inside = best === undefined ? Number.NaN : countLines(feed.index, best);
  return {
    case: one,
    lines: run.lines,
    days: Math.max(0, feed.lastMillis - Math.max(feed.firstMillis, truth.judgedFrom)) / DAY,
    verdicts,
    reports: reports.get(CULPRIT) ?? [],
    compression: inside / (best?.ranked.length ?? 1),
  };
}

/** Gives the lines to the baselines, whose index begins with the first of them. */
class BaselineFeed {
  readonly #counts: LineCounts;
  #index: LineIndex | undefined;
  firstMillis = Number.NaN;
  lastMillis = Number.NaN;

  constructor(counts: LineCounts) {
    this.#counts = counts;
  }

  get index(): LineIndex {
    if (this.#index === undefined) throw new Error('the case has no lines');
    return this.#index;
  }

  add(line: BaselineLine): void {
    if (this.#index === undefined) {
      this.#index = new LineIndex(line.timeMillis);
      this.firstMillis = line.timeMillis;
    }
    this.lastMillis = line.timeMillis;
    this.#index.add(line);
    this.#counts.add(line.timeMillis, line.message);
  }
}

/** What the baselines tell of the time they are told about. */
function judgeTolds({ truth }: DetectionCase, { feed, told }: Run): readonly (readonly [string, Verdict])[] {
  const stretch = { from: truth.onset, to: Math.min(truth.end, truth.onset + TOLD_MS) };
  return baselines.map((baseline) => {
    const shown = shownLines(baseline.rank(feed.index, stretch));
    const own = judgeTold(told.get(baseline.name) ?? [], truth);
    const ranks = { rootRank: rootRankOf(shown, truth), serviceRank: serviceRankOf(shown, truth) };
    return [`${baseline.name}${TOLD}`, { ...own, ...ranks, wrong: [] }] as const;
  });
}

/** What `culprit scan` tells of the time it is asked about. */
function judgeScan(truth: Truth, anomalies: readonly Anomaly[]): Verdict {
  const environment = anomalies[0]?.event.source.environment;
  const report =
    environment === undefined ? undefined : scanAt(anomalies, { at: toEpochNanos(truth.onset), environment });
  const told = report === undefined ? [] : [toldByReport(report)];
  return judgeTold(
    told.map((one) => ({ ...one, created: truth.onset })),
    truth,
  );
}

function countLines(
  index: LineIndex,
  { start, end }: { readonly start: number; readonly end: number },
): number {
  let count = 0;
  for (const many of index.countsIn({ from: start, to: Math.max(end, start + 1) }).values()) count += many;
  return count;
}

/** The first right report of a case, undefined when there is none. */
export function rightReport({ reports, verdicts }: Evaluation): RootCauseReport | undefined {
  const best = verdicts.get(CULPRIT)?.best;
  return reports.find(
    ({ title, start }) => best !== undefined && title === best.title && toEpochMillis(start) === best.start,
  );
}
