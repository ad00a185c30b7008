import { compareEvents } from '@culprit/scoring';
import type { Candidate } from './ranking.js';
import { isAbsence } from './absence.js';

/** Events of the core, in order of time, and which of them are cause and symptom. */
export interface Core {
  readonly events: readonly Candidate[];
  /** When it began, ms; what lies before is a prelude. */
  readonly onset: number;
  readonly cause: Candidate;
  /** The worst consequence, from another log type where there is one. */
  readonly symptom: Candidate | undefined;
}

/** At most this many core events. */
export const maxCoreEvents = 15;

const maxPerLogType = 4;
const templateDamping = 0.35;
const logTypeDamping = 0.75;
const absenceDamping = 0.4;
const absenceKey = '\u0000absence';
const maxHints = 3;
/** A core with this many events has its story; a few silences round it off. */
const fewEvents = 6;
const maxAbsencesOfMany = 3;
const maxAbsencesOfFew = 8;
const smallestGain = 1.2;
const minCoreSurprise = 4;
const minBadSurprise = 3;

/**
 * Chooses the few events that tell the story. The likely cause, the worst symptom, the earliest strong event and the
 * best evidence of a change are always in; the rest is filled greedily by what each adds, where templates and log types
 * already chosen add less.
 *
 * @param candidates not empty, in order of time. O(15 n)
 * @param hints weaker news around the onset, from log types that may have no candidate
 */
export function chooseCore(
  candidates: readonly Candidate[],
  { onset, hints }: { readonly onset: number; readonly hints: readonly Candidate[] },
): Core {
  const cause = bestBy(candidates, ({ causeRank }) => causeRank);
  const others = candidates.filter(({ anomaly }) => logTypeOf(anomaly) !== logTypeOf(cause.anomaly));
  const rest = candidates.filter(
    ({ anomaly }) => anomaly.event.templateId !== cause.anomaly.event.templateId,
  );
  const symptoms = others.some(isBad) ? others : rest;
  const symptom = symptoms.length > 0 ? bestBy(symptoms, symptomWeight) : undefined;
  const strong = candidates.filter((one) => one.time >= onset && one.anomaly.surprise >= 5);
  const changes = candidates.filter(({ change }) => change === 'unknown' || change === 'alarming');
  const forced = [
    cause,
    symptom,
    strong[0],
    changes.length > 0 ? bestBy(changes, ({ causeRank }) => causeRank) : undefined,
  ];
  const chosen: Candidate[] = [];
  for (const one of forced) if (one !== undefined && !chosen.includes(one)) chosen.push(one);
  // What was said comes before what was not: silences are many and alike, and must not crowd out a faint early line.
  fill(chosen, candidates, { isOpen: ({ anomaly }) => !isAbsence(anomaly), room: maxCoreEvents });
  addHints(chosen, hints);
  const absences = chosen.length >= fewEvents ? maxAbsencesOfMany : maxAbsencesOfFew;
  fill(chosen, candidates, { isOpen: ({ anomaly }) => isAbsence(anomaly), room: chosen.length + absences });
  const events = chosen.toSorted((a, b) => compareEvents(a.anomaly.event, b.anomaly.event));
  return { events, onset, cause, symptom };
}

/** Adds what gains most, among the candidates that are open, until `room` events are chosen. */
function fill(
  chosen: Candidate[],
  candidates: readonly Candidate[],
  { isOpen, room }: { readonly isOpen: (one: Candidate) => boolean; readonly room: number },
): void {
  const logTypes = new Set(candidates.map(({ anomaly }) => logTypeOf(anomaly)));
  const limit = Math.max(maxPerLogType, Math.floor(12 / logTypes.size));
  const countByKey = new Map<string, number>();
  for (const one of chosen) countOne(countByKey, one);
  const pool = candidates.filter((one) => isOpen(one) && isWorthy(one) && !chosen.includes(one));
  while (chosen.length < Math.min(room, maxCoreEvents) && pool.length > 0) {
    let best: Candidate | undefined;
    let bestGain = smallestGain;
    for (const one of pool) {
      if ((countByKey.get(logTypeOf(one.anomaly)) ?? 0) >= limit) continue;
      const gain = gainOf(one, countByKey);
      if (gain > bestGain) {
        best = one;
        bestGain = gain;
      }
    }
    if (best === undefined) return;
    chosen.push(best);
    countOne(countByKey, best);
    pool.splice(pool.indexOf(best), 1);
  }
}

/** Room that is left goes to the best hint of each log type that has no voice yet. */
function addHints(chosen: Candidate[], hints: readonly Candidate[]): void {
  const best = hints.toSorted((a, b) => b.causeRank - a.causeRank);
  let room = Math.min(maxHints, maxCoreEvents - chosen.length);
  for (const hint of best) {
    if (room <= 0) return;
    if (chosen.some(({ anomaly }) => logTypeOf(anomaly) === logTypeOf(hint.anomaly))) continue;
    chosen.push(hint);
    room -= 1;
  }
}

function gainOf(one: Candidate, countByKey: ReadonlyMap<string, number>): number {
  const sameTemplate = countByKey.get(templateKey(one)) ?? 0;
  const sameLogType = countByKey.get(logTypeOf(one.anomaly)) ?? 0;
  const { surprise, badness } = one.anomaly;
  const change = one.change === undefined || one.change === 'ordinary' ? 0 : 2;
  const worth = Math.min(surprise, 8) + Math.max(0, badness) / 2 + change + one.traceBonus;
  const absences = countByKey.get(absenceKey) ?? 0;
  const absence = isAbsence(one.anomaly) ? absenceDamping ** (absences + 1) : 1;
  return worth * absence * templateDamping ** sameTemplate * logTypeDamping ** sameLogType;
}

function countOne(countByKey: Map<string, number>, one: Candidate): void {
  for (const key of [templateKey(one), logTypeOf(one.anomaly)])
    countByKey.set(key, (countByKey.get(key) ?? 0) + 1);
}

function templateKey({ anomaly }: Candidate): string {
  return `${logTypeOf(anomaly)}\u0000${anomaly.event.templateId}`;
}

function logTypeOf({ event }: Candidate['anomaly']): string {
  return event.source.logType;
}

function isWorthy({ anomaly, change }: Candidate): boolean {
  if (change === 'unknown' || change === 'alarming') return true;
  return anomaly.surprise >= (anomaly.badness >= 1.5 ? minBadSurprise : minCoreSurprise);
}

function isBad({ anomaly }: Candidate): boolean {
  return anomaly.badness >= 1.5;
}

function symptomWeight({ anomaly }: Candidate): number {
  return Math.max(0.5, anomaly.badness) * anomaly.surprise * (isAbsence(anomaly) ? 0.5 : 1);
}

/** The first of the candidates with the largest weight. */
function bestBy(candidates: readonly Candidate[], weight: (one: Candidate) => number): Candidate {
  const [first] = candidates;
  if (first === undefined) throw new Error('a core needs at least one candidate');
  let best = first;
  for (const one of candidates) if (weight(one) > weight(best)) best = one;
  return best;
}
