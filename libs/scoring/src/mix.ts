import { createExcursion, observeExcursion } from './excursion.js';
import type { Excursion } from './excursion.js';

/** How often values of rare kinds come at one place, and whether they come more often now. */
export interface Mix {
  /** Values that were of a rare kind when they came, among how many; both fade. */
  rare: number;
  values: number;
  /** Of excursions that are over: rare values, and those of them that came right after another. */
  past: { rare: number; runs: number };
  /** The same of the one that lasts: the first rare values of a failure must not teach that they come in runs. */
  now: { rare: number; runs: number };
  wasRare: boolean;
  readonly excursion: Excursion;
}

/** What came less often than this is a rare kind. */
const rareShare = 0.05;
const minValues = 96;
const memoryValues = 2_000;
/** A failure must not teach either that rare kinds come in long runs. */
const maxLearnedRun = 12;
/** Nats from which rare kinds are taken to have become frequent, which teaches nothing about how rare they are. */
const movedSum = 5;

/** A place that showed one kind of value only, so many times. */
export function createMix(values: number): Mix {
  return {
    rare: 0,
    values: Math.min(values, memoryValues),
    past: { rare: 0, runs: 0 },
    now: { rare: 0, runs: 0 },
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
  learnRuns(mix, isRare);
  return isRare ? probability : 1;
}

/** How many rare values say the same, >= 1, by how often one followed another. */
function dependenceOf({ past }: Mix): number {
  const following = (past.runs + 0.5) / (past.rare + 2);
  return (1 + following) / (1 - following);
}

function learnRuns(mix: Mix, isRare: boolean): void {
  if (isRare && mix.now.rare < maxLearnedRun) {
    mix.now.rare += 1;
    if (mix.wasRare) mix.now.runs += 1;
  }
  mix.wasRare = isRare;
  if (mix.excursion.sum > 0) return;
  mix.past = { rare: mix.past.rare + mix.now.rare, runs: mix.past.runs + mix.now.runs };
  mix.now = { rare: 0, runs: 0 };
}

function learn(mix: Mix, isRare: boolean): void {
  mix.values += 1;
  if (isRare) mix.rare += 1;
  if (mix.values < memoryValues) return;
  mix.values /= 2;
  mix.rare /= 2;
  mix.past = { rare: mix.past.rare / 2, runs: mix.past.runs / 2 };
}
