import type { Anomaly } from '@culprit/scoring';
import { isAbsence } from './absence.js';
import { changeKindOf } from './change-evidence.js';
import { timeOf } from './onset.js';
import { names, shortName } from './ranking.js';

/** What happened before the onset may still belong to the story. */
export interface PreludeContext {
  readonly onset: number;
  /** What the trouble goes by, lower case; see {@link namesOfTrouble}. */
  readonly names: ReadonlySet<string>;
}

const preludeMillis = 900_000;
const nearMillis = 180_000;
const troubleBits = 1;
const minNameLength = 4;
const maxNames = 64;

/** Programs and hosts whose lines say that something is wrong; absences name nothing. */
export function namesOfTrouble(carriers: readonly Anomaly[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const anomaly of carriers) {
    if (anomaly.badness < troubleBits || isAbsence(anomaly)) continue;
    const { logType, host } = anomaly.event.source;
    for (const name of [shortName(logType), host.toLowerCase()]) {
      if (name.length >= minNameLength && found.size < maxNames) found.add(name);
    }
  }
  return found;
}

/**
 * True for a change from the quarter of an hour before the onset that is not part of daily life: an event of Kubernetes
 * whose reason is alarming, or one Kubernetes itself does not know, and new or rare. In a large estate something of
 * that kind happens all the time, so it must be near, or name a program or host that is in trouble.
 */
export function isPrelude(anomaly: Anomaly, { onset, names: known }: PreludeContext): boolean {
  const ahead = onset - timeOf(anomaly);
  if (ahead <= 0 || ahead > preludeMillis) return false;
  if (!anomaly.evidence.some(({ kind }) => kind === 'novelty' || kind === 'rarity')) return false;
  const change = changeKindOf(anomaly);
  if (change !== 'unknown' && change !== 'alarming') return false;
  if (ahead <= nearMillis) return true;
  const body = anomaly.event.body.slice(0, 4_096).toLowerCase();
  return [...known].some((name) => names(body, name));
}
