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
import type { Variant } from './run-case.js';
import { runCase } from './run-case.js';
import type { Shown } from './told.js';
import { shownLines, toldByBaseline, toldByReport } from './told.js';

/** The detector as it is shipped. */
export const CULPRIT = 'Culprit';
/** A method that is told when the fault began. */
export const TOLD = ' (told when)';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** What a baseline that is told the onset may read. */
const TOLD_MS = 3 * MINUTE;

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

/** The variants that run behind one scorer. */
export const variants: readonly Variant[] = [{ name: CULPRIT }, ...ablations];

/**
 * Runs a case through all methods.
 *
 * @param control what came in the run of the same seed without a fault; undefined where there is none
 */
export function evaluate(
  one: DetectionCase,
  control: LineCounts | undefined,
): { readonly evaluation: Evaluation; readonly counts: LineCounts } {
  const { truth } = one;
  const counts = new LineCounts(truth.onset - MINUTE);
  const feed = new BaselineFeed(counts);
  const anomalies: Anomaly[] = [];
  const keep = (batch: AnomalyBatch): AnomalyBatch => {
    anomalies.push(...batch.anomalies.filter(({ event }) => isNear(toEpochMillis(event.time), truth.onset)));
    return batch;
  };
  const { lines, reports } = runCase(
    one.open((line) => {
      feed.add(line);
    }),
    [...variants.slice(0, 1).map((variant) => ({ ...variant, transform: keep })), ...variants.slice(1)],
  );
  const stretch = { from: truth.onset, to: truth.end + MINUTE };
  const caused = (line: Shown): boolean =>
    control !== undefined && isCaused(line.text, stretch, { fault: counts, control });
  const verdicts = new Map<string, Verdict>();
  for (const [name, told] of reports) verdicts.set(name, judgeTold(told.map(toldByReport), truth, caused));
  for (const [name, verdict] of judgeBaselines(one, feed.index, caused)) verdicts.set(name, verdict);
  if (one.kind !== 'none') verdicts.set(`${CULPRIT} scan${TOLD}`, judgeScan(truth, anomalies));
  const own = reports.get(CULPRIT) ?? [];
  const best = verdicts.get(CULPRIT)?.best;
  const inside = best === undefined ? Number.NaN : countLines(feed.index, best);
  const evaluation = {
    case: one,
    lines,
    days: Math.max(0, feed.lastMillis - Math.max(feed.firstMillis, truth.judgedFrom)) / DAY,
    verdicts,
    reports: own,
    compression: inside / (best?.ranked.length ?? 1),
  };
  return { evaluation, counts };
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

function judgeBaselines(
  { truth, kind }: DetectionCase,
  index: LineIndex,
  caused: (line: Shown) => boolean,
): readonly (readonly [string, Verdict])[] {
  return baselines.flatMap((baseline) => {
    const own = judgeTold(reportsOf(baseline, index).map(toldByBaseline), truth, caused);
    if (kind === 'none') return [[baseline.name, own] as const];
    const stretch = { from: truth.onset, to: Math.min(truth.end, truth.onset + TOLD_MS) };
    const shown = shownLines(baseline.rank(index, stretch));
    const told = { ...own, rootRank: rootRankOf(shown, truth), serviceRank: serviceRankOf(shown, truth) };
    return [[baseline.name, own] as const, [`${baseline.name}${TOLD}`, told] as const];
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

function isNear(timeMillis: number, onset: number): boolean {
  return Math.abs(timeMillis - onset) <= 30 * MINUTE;
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
