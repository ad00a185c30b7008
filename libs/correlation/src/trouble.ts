import type { Anomaly } from '@culprit/scoring';
import type { Alarm } from './detectors.js';

/** A log type that said something bad for the first time. */
export interface Trouble {
  readonly time: number;
  readonly logType: string;
}

const maxTroubles = 500;
const burstMillis = 120_000;
const windowMillis = 60_000;
const minLogTypes = 3;
const minSurprise = 2.4;
const minBadness = 1.5;

/** Notes a first bad line, once per log type and burst. @returns true if the anomaly is one */
export function noteTrouble(troubles: Trouble[], anomaly: Anomaly, time: number): boolean {
  const isFirst = anomaly.evidence.some(({ kind }) => kind === 'novelty');
  if (!isFirst || anomaly.badness < minBadness || anomaly.surprise < minSurprise) return false;
  const { logType } = anomaly.event.source;
  if (troubles.some((one) => one.logType === logType && time - one.time < burstMillis)) return false;
  troubles.push({ time, logType });
  if (troubles.length > maxTroubles) troubles.shift();
  return true;
}

/**
 * How improbable it is that so many log types say something bad for the first time within a minute, by how often any
 * of them did before: a Poisson scan over the environment as a whole, which has power where each log type alone has
 * too short a past (cf. Kulldorff 1997). What happened in the first half of the past fades towards the start.
 *
 * @returns -ln of how many times a day chance does that
 */
export function scanTrouble(
  troubles: readonly Trouble[],
  { at, since }: { readonly at: number; readonly since: number },
): Alarm | undefined {
  const now = troubles.filter(({ time }) => time > at - windowMillis);
  if (now.length < minLogTypes) return undefined;
  const age = Math.max(at - since, windowMillis);
  let past = 0.5;
  for (const { time } of troubles) {
    if (time <= at - windowMillis) past += Math.min(1, (2 * (time - since)) / age);
  }
  const expected = (past / (0.75 * age)) * windowMillis;
  const perDay = (poissonTail(now.length, expected) * 86_400_000) / windowMillis;
  const members = [...new Set(now.map(({ logType }) => logType))];
  return { detector: 'wide', score: -Math.log(perDay), members, isAbsence: false };
}

/** P(X >= count) for a Poisson variable. */
function poissonTail(count: number, mean: number): number {
  let term = Math.exp(-mean);
  for (let k = 1; k <= count; k++) term *= mean / k;
  let total = 0;
  for (let k = count + 1; k < count + 50; k++) {
    total += term;
    term *= mean / k;
  }
  return Math.max(total, 1e-12);
}
