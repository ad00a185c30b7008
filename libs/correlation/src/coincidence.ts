import type { Anomaly } from '@culprit/scoring';
import { isAbsence } from './absence.js';
import { timeOf } from './onset.js';

const pastMillis = 4_800_000;
const gapMillis = 360_000;
const minPastMillis = 600_000;
const burstMillis = 60_000;
/** Bins are ten seconds long: what lies closer together has no order. */
const binMillis = 10_000;

/**
 * What programs say by themselves: most complain about something every few minutes, and what one of them happens to say
 * beside a failure is no part of it.
 */
export interface Background {
  /** By log type, the surprises of its past, largest first; what it said within a minute counts once. */
  readonly surprisesByLogType: ReadonlyMap<string, readonly number[]>;
  /** Length of the past, ms; 0 where it is too short to say anything. */
  readonly millis: number;
}

/**
 * The hour before an onset, without its last minutes, which may belong to the story.
 *
 * @param known in order of time. O(n log n)
 */
export function backgroundOf(known: readonly Anomaly[], onset: number): Background {
  const until = onset - gapMillis;
  const first = known[0];
  const from = Math.max(first === undefined ? until : timeOf(first), onset - pastMillis);
  if (until - from < minPastMillis) return { surprisesByLogType: new Map(), millis: 0 };
  const bursts = new Map<string, { time: number; surprise: number }[]>();
  for (const anomaly of known) {
    const time = timeOf(anomaly);
    if (time < from || time > until || isAbsence(anomaly)) continue;
    const { logType } = anomaly.event.source;
    const ofLogType = bursts.get(logType) ?? [];
    bursts.set(logType, ofLogType);
    const newest = ofLogType.at(-1);
    if (newest === undefined || time - newest.time > burstMillis)
      ofLogType.push({ time, surprise: anomaly.surprise });
    else newest.surprise = Math.max(newest.surprise, anomaly.surprise);
  }
  const surprisesByLogType = new Map(
    [...bursts].map(([logType, all]) => [
      logType,
      all.map(({ surprise }) => surprise).toSorted((a, b) => b - a),
    ]),
  );
  return { surprisesByLogType, millis: until - from };
}

/**
 * How many events at least as surprising as this one its log type is expected to say by chance between it and the onset:
 * far below one for what belongs to the story. O(log n)
 */
export function coincidences(
  { surprisesByLogType, millis }: Background,
  anomaly: Anomaly,
  onset: number,
): number {
  if (millis === 0) return 0;
  const surprises = surprisesByLogType.get(anomaly.event.source.logType) ?? [];
  const distance = Math.abs(timeOf(anomaly) - onset) + binMillis;
  return ((countAtLeast(surprises, anomaly.surprise) + 0.5) / millis) * distance;
}

function countAtLeast(falling: readonly number[], least: number): number {
  let low = 0;
  let high = falling.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((falling[middle] ?? 0) >= least) low = middle + 1;
    else high = middle;
  }
  return low;
}
