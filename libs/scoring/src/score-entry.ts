import { toEpochMillis } from '@culprit/kernel';
import type { TemplateId } from '@culprit/kernel';
import type { Anomaly, Evidence } from './anomaly.js';
import { relatedSurprise } from './anomaly.js';
import { badnessOf } from './badness.js';
import { addGap, createTemplateBaseline, episodeGapMillis } from './baseline.js';
import type { LogTypeBaseline, TemplateBaseline } from './baseline.js';
import { countNovelty, isChanging, noveltyProbability } from './novelty.js';
import type { ObservedClock } from './liveness.js';
import type { BinEntry } from './open-bins.js';
import { observeParameters } from './parameters.js';
import type { ParameterFinding } from './parameters.js';
import { countReturn, rarityProbability } from './rarity.js';
import { observeRate } from './rate.js';
import {
  newcomerSentence,
  noveltySentence,
  raritySentence,
  rateSentence,
  severitySentence,
} from './sentences.js';
import { binMillis } from './structured-event.js';
import type { StructuredEvent } from './structured-event.js';
import { combineSurprise } from './surprise.js';

const repeatRateMillis = 600_000;
const parameterWindowMillis = 120_000;
/** A bad line is passed on this often, however usual it is; while it is young in every bin, to show whether it goes on. */
const repeatSeverityMillis = 60_000;
const youngMillis = 600_000;
const maxKeptBody = 2_048;
const toldBadness = 2;
/** A first time, of a line or a kind of value, is passed on below this however mild: it may be what is behind an incident. */
const newsProbability = 0.5;
const newcomerBadness = 3;
const newcomerTotal = 5;
const newcomerMillis = 300_000;

/** A template in a bin that is being closed. */
export interface ClosingEntry {
  readonly logType: LogTypeBaseline;
  readonly bin: number;
  readonly clock: ObservedClock;
  /** Canonical id: what the template of the event was merged into, or its own. */
  readonly templateId: TemplateId;
  readonly event: StructuredEvent;
  readonly entry: BinEntry;
  readonly counters: { refusedSlots: number };
  /** Collects the badness of the unusual lines of the bin; they count as normal only from the next bin on. */
  readonly weights: number[];
}

/**
 * Tests what one template did in one bin, learns it, and tells what was unusual.
 * O(1) apart from reading the text of a template met for the first time.
 */
export function scoreEntry(closing: ClosingEntry): Anomaly | undefined {
  const { logType, bin, event, entry, templateId } = closing;
  const known = logType.templates.get(templateId);
  const template = known ?? createTemplateBaseline(templateId, bin);
  if (known === undefined || entry.maxSeverity > event.severity)
    template.badness = badnessAt(template, closing);
  const { evidence, shown, isNews } = collectEvidence(template, closing, known === undefined);
  learn(template, closing);
  const raw = evidence.reduce((least, { probability }) => Math.min(least, probability), 1);
  const isLoud = template.badness >= toldBadness && bin >= template.quietUntil.severity;
  const said = severitySentence(event.severity, template.badness, event.hasStackTrace);
  if (said !== '') evidence.push({ kind: 'severity', probability: 1, sentence: said });
  const tests = known === undefined ? 1 : 2;
  const surprise = combineSurprise(evidence, { badness: template.badness, tests, logType });
  if (raw < Math.exp(-relatedSurprise)) closing.weights.push(template.badness);
  if (surprise < relatedSurprise && !isLoud && !(isNews && raw < newsProbability)) return undefined;
  template.quietUntil.severity =
    bin + (bin - template.firstSeen < youngMillis ? binMillis : repeatSeverityMillis);
  return {
    event: shown,
    surprise,
    badness: template.badness,
    evidence: evidence.toSorted((a, b) => a.probability - b.probability),
    count: entry.count,
  };
}

/** A bad line that was first met minutes ago and comes again and again: no slip, but something that broke. */
function keepsComing(template: TemplateBaseline, { bin, entry }: ClosingEntry): boolean {
  return (
    template.newcomer < newsProbability &&
    template.badness >= newcomerBadness &&
    template.total + entry.count >= newcomerTotal &&
    bin - template.firstSeen <= newcomerMillis
  );
}

interface Finding {
  readonly evidence: Evidence[];
  /** The event of the bin that shows it best. */
  readonly shown: StructuredEvent;
  /** A first time, of the line or of a kind of value. */
  readonly isNews: boolean;
}

function badnessAt(template: TemplateBaseline, { event, entry }: ClosingEntry): number {
  const severity = Math.max(event.severity, entry.maxSeverity);
  const { body, hasStackTrace } = event;
  return Math.max(template.badness, badnessOf({ severity, text: body, hasStackTrace }));
}

function collectEvidence(template: TemplateBaseline, closing: ClosingEntry, isNew: boolean): Finding {
  const { logType, bin, clock, entry } = closing;
  const evidence: Evidence[] = [];
  const learned = Math.max(binMillis, clock.time - logType.firstObserved) / 1000;
  const absent = clock.time - template.lastObserved;
  if (isNew) {
    const first = { time: clock.time, badness: template.badness };
    const probability = noveltyProbability(logType, first);
    const sentence = noveltySentence(learned, isChanging(logType, clock.time));
    evidence.push({ kind: 'novelty', probability, sentence });
    template.newcomer = probability;
    countNovelty(logType, first);
  } else if (keepsComing(template, closing)) {
    const total = template.total + entry.count;
    const sentence = newcomerSentence(total, (bin - template.firstSeen) / 1000);
    evidence.push({ kind: 'novelty', probability: template.newcomer / total, sentence });
    template.newcomer = 1;
  } else if (absent > episodeGapMillis) {
    const probability = rarityProbability(logType, { template, time: clock.time });
    const sentence = raritySentence(template.episodes, learned, (bin - template.lastSeen) / 1000);
    evidence.push({ kind: 'rarity', probability, sentence });
  }
  const rate = observeRate(template.rate, clock.binNumber, entry.count);
  const quiet = rate?.direction === 'down' ? 'rateDown' : 'rateUp';
  if (rate !== undefined && bin >= template.quietUntil[quiet]) {
    template.quietUntil[quiet] = bin + repeatRateMillis;
    const kind = rate.direction === 'up' ? 'rate-up' : 'rate-down';
    evidence.push({ kind, probability: rate.probability, sentence: rateSentence(rate) });
  }
  const { value, shown } = findValue(template, closing);
  if (value !== undefined)
    evidence.push({ kind: 'parameter', probability: value.probability, sentence: value.sentence });
  return { evidence, shown, isNews: isNew || value?.isNew === true };
}

/** Looks at the values of every event of the bin; the event with the most improbable one is the one to show. */
function findValue(
  template: TemplateBaseline,
  { bin, event, entry, counters }: ClosingEntry,
): { value: ParameterFinding | undefined; shown: StructuredEvent } {
  const { parameters } = template;
  const known = Math.max(parameterWindowMillis, bin - template.firstSeen);
  const triesPerWindow = Math.max(1, (parameters.samples * parameterWindowMillis) / known);
  let value: ParameterFinding | undefined;
  let shown = event;
  for (const one of [event, ...entry.others]) {
    const finding = observeParameters(parameters, one, { bin, triesPerWindow, counters });
    if (finding === undefined || finding.probability >= (value?.probability ?? 1)) continue;
    value = finding;
    shown = one;
  }
  return { value, shown };
}

function learn(template: TemplateBaseline, { logType, bin, clock, event, entry }: ClosingEntry): void {
  // A record that comes late counts as said in the bin that takes it in.
  const time = Math.max(toEpochMillis(event.time), template.lastSeen, bin);
  if (clock.time - template.lastObserved > episodeGapMillis)
    countReturn(logType, { template, time: clock.time });
  if (template.total > 0 && !template.isSilent && template.lastSeen >= clock.resumedAt)
    addGap(template.gaps, (time - template.lastSeen) / 1000);
  template.isSilent = false;
  template.lastSeen = time;
  template.lastObserved = clock.time;
  template.total += entry.count;
  template.lastEvent = keptEvent(event);
  // Deleting first keeps the map in order of last use, so that the first key is the one to evict.
  logType.templates.delete(template.templateId);
  logType.templates.set(template.templateId, template);
}

/** The event as a later silence will show it: long bodies cut, values dropped. */
export function keptEvent(event: StructuredEvent): StructuredEvent {
  return { ...event, parameters: [], body: event.body.slice(0, maxKeptBody) };
}
