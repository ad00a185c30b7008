import { toEpochMillis, toEpochNanos } from '@culprit/kernel';
import type { EpochNanos } from '@culprit/kernel';
import { compareEvents, relatedSurprise } from '@culprit/scoring';
import type { Anomaly } from '@culprit/scoring';
import { failureBits } from './failure-bits.js';
import { backgroundOf, coincidences } from './coincidence.js';
import { chooseCore, rankedAsCause } from './core.js';
import type { Core } from './core.js';
import { hintsOf } from './hints.js';
import { findOnset, firstWarning, timeOf } from './onset.js';
import { namesOfTrouble, isPrelude } from './prelude.js';
import { precursorsOf } from './precursors.js';
import { maxCoincidences, rankCandidates } from './ranking.js';
import type { Candidate } from './ranking.js';
import { readableText, shorten } from './readable.js';
import { cloudOf } from './cloud.js';
import type { CloudWord, Hallmark, ReportEvent } from './report.js';
import { evidenceReasons, reasonsOf, roleOf } from './roles.js';
import { isFailure } from './significance.js';
import { templateKey } from './template-key.js';
import { isFirstBad } from './trouble.js';

/** What a report is made from. */
export interface StoryInput {
  /** Everything kept of the environment around the incident; what came late may stand out of order. */
  readonly anomalies: readonly Anomaly[];
  /** Log types that stood out when the incident opened. */
  readonly members: readonly string[];
  readonly openedAt: number;
  /** Only what happened up to here is known, ms. */
  readonly until: number;
}

/** The events of a report and how they are shown. */
export interface Story {
  readonly start: EpochNanos;
  /** Time of the last event of core and zoom 1. */
  readonly end: EpochNanos;
  readonly core: Core;
  readonly coreEvents: readonly ReportEvent[];
  readonly relatedEvents: readonly ReportEvent[];
  readonly relatedCounts: { readonly 1: number; readonly 2: number; readonly 3: number };
  readonly hallmarks: readonly Hallmark[];
  readonly alternates: readonly Hallmark[];
  readonly words: readonly CloudWord[];
  readonly logTypes: readonly string[];
  readonly hosts: readonly string[];
  /** Every showing, from the onset on, of the templates with which the core says that something fails. */
  readonly failures: readonly Anomaly[];
  /** Strongest surprise by template over core and zoom 1, for recognising the incident again. */
  readonly weightByTemplate: ReadonlyMap<string, number>;
}

const joinSurprise = 5;
const memberSurprise = 3.5;
const beforeMillis = 300_000;
const afterMillis = 120_000;
/**
 * Characters of the body of a related event: two thousand of them must fit into one record of the bus, which would refuse
 * the whole revision otherwise. The event itself is stored whole.
 */
const maxRelatedBody = 1_024;
/** Characters of an event's one-line message. */
const maxMessageLength = 400;
const maxRelated = 2_000;
const maxAlternates = 2;
/** A cause with less than this part of the rank of the likeliest is none. */
const alternateShare = 0.6;

/** Puts the events of an incident in order; undefined where nothing in them can carry a report. O(n log n) */
export function tellStory(input: StoryInput): Story | undefined {
  const known = input.anomalies
    .filter((anomaly) => timeOf(anomaly) <= input.until)
    .toSorted((a, b) => compareEvents(a.event, b.event));
  const opening = new Set(input.members);
  const told = known.filter((anomaly) => isOfStory(anomaly, opening));
  const loudest = findOnset(told, input.openedAt);
  const voices = told.filter((anomaly) => timeOf(anomaly) >= loudest);
  const background = backgroundOf(known, loudest);
  const chanceOf = (anomaly: Anomaly): number => coincidences(background, anomaly, loudest);
  const onset = firstWarning(known, {
    onset: loudest,
    members: new Set([...opening, ...voices.map(({ event }) => event.source.logType)]),
    isChance: (anomaly) => chanceOf(anomaly) >= maxCoincidences,
  });
  const carriers = known.filter(
    (one) => timeOf(one) >= onset && (isOfStory(one, opening) || isAside(one, opening)),
  );
  const members = new Set([...opening, ...carriers.map(({ event }) => event.source.logType)]);
  const names = namesOfTrouble(carriers);
  const changes = known.filter((anomaly) => isPrelude(anomaly, { onset, names }));
  const precursors = new Set(precursorsOf(known, onset).filter((one) => !changes.includes(one)));
  const context = { onset, members, precursors, coincidences: chanceOf };
  const candidates = rankCandidates([...changes, ...precursors, ...carriers], context);
  if (voices.length + changes.length === 0) return undefined;
  const hints = rankCandidates(
    hintsOf(known, onset).filter((one) => !precursors.has(one)),
    context,
  );
  const core = chooseCore(candidates, { onset, hints });
  return describe(core, { known, members, onset });
}

function isOfStory(anomaly: Anomaly, members: ReadonlySet<string>): boolean {
  const isClose = members.has(anomaly.event.source.logType) || anomaly.badness >= failureBits;
  return anomaly.surprise >= (isClose ? memberSurprise : joinSurprise);
}

/** Said beside a story, but too faint to make one. */
function isAside(anomaly: Anomaly, members: ReadonlySet<string>): boolean {
  return members.has(anomaly.event.source.logType) && isFirstBad(anomaly);
}

interface Scene {
  readonly known: readonly Anomaly[];
  readonly members: ReadonlySet<string>;
  readonly onset: number;
}

function describe(core: Core, { known, members, onset }: Scene): Story {
  const coreIds = new Set(core.events.map(({ anomaly }) => anomaly.event.eventId));
  const lastOfCore = Math.max(onset, ...core.events.map(({ time }) => time));
  const counts = { 1: coreIds.size, 2: coreIds.size, 3: coreIds.size };
  const related: { anomaly: Anomaly; zoom: 1 | 2 | 3 }[] = [];
  for (const anomaly of known) {
    const time = timeOf(anomaly);
    if (coreIds.has(anomaly.event.eventId) || time < onset - beforeMillis || time > lastOfCore + afterMillis)
      continue;
    const zoom = zoomOf(anomaly, members);
    if (zoom === undefined) continue;
    for (const level of [1, 2, 3] as const) if (level >= zoom) counts[level] += 1;
    related.push({ anomaly, zoom });
  }
  const kept = keepStrongest(related);
  const zoomOne = related.filter(({ zoom }) => zoom === 1).map(({ anomaly }) => anomaly);
  const shown = core.events.map(({ anomaly }) => anomaly);
  const ranked = rankedAsCause(core);
  return {
    start: earliest(shown, onset),
    end: latest([...shown, ...zoomOne], onset),
    core,
    coreEvents: core.events.map((one) =>
      reportEventOf(one.anomaly, {
        role: roleOf(one, core),
        causeRank: ranked.indexOf(one) + 1,
        reasons: reasonsOf(one, core),
        zoom: 0,
      }),
    ),
    relatedEvents: kept.map(({ anomaly, zoom }) =>
      reportEventOf(anomaly, { role: 'context', causeRank: 0, reasons: evidenceReasons(anomaly), zoom }),
    ),
    relatedCounts: counts,
    hallmarks: hallmarksOf(core),
    alternates: alternatesOf(core),
    words: cloudOf([...shown, ...zoomOne]),
    failures: failuresOf(shown, known, onset),
    logTypes: distinct(shown.map(({ event }) => event.source.logType)),
    hosts: distinct(shown.map(({ event }) => event.source.host)).filter((host) => host !== ''),
    weightByTemplate: weigh([...shown, ...zoomOne]),
  };
}

function failuresOf(core: readonly Anomaly[], known: readonly Anomaly[], onset: number): Anomaly[] {
  const failing = new Set(core.filter((anomaly) => isFailure(anomaly)).map((one) => templateKey(one)));
  return known.filter((anomaly) => timeOf(anomaly) >= onset && failing.has(templateKey(anomaly)));
}

/** Zoom 1: anomalies of members. 2: their weaker ones, errors and warnings too. 3: whatever is unusual or bad anywhere. */
function zoomOf(anomaly: Anomaly, members: ReadonlySet<string>): 1 | 2 | 3 | undefined {
  const { surprise, badness } = anomaly;
  if (members.has(anomaly.event.source.logType)) {
    if (surprise >= joinSurprise) return 1;
    if (surprise >= 3 || badness >= 2) return 2;
  }
  return surprise >= relatedSurprise || badness >= 4 ? 3 : undefined;
}

function keepStrongest(
  related: readonly { anomaly: Anomaly; zoom: 1 | 2 | 3 }[],
): readonly { anomaly: Anomaly; zoom: 1 | 2 | 3 }[] {
  if (related.length <= maxRelated) return related;
  const order = new Map(related.map((one, index) => [one, index]));
  return related
    .toSorted((a, b) => a.zoom - b.zoom || b.anomaly.surprise - a.anomaly.surprise)
    .slice(0, maxRelated)
    .toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

/** An anomaly as a report shows it. */
function reportEventOf(
  anomaly: Anomaly,
  shown: Pick<ReportEvent, 'role' | 'causeRank' | 'reasons' | 'zoom'>,
): ReportEvent {
  const { event, surprise, badness } = anomaly;
  const { logType, host, pod } = event.source;
  return {
    eventId: event.eventId,
    time: event.time,
    logType,
    host,
    pod,
    severity: event.severity,
    message: readableText(anomaly, maxMessageLength),
    body: shown.zoom === 0 ? event.body : shorten(event.body, maxRelatedBody),
    templateId: event.templateId,
    surprise,
    badness,
    role: shown.role,
    causeRank: shown.causeRank,
    reasons: shown.reasons,
    zoom: shown.zoom,
  };
}

function hallmarksOf({ cause, symptom, events }: Core): Hallmark[] {
  const first = isReadable(cause.anomaly) ? cause : (nearestReadable(events, cause) ?? cause);
  const second = symptom !== undefined && symptom !== first ? symptom : undefined;
  return [first, second].filter((one) => one !== undefined).map((one) => hallmarkOf(one));
}

/** What else may be the cause: the next best of the core, each from another log type, that is not far behind. */
function alternatesOf({ cause, events }: Core): Hallmark[] {
  const seen = new Set([cause.anomaly.event.source.logType]);
  const others: Candidate[] = [];
  for (const one of events.toSorted((a, b) => b.causeRank - a.causeRank)) {
    const { logType } = one.anomaly.event.source;
    if (seen.has(logType) || one.causeRank < alternateShare * cause.causeRank) continue;
    seen.add(logType);
    others.push(one);
  }
  return others.slice(0, maxAlternates).map((one) => hallmarkOf(one));
}

function hallmarkOf({ anomaly: { event } }: Candidate): Hallmark {
  return { time: event.time, logType: event.source.logType, body: event.body };
}

/** A line that carries words: a lone brace or a number does not characterise anything. */
function isReadable(anomaly: Anomaly): boolean {
  return readableText(anomaly, 200).length >= 12;
}

function nearestReadable(events: readonly Candidate[], cause: Candidate): Candidate | undefined {
  return events
    .filter(
      ({ anomaly }) =>
        anomaly.event.source.logType === cause.anomaly.event.source.logType && isReadable(anomaly),
    )
    .toSorted((a, b) => Math.abs(a.time - cause.time) - Math.abs(b.time - cause.time))[0];
}

function weigh(anomalies: readonly Anomaly[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const anomaly of anomalies) {
    const key = templateKey(anomaly);
    weights.set(key, Math.max(weights.get(key) ?? 0, anomaly.surprise));
  }
  const strongest = [...weights].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 40);
  return new Map(strongest);
}

function earliest(anomalies: readonly Anomaly[], onset: number): EpochNanos {
  let first: EpochNanos | undefined;
  for (const { event } of anomalies) {
    const isAfterOnset = toEpochMillis(event.time) >= onset;
    if (isAfterOnset && (first === undefined || event.time < first)) first = event.time;
  }
  return first ?? toEpochNanos(onset);
}

function latest(anomalies: readonly Anomaly[], onset: number): EpochNanos {
  let last = toEpochNanos(onset);
  for (const { event } of anomalies) if (event.time > last) last = event.time;
  return last;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
