import type { Anomaly } from '@culprit/scoring';
import { newsBursts } from './news.js';

const aroundMillis = 60_000;
const beforeMillis = 1_200_000;
/** Log types that may say something as unusual around the onset by chance. */
const maxExpected = 0.5;

/**
 * Something new, however mild, within a minute of the onset: quiet log types whisper their part of the story. Of a burst
 * the first is the hint.
 *
 * Among many programs somebody always says something new. A hint is one only where, by the twenty minutes before, hardly
 * any log type is expected to say something as unusual within two minutes.
 *
 * @param known in order of time. O(n log n)
 */
export function hintsOf(known: readonly Anomaly[], onset: number): Anomaly[] {
  const before = newsBursts(known, { from: onset - beforeMillis, until: onset - aroundMillis });
  const around = newsBursts(known, { from: onset - aroundMillis, until: onset + aroundMillis });
  const window = (2 * aroundMillis) / (beforeMillis - aroundMillis);
  return around
    .filter(
      (hint) => before.filter(({ surprise }) => surprise >= hint.surprise).length * window < maxExpected,
    )
    .map(({ shown }) => shown);
}
