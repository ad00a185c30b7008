import type { Anomaly } from '@culprit/scoring';
import { timeOf } from './onset.js';

const aroundMillis = 60_000;
const beforeMillis = 1_200_000;
const hintSurprise = 1.2;
/** Log types that may say something as unusual around the onset by chance. */
const maxExpected = 0.5;

/**
 * Something new, however mild, within a minute of the onset: quiet log types whisper their part of the story.
 *
 * Among many programs somebody always says something new. A hint is one only where, by the twenty minutes before, hardly
 * any log type is expected to say something as unusual within two minutes.
 *
 * @param known in order of time. O(n log n)
 */
export function hintsOf(known: readonly Anomaly[], onset: number): Anomaly[] {
  const faint = known.filter(
    ({ surprise, evidence }) =>
      surprise >= hintSurprise && evidence.some(({ kind }) => kind === 'novelty' || kind === 'parameter'),
  );
  const before = burstsOf(faint.filter((one) => isWithin(one, onset - beforeMillis, onset - aroundMillis)));
  const window = (2 * aroundMillis) / (beforeMillis - aroundMillis);
  return faint.filter((hint) => {
    if (!isWithin(hint, onset - aroundMillis, onset + aroundMillis)) return false;
    return before.filter((surprise) => surprise >= hint.surprise).length * window < maxExpected;
  });
}

function isWithin(anomaly: Anomaly, from: number, until: number): boolean {
  const time = timeOf(anomaly);
  return time >= from && time <= until;
}

/** The strongest surprise of each stretch of news of one log type. */
function burstsOf(anomalies: readonly Anomaly[]): number[] {
  const strongest: number[] = [];
  const newestByLogType = new Map<string, { index: number; time: number }>();
  for (const anomaly of anomalies) {
    const { logType } = anomaly.event.source;
    const time = timeOf(anomaly);
    const burst = newestByLogType.get(logType);
    const isSame = burst !== undefined && time - burst.time <= aroundMillis;
    const index = isSame ? burst.index : strongest.length;
    strongest[index] = Math.max(strongest[index] ?? 0, anomaly.surprise);
    newestByLogType.set(logType, { index, time });
  }
  return strongest;
}
