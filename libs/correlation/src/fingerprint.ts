import { hashText } from '@culprit/kernel';
import type { IncidentTypeId } from '@culprit/kernel';
import type { Story } from './story.js';
import { templateKey } from './template-key.js';

/** A kind of incident that was met before. */
export interface IncidentTypeRecord {
  readonly id: IncidentTypeId;
  weightByTemplate: Map<string, number>;
  occurrences: number;
  /** Openings in ms, oldest first, at most {@link maxTimes}; reported or not. */
  readonly times: number[];
}

const sameType = 0.5;
const maxTypes = 500;
const maxTimes = 32;
const day = 86_400_000;
/** Jobs of every night do not start to the minute. */
const slack = 3_600_000;

/** Weighted Jaccard similarity of two fingerprints, 0..1. Source: Ioffe 2010. */
export function similarity(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let shared = 0;
  let all = 0;
  for (const [key, weight] of a) {
    const other = b.get(key) ?? 0;
    shared += Math.min(weight, other);
    all += Math.max(weight, other);
  }
  for (const [key, weight] of b) if (!a.has(key)) all += weight;
  return all > 0 ? shared / all : 0;
}

/** The known type most like the story, or a new one named after its hallmarks' templates. Bounded: the oldest goes. */
export function recognise(types: Map<string, IncidentTypeRecord>, story: Story): IncidentTypeRecord {
  let best: IncidentTypeRecord | undefined;
  let bestSimilarity = sameType;
  for (const type of types.values()) {
    const like = similarity(type.weightByTemplate, story.weightByTemplate);
    if (like >= bestSimilarity) {
      best = type;
      bestSimilarity = like;
    }
  }
  if (best !== undefined) return best;
  const id = typeIdOf(story);
  const known = types.get(id);
  if (known !== undefined) return known;
  const type = { id, weightByTemplate: new Map(story.weightByTemplate), occurrences: 0, times: [] };
  types.set(id, type);
  const [oldest] = types.keys();
  if (types.size > maxTypes && oldest !== undefined) types.delete(oldest);
  return type;
}

/** Counts an opening of the type. */
export function countOccurrence(type: IncidentTypeRecord, time: number): void {
  type.occurrences += 1;
  type.times.push(time);
  if (type.times.length > maxTimes) type.times.shift();
}

/**
 * True where like incidents have become part of normal life: three or more over two days at least, or four in an even
 * rhythm over half a day. What is repeated within hours (an experiment, a flapping service) is not.
 */
export function isRoutine({ times }: IncidentTypeRecord): boolean {
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  if (times.length >= 3 && span >= 2 * day - slack) return true;
  return times.length >= 4 && span >= day / 2 && isEven(times);
}

function isEven(times: readonly number[]): boolean {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  return Math.sqrt(variance) < 0.1 * mean;
}

function typeIdOf({ core }: Story): IncidentTypeId {
  const parts = [core.cause, core.symptom].map((one) => (one === undefined ? '' : templateKey(one.anomaly)));
  return hashText(parts.join('\u0001')) as IncidentTypeId;
}
