import type { Anomaly } from '@culprit/scoring';
import { newsBursts } from './news.js';
import { timeOf } from './onset.js';

const reachMillis = 300_000;
const gapMillis = 60_000;
const pastMillis = 4_800_000;
const minPastMillis = 300_000;
/** Bins are ten seconds long: what lies closer together has no order. */
const binMillis = 10_000;
/** As unusual news that chance puts between a precursor and the onset, anywhere in the environment. */
const maxExpected = 0.3;
const maxPrecursors = 2;

/**
 * What was new in the minutes before the onset, however mild, where news are so rare that chance hardly puts them there:
 * a setting that was changed, an index that was dropped, a link that went down long before anybody complained.
 *
 * For every first time of a line or a value up to five minutes ahead: how many log types are expected to say something
 * as unusual in the time between it and the onset, by the hour before. The first of a burst speaks for all of it.
 *
 * @param known in order of time. @returns at most two, the least expected first. O(n log n)
 */
export function precursorsOf(known: readonly Anomaly[], onset: number): Anomaly[] {
  const first = known[0];
  if (first === undefined) return [];
  const until = onset - reachMillis - gapMillis;
  const from = Math.max(timeOf(first), onset - pastMillis);
  if (until - from < minPastMillis) return [];
  const past = newsBursts(known, { from, until });
  const near = newsBursts(known, { from: until, until: onset - 1 }).filter(
    ({ shown }) => timeOf(shown) >= onset - reachMillis,
  );
  return near
    .map(({ shown, opening, surprise }) => {
      const alike = past.filter((other) => other.surprise >= surprise).length;
      return { opening, expected: ((alike + 0.5) / (until - from)) * (onset - timeOf(shown) + binMillis) };
    })
    .filter(({ expected }) => expected < maxExpected)
    .toSorted((a, b) => a.expected - b.expected)
    .flatMap(({ opening }) => opening)
    .slice(0, maxPrecursors);
}
