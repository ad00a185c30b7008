import { compareEvents } from '@culprit/scoring';
import { failureBits } from './failure-bits.js';
import type { Candidate } from './ranking.js';
import { isUnsaid } from './absence.js';

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
const templateDamping = 0.25;
const logTypeDamping = 0.75;
const absenceDamping = 0.4;
const hintKey = '\u0000hint';
const maxHints = 3;
/** Worth of being the first of its log type, of its host and of its kind of evidence, and of being at the onset. */
const newLogTypeWorth = 1.5;
const newHostWorth = 0.5;
const newKindWorth = 1;
const onsetWorth = 1;
const onsetMillis = 60_000;
/** A core with this many events has its story; a few silences round it off. */
const fewEvents = 6;
const maxAbsencesOfMany = 2;
const maxAbsencesOfFew = 4;
const smallestGain = 1.2;
const minCoreSurprise = 4;
const minBadSurprise = 3;

/**
 * Chooses the few events that tell the story. The likely cause, the worst symptom, the earliest strong event and the
 * best evidence of a change are always in; the rest is filled greedily by what each adds, where templates and log types
 * already chosen add less and a voice or a kind of evidence not heard yet adds more (greedy choice of a set that is
 * relevant and diverse, cf. Carbonell and Goldstein 1998, Lin and Bilmes 2011).
 *
 * @param candidates not empty, in order of time. O(15 n)
 * @param hints weaker news around the onset; they enter only where their log type has no voice yet
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
    ...candidates.filter(({ isPrecursor }) => isPrecursor),
    changes.length > 0 ? bestBy(changes, ({ causeRank }) => causeRank) : undefined,
  ];
  const chosen: Candidate[] = [];
  for (const one of forced) if (one !== undefined && !chosen.includes(one)) chosen.push(one);
  // What was said comes before what was not: silences are many and alike, and must not crowd out a faint early line.
  const voices = candidates.filter(({ anomaly, isChance }) => !isUnsaid(anomaly) && !isChance);
  fill(chosen, { candidates: voices, hints, onset, room: maxCoreEvents });
  const silences = candidates.filter(({ anomaly }) => isUnsaid(anomaly));
  const absences = chosen.length >= fewEvents ? maxAbsencesOfMany : maxAbsencesOfFew;
  fill(chosen, { candidates: silences, hints: [], onset, room: chosen.length + absences });
  const events = chosen.toSorted((a, b) => compareEvents(a.anomaly.event, b.anomaly.event));
  return { events, onset, cause, symptom };
}

/** The core events, the likely cause first and then by what speaks for each. */
export function rankedAsCause({ cause, events }: Core): readonly Candidate[] {
  return events.toSorted((a, b) => Number(b === cause) - Number(a === cause) || b.causeRank - a.causeRank);
}

interface Filling {
  readonly candidates: readonly Candidate[];
  readonly hints: readonly Candidate[];
  readonly onset: number;
  readonly room: number;
}

/** Adds what gains most until `room` events are chosen. */
function fill(chosen: Candidate[], { candidates, hints, onset, room }: Filling): void {
  const logTypes = new Set(candidates.map(({ anomaly }) => logTypeOf(anomaly)));
  const limit = Math.max(maxPerLogType, Math.floor(12 / logTypes.size));
  const countByKey = new Map<string, number>();
  for (const one of chosen) for (const key of keysOf(one)) count(countByKey, key);
  const pool = new Set(candidates.filter((one) => isWorthy(one) && !chosen.includes(one)));
  const faint = new Set(hints.filter((one) => !pool.has(one) && !chosen.includes(one)));
  while (chosen.length < Math.min(room, maxCoreEvents)) {
    const open = [...pool].filter(({ anomaly }) => (countByKey.get(logTypeOf(anomaly)) ?? 0) < limit);
    if ((countByKey.get(hintKey) ?? 0) < maxHints)
      open.push(...[...faint].filter(({ anomaly }) => !countByKey.has(logTypeOf(anomaly))));
    if (open.length === 0) return;
    const best = bestBy(open, (one) => gainOf(one, { countByKey, onset }));
    if (gainOf(best, { countByKey, onset }) <= smallestGain) return;
    chosen.push(best);
    for (const key of keysOf(best)) count(countByKey, key);
    if (faint.delete(best)) count(countByKey, hintKey);
    pool.delete(best);
  }
}

/** What an event adds to those chosen: its own worth and that of a new voice, less what was said already. */
function gainOf(
  one: Candidate,
  { countByKey, onset }: { readonly countByKey: ReadonlyMap<string, number>; readonly onset: number },
): number {
  const { surprise, badness } = one.anomaly;
  const change = one.change === undefined || one.change === 'ordinary' ? 0 : 2;
  const worth = Math.min(surprise, 8) + Math.max(0, badness) / 2 + change + one.traceBonus;
  const [template, logType, host, kind] = keysOf(one);
  const closeness = Math.max(0, 1 - Math.abs(one.time - onset) / onsetMillis);
  const fresh =
    (countByKey.has(logType) ? 0 : newLogTypeWorth) +
    (countByKey.has(host) ? 0 : newHostWorth) +
    (countByKey.has(kind) ? 0 : newKindWorth) +
    onsetWorth * closeness;
  const absence = isUnsaid(one.anomaly) ? absenceDamping : 1;
  const sameTemplate = templateDamping ** (countByKey.get(template) ?? 0);
  return (worth + fresh) * absence * sameTemplate * logTypeDamping ** (countByKey.get(logType) ?? 0);
}

type Keys = readonly [template: string, logType: string, host: string, kind: string];

/** What an event has in common with others, as keys of one table of counts. */
function keysOf({ anomaly }: Candidate): Keys {
  const { source, templateId } = anomaly.event;
  const { logType, host } = source;
  const kind = anomaly.evidence[0]?.kind ?? '';
  return [`${logType}\u0000${templateId}`, logType, `\u0000host ${host}`, `\u0000kind ${kind}`];
}

function count(countByKey: Map<string, number>, key: string): void {
  countByKey.set(key, (countByKey.get(key) ?? 0) + 1);
}

function logTypeOf({ event }: Candidate['anomaly']): string {
  return event.source.logType;
}

function isWorthy({ anomaly, change }: Candidate): boolean {
  if (change === 'unknown' || change === 'alarming') return true;
  return anomaly.surprise >= (anomaly.badness >= failureBits ? minBadSurprise : minCoreSurprise);
}

function isBad({ anomaly }: Candidate): boolean {
  return anomaly.badness >= failureBits;
}

function symptomWeight({ anomaly }: Candidate): number {
  return Math.max(0.5, anomaly.badness) * anomaly.surprise * (isUnsaid(anomaly) ? 0.5 : 1);
}

/** The first of the candidates with the largest weight. */
function bestBy(candidates: readonly Candidate[], weight: (one: Candidate) => number): Candidate {
  const [first] = candidates;
  if (first === undefined) throw new Error('a core needs at least one candidate');
  let best = first;
  for (const one of candidates) if (weight(one) > weight(best)) best = one;
  return best;
}
