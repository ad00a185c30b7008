import { toEpochMillis } from '@culprit/kernel';
import type { Anomaly } from '@culprit/scoring';
import { isAbsence } from './absence.js';
import { isFirstBad } from './trouble.js';

const idleSurprise = 3;
const quietCostPerSecond = 0.06;
const warningMillis = 180_000;

/** Event time of an anomaly in ms. */
export function timeOf(anomaly: Anomaly): number {
  return toEpochMillis(anomaly.event.time);
}

/**
 * When it began: walking back from the opening, the start of the stretch with the largest gain, where surprise above
 * three nats gains and quiet time costs (the maximum-gain segment; cf. CUSUM, Page 1954).
 *
 * Absences do not count: they are noticed late, and the end of the load makes many at once.
 *
 * @param anomalies of the member log types, in order of time
 * @returns ms; the opening itself if nothing before it belongs to the story. O(n)
 */
export function findOnset(anomalies: readonly Anomaly[], openedAt: number): number {
  let onset = openedAt;
  let gain = 0;
  let best = 0;
  for (let i = anomalies.length - 1; i >= 0; i--) {
    const anomaly = anomalies[i];
    if (anomaly === undefined || timeOf(anomaly) > openedAt) continue;
    if (isAbsence(anomaly)) continue;
    gain += Math.max(0, anomaly.surprise - idleSurprise);
    const cost = (quietCostPerSecond * (openedAt - timeOf(anomaly))) / 1000;
    if (anomaly.surprise > idleSurprise && gain - cost >= best) {
      best = gain - cost;
      onset = timeOf(anomaly);
    }
  }
  return onset;
}

/**
 * When the programs of a story first said something bad that they had never said: up to three minutes before the
 * onset. A program that warns and is then blocked is quiet for longer than a stretch of surprise reaches.
 *
 * @param known in order of time. @returns the onset itself where nobody did. O(n)
 */
export function firstWarning(
  known: readonly Anomaly[],
  {
    onset,
    members,
    isChance,
  }: {
    readonly onset: number;
    readonly members: ReadonlySet<string>;
    /** True for what the environment says every few minutes anyway. */
    readonly isChance: (anomaly: Anomaly) => boolean;
  },
): number {
  const warning = known.find(
    (one) =>
      timeOf(one) >= onset - warningMillis &&
      members.has(one.event.source.logType) &&
      isFirstBad(one) &&
      !isChance(one),
  );
  return Math.min(onset, warning === undefined ? onset : timeOf(warning));
}
