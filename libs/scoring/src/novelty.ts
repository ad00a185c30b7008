import type { LogTypeBaseline, TemplateBaseline } from './baseline.js';
import { episodeGapMillis } from './baseline.js';

const windowSeconds = episodeGapMillis / 1000;
const memorySeconds = 7 * 86_400;
const changePhaseMillis = 180_000;
const maxPods = 500;

/**
 * Probability that a log type shows a template for the first time within two minutes.
 *
 * Outside change phases the rate of first times is estimated with weights that grow with the square of the age at which
 * each happened: what was new at start-up fades as the log type grows older (Heaps' law says that novelty falls as a
 * power of time), so warm-up needs no mode of its own. In a change phase (a new pod, a roll-out) novelty is expected
 * and counted apart. Cf. Good-Turing: the rate of singletons estimates the unseen.
 *
 * @param ageSeconds age of the log type, >= 0
 * @returns (0, 1]; O(1)
 */
export function noveltyProbability(logType: LogTypeBaseline, time: number): number {
  const { novelty } = logType;
  const age = ageSeconds(logType, time);
  const rate = isChanging(logType, time)
    ? (novelty.changeCount + 3) / (novelty.changeSeconds + 180)
    : (novelty.squaredAges / Math.max(1, age * age) + 0.5) / (age / 3 + 60);
  return 1 - Math.exp(-rate * windowSeconds);
}

/** Counts a first time into the phase it fell into. Call after {@link noveltyProbability}. */
export function countNovelty(logType: LogTypeBaseline, time: number): void {
  const age = ageSeconds(logType, time);
  if (isChanging(logType, time)) logType.novelty.changeCount += 1;
  else logType.novelty.squaredAges += age * age;
}

/** Notes which pod spoke; a pod never seen before, beside known ones, opens a change phase of three minutes. */
export function notePod(logType: LogTypeBaseline, pod: string, time: number): void {
  if (pod === '') return;
  const isNew = !logType.pods.has(pod);
  if (isNew && logType.pods.size > 0) {
    const { novelty } = logType;
    const from = Math.max(time, novelty.changeUntil);
    const until = time + changePhaseMillis;
    novelty.changeSeconds += Math.max(0, until - from) / 1000;
    novelty.changeUntil = Math.max(novelty.changeUntil, until);
  }
  logType.pods.delete(pod);
  logType.pods.set(pod, time);
  if (logType.pods.size > maxPods) {
    for (const oldest of logType.pods.keys()) {
      logType.pods.delete(oldest);
      break;
    }
  }
}

/** True within three minutes after a new pod of the log type spoke. */
export function isChanging(logType: LogTypeBaseline, time: number): boolean {
  return time < logType.novelty.changeUntil;
}

/**
 * Probability that a known template starts a new stretch of activity within two minutes: the predictive tail of a
 * Poisson process whose rate has a Gamma(n + 1/2, T) posterior (Jeffreys prior).
 *
 * @returns (0, 1]; O(1)
 */
export function rarityProbability(
  template: TemplateBaseline,
  logType: LogTypeBaseline,
  time: number,
): number {
  const age = Math.min(ageSeconds(logType, time), memorySeconds) + windowSeconds;
  return 1 - (age / (age + windowSeconds)) ** (episodesNow(template, time) + 0.5);
}

/** Counts a stretch of activity that begins at `time`. */
export function countEpisode(template: TemplateBaseline, time: number): void {
  template.episodes = episodesNow(template, time) + 1;
  template.episodesAt = time;
}

function episodesNow(template: TemplateBaseline, time: number): number {
  const elapsed = Math.max(0, time - template.episodesAt) / 1000;
  return template.episodes * 2 ** (-elapsed / memorySeconds);
}

function ageSeconds(logType: LogTypeBaseline, time: number): number {
  return Math.max(0, time - logType.firstSeen) / 1000;
}
