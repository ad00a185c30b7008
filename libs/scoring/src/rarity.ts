import { episodeGapMillis } from './baseline.js';
import type { LogTypeBaseline, RarityClass, TemplateBaseline } from './baseline.js';
import { ageSeconds, gradeOf } from './novelty.js';

/** A known line that comes back after a pause. Times are observed ones: see liveness.ts. */
export interface Return {
  readonly template: TemplateBaseline;
  readonly time: number;
}

const windowSeconds = episodeGapMillis / 1000;
const memorySeconds = 7 * 86_400;
const burstMillis = 120_000;
/** Stretches of activity up to which a line belongs to a class of rare lines: each holds the ones before it. */
const classEnds = [1.5, 3, 6, 12, 24] as const;

const none: RarityClass = { squaredAges: 0, lastBurst: -Infinity };

/**
 * Probability that a known line at least as rare and as bad as this one comes back to its log type within two minutes.
 *
 * Of the line alone it is the predictive tail of a Poisson process whose rate has a Gamma(n + 1/2, T) posterior (Jeffreys
 * prior). But where a program has a hundred rare lines, one of them comes back every few minutes, and none of them is
 * news: so the rate at which lines seen no more often came back counts too, by the frequencies of frequencies (Good 1953),
 * weighted like first times with the square of the age at which each came.
 *
 * @returns (0, 1]; O(1)
 */
export function rarityProbability(logType: LogTypeBaseline, { template, time }: Return): number {
  const episodes = episodesNow(template, time);
  const age = Math.min(ageSeconds(logType, time), memorySeconds) + windowSeconds;
  const alone = 1 - (age / (age + windowSeconds)) ** (episodes + 0.5);
  const kind = classOf(episodes);
  if (kind < 0) return alone;
  const known = logType.rarity[indexOf(gradeOf(template.badness) + 1, kind)] ?? none;
  const seconds = Math.max(1, ageSeconds(logType, time));
  const own = time - known.lastBurst < burstMillis ? ageSeconds(logType, known.lastBurst) ** 2 : 0;
  const bursts = Math.max(0, known.squaredAges - own) / seconds ** 2;
  const rate = (bursts + 0.5) / (seconds / 3 + 60);
  return Math.max(alone, 1 - Math.exp(-rate * windowSeconds));
}

/** Counts the return of a line, once per burst, to every class it belongs to; then its stretch of activity. */
export function countReturn(logType: LogTypeBaseline, { template, time }: Return): void {
  if (template.total > 0) countClasses(logType, { template, time });
  template.episodes = episodesNow(template, time) + 1;
  template.episodesAt = time;
}

function countClasses(logType: LogTypeBaseline, { template, time }: Return): void {
  const kind = classOf(episodesNow(template, time));
  if (kind < 0) return;
  for (let i = 0; i <= gradeOf(template.badness) + 1; i++) {
    for (let j = kind; j < classEnds.length; j++) {
      const known = (logType.rarity[indexOf(i, j)] ??= { ...none });
      if (time - known.lastBurst < burstMillis) continue;
      known.lastBurst = time;
      known.squaredAges += ageSeconds(logType, time) ** 2;
    }
  }
}

/** The narrowest class of lines seen so often; -1 for a line that is not rare. */
function classOf(episodes: number): number {
  return classEnds.findIndex((end) => episodes <= end);
}

function indexOf(grade: number, kind: number): number {
  return grade * classEnds.length + kind;
}

function episodesNow(template: TemplateBaseline, time: number): number {
  const elapsed = Math.max(0, time - template.episodesAt) / 1000;
  return template.episodes * 2 ** (-elapsed / memorySeconds);
}
