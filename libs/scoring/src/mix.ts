import { createExcursion, observeExcursion } from './excursion.js';
import type { Excursion } from './excursion.js';

/** How often values of rare kinds come at one place, and whether they come more often now. */
export interface Mix {
  /** Values that were of a rare kind when they came, among how many; both fade. */
  rare: number;
  values: number;
  /** Rare ones that came right after another; fades. */
  runs: number;
  wasRare: boolean;
  readonly excursion: Excursion;
}

/** What came less often than this is a rare kind. */
const rareShare = 0.05;
const minValues = 96;
const memoryValues = 2_000;
/** Rare values that stand for what is not known yet: the first ones of a failure must not teach that they come in runs. */
const priorRare = 8;
/** Nats from which rare kinds are taken to have become frequent, which teaches nothing about how rare they are. */
const movedSum = 5;

/** A place that showed one kind of value only, so many times. */
export function createMix(values: number): Mix {
  return {
    rare: 0,
    values: Math.min(values, memoryValues),
    runs: 0,
    wasRare: false,
    excursion: createExcursion(),
  };
}

/**
 * Takes in the kind of one value, by the share it had so far, and tells how improbable it is that rare kinds came so often
 * lately; 1 for a value of a usual kind. A place where most kinds are rare, such as one of ids, says nothing,
 * and where rare kinds come in runs, as with a client that asks the same again and again, a run counts for little. O(1)
 */
export function observeMix(mix: Mix, share: number): number {
  const isRare = share <= rareShare;
  const usualShare = (mix.rare + 1) / (mix.values + 2);
  const probability =
    mix.values < minValues
      ? 1
      : observeExcursion(mix.excursion, { isBeyond: isRare, usualShare, dependence: dependenceOf(mix) });
  if (mix.excursion.sum < movedSum) learn(mix, isRare);
  mix.wasRare = isRare;
  return isRare ? probability : 1;
}

/** How many rare values say the same, >= 1, by how often one follows another. */
function dependenceOf({ rare, runs }: Mix): number {
  const following = (runs + 0.5) / (rare + priorRare);
  return (1 + following) / (1 - following);
}

function learn(mix: Mix, isRare: boolean): void {
  mix.values += 1;
  if (isRare) mix.rare += 1;
  if (isRare && mix.wasRare) mix.runs += 1;
  if (mix.values < memoryValues) return;
  mix.values /= 2;
  mix.rare /= 2;
  mix.runs /= 2;
}
