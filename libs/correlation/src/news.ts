import type { Anomaly } from '@culprit/scoring';
import { timeOf } from './onset.js';

const newsSurprise = 1.2;
const gapMillis = 60_000;
const openingMillis = 1_000;

/** A stretch of news of one log type. */
export interface NewsBurst {
  /** The first of it. */
  readonly shown: Anomaly;
  /** What the first says within its second, itself included. */
  readonly opening: readonly Anomaly[];
  /** The largest surprise in it. */
  readonly surprise: number;
}

/** True for a first time of a line or of a kind of value, or for values where they never were, however mild. */
function isNews({ surprise, evidence }: Anomaly): boolean {
  return surprise >= newsSurprise && evidence.some(({ kind }) => kind === 'novelty' || kind === 'parameter');
}

/**
 * News of a stretch of time in bursts: what one log type says within a minute of its last news counts once.
 *
 * @param known in order of time. O(n)
 */
export function newsBursts(
  known: readonly Anomaly[],
  { from, until }: { readonly from: number; readonly until: number },
): NewsBurst[] {
  const bursts: { shown: Anomaly; opening: Anomaly[]; surprise: number }[] = [];
  const newestByLogType = new Map<string, { index: number; time: number }>();
  for (const anomaly of known) {
    const time = timeOf(anomaly);
    if (time < from || time > until || !isNews(anomaly)) continue;
    const { logType } = anomaly.event.source;
    const newest = newestByLogType.get(logType);
    const isSame = newest !== undefined && time - newest.time <= gapMillis;
    const index = isSame ? newest.index : bursts.length;
    const burst = (bursts[index] ??= { shown: anomaly, opening: [], surprise: 0 });
    if (time - timeOf(burst.shown) <= openingMillis) burst.opening.push(anomaly);
    burst.surprise = Math.max(burst.surprise, anomaly.surprise);
    newestByLogType.set(logType, { index, time });
  }
  return bursts;
}
