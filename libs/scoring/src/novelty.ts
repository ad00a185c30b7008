import type { LogTypeBaseline, NoveltyGrade } from './baseline.js';
import { episodeGapMillis } from './baseline.js';

const windowSeconds = episodeGapMillis / 1000;
const changePhaseMillis = 180_000;
const maxPods = 500;
const burstMillis = 120_000;
/** Badness in bits from which a line is one of trouble, of failure, of failure with a stack trace or worse. */
const gradeBits = [1.5, 3.5, 5.5] as const;

const noBurst: NoveltyGrade = { count: 0, changeCount: 0, lastBurst: -Infinity };

/** A line met for the first time. All times of this file are observed ones: see liveness.ts. */
export interface FirstTime {
  readonly time: number;
  readonly badness: number;
}

/**
 * Probability that a log type starts a burst of templates never seen before within two minutes; for lines of trouble,
 * a burst with such lines in it.
 *
 * Outside change phases the rate of bursts is estimated with weights that grow with the square of the age at which
 * each happened: what was new at start-up fades as the log type grows older (Heaps' law says that novelty falls as a
 * power of time), so warm-up needs no mode of its own. Lines of trouble are rarer and are counted apart, with equal
 * weights, by grade: what counts against a line is how often lines at least as bad were new. In a change phase (a new pod, a roll-out) novelty is expected and counted apart too.
 * Cf. Good-Turing: the rate of singletons estimates the unseen.
 *
 * @returns (0, 1]; O(1)
 */
export function noveltyProbability(logType: LogTypeBaseline, { time, badness }: FirstTime): number {
  const { novelty } = logType;
  const age = ageSeconds(logType, time);
  const reached = gradeOf(badness);
  const grade = reached < 0 ? undefined : (novelty.grades[reached] ?? noBurst);
  const inBurst = time - (grade?.lastBurst ?? novelty.lastBurst) < burstMillis ? 1 : 0;
  let rate: number;
  if (isChanging(logType, time)) {
    const count = grade === undefined ? novelty.changeCount + 3 : grade.changeCount + 0.5;
    rate = Math.max(0.5, count - inBurst) / (novelty.changeSeconds + 180);
  } else if (grade !== undefined) {
    rate = Math.max(0.5, grade.count - inBurst + 0.5) / (age + windowSeconds);
  } else {
    const burst = ageSeconds(logType, novelty.lastBurst) ** 2 * inBurst;
    rate = (Math.max(0, novelty.squaredAges - burst) / Math.max(1, age * age) + 0.5) / (age / 3 + 60);
  }
  return 1 - Math.exp(-rate * windowSeconds);
}

/** Counts a first time, once per burst, into the phase it fell into. */
export function countNovelty(logType: LogTypeBaseline, { time, badness }: FirstTime): void {
  const { novelty } = logType;
  const isChange = isChanging(logType, time);
  if (time - novelty.lastBurst >= burstMillis) {
    novelty.lastBurst = time;
    if (isChange) novelty.changeCount += 1;
    else novelty.squaredAges += ageSeconds(logType, time) ** 2;
  }
  for (let i = 0; i <= gradeOf(badness); i++) {
    const grade = (novelty.grades[i] ??= { ...noBurst });
    if (time - grade.lastBurst < burstMillis) continue;
    grade.lastBurst = time;
    if (isChange) grade.changeCount += 1;
    else grade.count += 1;
  }
}

/** Index of the highest grade a line reaches; -1 for a line without trouble. */
export function gradeOf(badness: number): number {
  return gradeBits.findLastIndex((bits) => badness >= bits);
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

/** Observed time since the log type was first heard of, s. */
export function ageSeconds(logType: LogTypeBaseline, time: number): number {
  return Math.max(0, time - logType.firstObserved) / 1000;
}
