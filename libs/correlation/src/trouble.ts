import type { Anomaly } from '@culprit/scoring';
import { failureBits } from './failure-bits.js';
import type { Alarm } from './detectors.js';

/** A log type that said something bad for the first time, or fell silent as a whole. */
export interface Trouble {
  readonly time: number;
  readonly logType: string;
  readonly isAbsence: boolean;
}

const maxTroubles = 500;
const burstMillis = 120_000;
/** Long enough for the silence of what came every few seconds to be noticed after the first bad line. */
const windowMillis = 90_000;
const minLogTypes = 3;
const minVoices = 2;
const minSurprise = 2.4;
const silenceSurprise = 6;

/** Notes a first bad line or a silence, once per log type and burst. @returns true if the anomaly is one */
export function noteTrouble(troubles: Trouble[], anomaly: Anomaly, time: number): boolean {
  const isSilence = anomaly.evidence[0]?.kind === 'silence' && anomaly.surprise >= silenceSurprise;
  if (!isSilence && !isFirstBad(anomaly)) return false;
  const { logType } = anomaly.event.source;
  const isKnown = troubles.some(
    (one) => one.logType === logType && one.isAbsence === isSilence && time - one.time < burstMillis,
  );
  if (isKnown) return false;
  troubles.push({ time, logType, isAbsence: isSilence });
  if (troubles.length > maxTroubles) troubles.shift();
  return true;
}

/** True for something bad, said for the first time. */
export function isFirstBad(anomaly: Anomaly): boolean {
  return isNovel(anomaly) && anomaly.badness >= failureBits && anomaly.surprise >= minSurprise;
}

/** True for something said for the first time. */
export function isNovel({ evidence }: Anomaly): boolean {
  return evidence.some(({ kind }) => kind === 'novelty');
}

/**
 * How improbable it is that so many log types say something bad for the first time within a minute and a half, those
 * that fall silent counted in, by how often any of them did before: a Poisson scan over the environment as a whole, which
 * has power where each log type alone has too short a past (cf. Kulldorff 1997). What happened in the first half of the
 * past fades towards the start. Silences alone are no trouble: two log types at least must say something.
 *
 * @returns how many log types they are; with enough of them an alarm, its score -ln of how many times a day chance does that
 */
export function scanTrouble(
  troubles: readonly Trouble[],
  { at, since }: { readonly at: number; readonly since: number },
): { readonly alarm: Alarm | undefined; readonly size: number } {
  const now = troubles.filter(({ time }) => time > at - windowMillis && time <= at);
  const voices = new Set(now.filter(({ isAbsence }) => !isAbsence).map(({ logType }) => logType));
  const members = [...new Set([...voices, ...now.map(({ logType }) => logType)])];
  const size = voices.size === 0 ? 0 : members.length;
  if (voices.size < minVoices || members.length < minLogTypes) return { alarm: undefined, size };
  const age = Math.max(at - since, windowMillis);
  let past = 0.5;
  for (const { time } of troubles) {
    if (time <= at - windowMillis) past += Math.min(1, (2 * (time - since)) / age);
  }
  const expected = (past / (0.75 * age)) * windowMillis;
  const perDay = (poissonTail(members.length, expected) * 86_400_000) / windowMillis;
  return { alarm: { detector: 'wide', score: -Math.log(perDay), members, isAbsence: false }, size };
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
