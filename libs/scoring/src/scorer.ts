import { toEpochMillis } from '@culprit/kernel';
import { awaitAgain, endQuiet, lookForAbsences, wholeLogType } from './absence-watch.js';
import type { Absences } from './absence-watch.js';
import type { Anomaly, AnomalyBatch, LogTypeActivity } from './anomaly.js';
import { addGap, applyAlias, createLogTypeBaseline } from './baseline.js';
import type { LogTypeBaseline } from './baseline.js';
import { applyControl, compareControls, isMuted } from './control.js';
import type { LaneControl } from './control.js';
import { compareEvents, compareText } from './event-order.js';
import { watermarkOf } from './lanes.js';
import type { LaneProgress } from './lanes.js';
import { noteEnvironment, noteHost, observedClock } from './liveness.js';
import type { EnvironmentActivity, HostActivity, ObservedClock } from './liveness.js';
import { notePod } from './novelty.js';
import {
  addCount,
  addExemplar,
  binOf,
  canonicalEntries,
  logTypeKey,
  showingEvent,
  takeBin,
} from './open-bins.js';
import type { BinLogType, OpenBins } from './open-bins.js';
import { defaultScoringOptions } from './options.js';
import type { ScoringOptions } from './options.js';
import { countWeights } from './surprise.js';
import { findMissing } from './missing.js';
import { keptEvent, scoreEntry } from './score-entry.js';
import { scoreTrouble } from './score-trouble.js';
import { decodeState, encodeState } from './state-codec.js';
import { binMillis } from './structured-event.js';
import type { StructuredBatch, TemplateAlias } from './structured-event.js';

const stateVersion = 10;

/** What was dropped or repaired, by reason; every limit is visible here. */
export interface ScoringCounters {
  lateCounts: number;
  repeatedBatches: number;
  evictedTemplates: number;
  evictedLogTypes: number;
  droppedAnomalies: number;
  /** Anomalies of templates that a person muted. */
  mutedAnomalies: number;
  /** Time in which an environment that logs all the time logged nothing at all, ms. */
  pausedMillis: number;
  countsWithoutEvent: number;
  /** Places and kinds of values not looked at, for want of room in their template. */
  refusedSlots: number;
}

interface ScorerState {
  readonly version: number;
  readonly lanes: Map<number, LaneProgress>;
  readonly bins: OpenBins;
  readonly logTypes: Map<string, LogTypeBaseline>;
  readonly hosts: Map<string, HostActivity>;
  readonly environments: Map<string, EnvironmentActivity>;
  readonly absences: Absences;
  /** Aliases to apply, by the bin from which they hold. */
  readonly aliasesByBin: Map<number, TemplateAlias[]>;
  /** Decisions of people to apply, by the bin from which they hold. */
  readonly controlsByBin: Map<number, LaneControl[]>;
  closedThrough: number;
  readonly counters: ScoringCounters;
}

/**
 * Learns what is normal from counts per template and tells what is surprising, bin by bin in event time.
 *
 * Batches of several lanes may arrive interleaved; a repeated (lane, sequence) is skipped. A bin closes when the
 * slowest lane has passed its end by the allowed lateness and is then scored in canonical order, so the result depends
 * neither on batching nor on interleaving nor on the number of lanes. Work is O(1) per count; every table is bounded.
 */
export class Scorer {
  readonly #options: ScoringOptions;
  readonly #state: ScorerState;

  constructor(options?: Partial<ScoringOptions>) {
    this.#options = { ...defaultScoringOptions, ...options };
    this.#state = {
      version: stateVersion,
      lanes: new Map(),
      bins: new Map(),
      logTypes: new Map(),
      hosts: new Map(),
      environments: new Map(),
      absences: { dueByBin: new Map(), dueByQuietEnvironment: new Map() },
      aliasesByBin: new Map(),
      controlsByBin: new Map(),
      closedThrough: -Infinity,
      counters: {
        lateCounts: 0,
        repeatedBatches: 0,
        evictedTemplates: 0,
        evictedLogTypes: 0,
        droppedAnomalies: 0,
        mutedAnomalies: 0,
        pausedMillis: 0,
        countsWithoutEvent: 0,
        refusedSlots: 0,
      },
    };
  }

  /** What was dropped or repaired so far. */
  get counters(): Readonly<ScoringCounters> {
    return this.#state.counters;
  }

  /** Takes in one batch and closes the bins it completes; the answer carries the coordinates of the batch. */
  push(batch: StructuredBatch): AnomalyBatch {
    const { lane, sequence } = batch;
    const progress = this.#laneOf(lane);
    if (sequence <= progress.lastSequence) {
      this.#state.counters.repeatedBatches += 1;
      return this.#answer({ lane, sequence }, [], new Set());
    }
    progress.lastSequence = sequence;
    // Infinity says that the lane has no more to come; as a time it would let everything fall silent.
    progress.hasEnded = batch.highestTime === Infinity || batch.isIdle === true;
    if (batch.highestTime !== Infinity)
      progress.highestTime = Math.max(progress.highestTime, batch.highestTime);
    this.#collect(batch);
    return this.#closeThrough(watermarkOf(this.#state.lanes, this.#options), { lane, sequence });
  }

  /** End of input of one lane, or of all where none is named: closes what nothing can be added to any more. */
  flush(lane?: number): AnomalyBatch {
    const lanes = this.#state.lanes;
    for (const [id, progress] of lanes) if (lane === undefined || id === lane) progress.hasEnded = true;
    const name = lane ?? Math.min(Infinity, ...lanes.keys());
    const coordinates = {
      lane: Number.isFinite(name) ? name : 0,
      sequence: (lanes.get(name)?.lastSequence ?? -1) + 1,
    };
    const hasEnded = [...lanes.values()].every((progress) => progress.hasEnded);
    const last = Math.max(-Infinity, ...this.#state.bins.keys());
    const through = hasEnded ? last + binMillis : watermarkOf(lanes, this.#options);
    return this.#closeThrough(through, coordinates);
  }

  /** The whole state; {@link restore} continues from it exactly. */
  snapshot(): Uint8Array {
    return encodeState(this.#state);
  }

  /** A scorer that goes on where the snapshot was taken. Throws on bytes of another version. */
  static restore(bytes: Uint8Array, options?: Partial<ScoringOptions>): Scorer {
    const state = decodeState(bytes) as ScorerState;
    if (state.version !== stateVersion)
      throw new RangeError(`snapshot of scoring has version ${state.version}, expected ${stateVersion}`);
    const scorer = new Scorer(options);
    Object.assign(scorer.#state, state);
    return scorer;
  }

  #laneOf(lane: number): LaneProgress {
    let progress = this.#state.lanes.get(lane);
    if (progress === undefined) {
      progress = { lastSequence: -1, highestTime: -Infinity, hasEnded: false };
      this.#state.lanes.set(lane, progress);
    }
    return progress;
  }

  #collect(batch: StructuredBatch): void {
    const { bins, closedThrough, counters, aliasesByBin, controlsByBin } = this.#state;
    for (const count of batch.counts) {
      const bin = binOf(count.binStart, closedThrough);
      if (bin !== count.binStart) counters.lateCounts += count.count;
      addCount(bins, bin, count);
    }
    for (const event of batch.exemplars)
      addExemplar(bins, binOf(toEpochMillis(event.time), closedThrough), event);
    for (const alias of batch.aliases) {
      const from = binOf(alias.binStart, closedThrough);
      aliasesByBin.set(from, [...(aliasesByBin.get(from) ?? []), alias]);
    }
    for (const control of batch.controls) {
      const from = binOf(control.binStart, closedThrough);
      controlsByBin.set(from, [...(controlsByBin.get(from) ?? []), { lane: batch.lane, control }]);
    }
  }

  #closeThrough(watermark: number, coordinates: { lane: number; sequence: number }): AnomalyBatch {
    const state = this.#state;
    const limit = Math.floor(watermark / binMillis) * binMillis;
    if (!(limit > state.closedThrough)) return this.#answer(coordinates, [], new Set());
    const anomalies: Anomaly[] = [];
    const active = new Set<LogTypeBaseline>();
    for (let bin = this.#nextBin(limit); bin !== undefined; bin = this.#nextBin(limit))
      this.#closeBin(bin, anomalies, active);
    state.closedThrough = limit;
    anomalies.sort((a, b) => compareEvents(a.event, b.event));
    return this.#answer(coordinates, anomalies, active);
  }

  /** The first bin before `limit` with anything to do; looking for absences in one may schedule a look in a later one. */
  #nextBin(limit: number): number | undefined {
    let next = limit;
    const { bins, absences, aliasesByBin, controlsByBin } = this.#state;
    for (const keys of [bins, absences.dueByBin, aliasesByBin, controlsByBin]) {
      for (const bin of keys.keys()) if (bin < next) next = bin;
    }
    return next < limit ? next : undefined;
  }

  #closeBin(bin: number, anomalies: Anomaly[], active: Set<LogTypeBaseline>): void {
    const { absences, environments, counters } = this.#state;
    const groups = takeBin(this.#state.bins, bin);
    for (const environment of new Set(groups.map((group) => group.environment))) {
      counters.pausedMillis += noteEnvironment(environments, environment, bin);
      endQuiet(absences, this.#state, { environment, bin });
    }
    this.#applyAliases(bin);
    this.#applyControls(bin);
    const found: Anomaly[] = [];
    for (const group of groups) active.add(this.#scoreLogType(bin, group, found));
    lookForAbsences(this.#state, bin, found);
    for (const kept of this.#strongest(found)) anomalies.push(kept);
  }

  #scoreLogType(bin: number, group: BinLogType, found: Anomaly[]): LogTypeBaseline {
    const logType = this.#logTypeOf(group, bin);
    const clock = observedClock(this.#state.environments.get(group.environment), bin);
    logType.firstObserved = Math.min(logType.firstObserved, clock.time);
    const entries = canonicalEntries(group.entries, logType.aliases);
    for (const [, entry] of entries) {
      if (entry.exemplar !== undefined) notePod(logType, entry.exemplar.source.pod, clock.time);
    }
    let latest = logType.lastEvent;
    const weights: number[] = [];
    const { counters } = this.#state;
    for (const [templateId, entry] of entries) {
      const event = showingEvent(entry);
      logType.recordCount += entry.count;
      if (event === undefined) {
        counters.countsWithoutEvent += entry.count;
        continue;
      }
      noteHost(this.#state.hosts, event.source, bin);
      const anomaly = scoreEntry({ logType, bin, clock, templateId, event, entry, weights, counters });
      awaitAgain(this.#state.absences, { logType, templateId, bin });
      if (isMuted(logType, templateId, bin)) {
        if (anomaly !== undefined) counters.mutedAnomalies += 1;
        continue;
      }
      if (anomaly !== undefined) found.push(anomaly);
      if (latest === undefined || compareEvents(event, latest) > 0) latest = event;
    }
    if (latest !== undefined && latest !== logType.lastEvent) logType.lastEvent = keptEvent(latest);
    const heard = entries.filter(([templateId]) => !isMuted(logType, templateId, bin));
    scoreTrouble({ logType, bin, clock, entries: heard }, found);
    findMissing(logType, { bin, entries }, found);
    countWeights(logType, weights);
    this.#learnLogType(logType, bin, clock);
    return logType;
  }

  #learnLogType(logType: LogTypeBaseline, bin: number, { resumedAt }: ObservedClock): void {
    if (bin - logType.lastSeen > Math.max(60_000, 10_000 * logType.gaps.mean)) logType.resumedAt = bin;
    if (Number.isFinite(logType.lastSeen) && !logType.isSilent && logType.lastSeen >= resumedAt)
      addGap(logType.gaps, (bin - logType.lastSeen) / 1000);
    logType.isSilent = false;
    logType.lastSeen = bin;
    awaitAgain(this.#state.absences, { logType, templateId: wholeLogType, bin });
    const excess = logType.templates.size - this.#options.maxTemplatesPerLogType;
    if (excess <= 0) return;
    const oldest = [...logType.templates.keys()].slice(0, excess);
    for (const templateId of oldest) logType.templates.delete(templateId);
    this.#state.counters.evictedTemplates += oldest.length;
  }

  #logTypeOf(group: Pick<BinLogType, 'environment' | 'logType'>, bin: number): LogTypeBaseline {
    const { logTypes, counters } = this.#state;
    const key = logTypeKey(group.environment, group.logType);
    const { time } = observedClock(this.#state.environments.get(group.environment), bin);
    const logType =
      logTypes.get(key) ?? createLogTypeBaseline(group.environment, group.logType, { bin, observed: time });
    logTypes.delete(key);
    logTypes.set(key, logType);
    if (logTypes.size > this.#options.maxLogTypes) {
      const [oldest] = logTypes.keys();
      if (oldest !== undefined) logTypes.delete(oldest);
      counters.evictedLogTypes += 1;
    }
    return logType;
  }

  #applyAliases(bin: number): void {
    const aliases = this.#state.aliasesByBin.get(bin) ?? [];
    this.#state.aliasesByBin.delete(bin);
    aliases.sort((a, b) => compareText(a.templateId, b.templateId));
    for (const alias of aliases) {
      if (alias.templateId === alias.into) continue;
      // An alias may come with the first bin of its log type, before anything was learned.
      applyAlias(this.#logTypeOf(alias, bin), alias, this.#options.maxTemplatesPerLogType);
    }
  }

  #applyControls(bin: number): void {
    const controls = this.#state.controlsByBin.get(bin) ?? [];
    this.#state.controlsByBin.delete(bin);
    for (const { control } of controls.toSorted(compareControls))
      applyControl(this.#logTypeOf(control, bin), control, this.#options.maxTemplatesPerLogType);
  }

  #strongest(found: readonly Anomaly[]): readonly Anomaly[] {
    const limit = this.#options.maxAnomaliesPerBin;
    if (found.length <= limit) return found;
    this.#state.counters.droppedAnomalies += found.length - limit;
    return found
      .toSorted((a, b) => b.surprise - a.surprise || compareEvents(a.event, b.event))
      .slice(0, limit);
  }

  #answer(
    { lane, sequence }: { lane: number; sequence: number },
    anomalies: readonly Anomaly[],
    active: ReadonlySet<LogTypeBaseline>,
  ): AnomalyBatch {
    return {
      lane,
      sequence,
      closedThrough: this.#state.closedThrough,
      anomalies,
      activity: [...active].map(activityOf),
    };
  }
}

function activityOf(logType: LogTypeBaseline): LogTypeActivity {
  return {
    environment: logType.environment,
    logType: logType.logType,
    firstSeen: logType.firstSeen as LogTypeActivity['firstSeen'],
    lastSeen: logType.lastSeen as LogTypeActivity['lastSeen'],
    recordCount: logType.recordCount,
    templateCount: logType.templates.size,
  };
}
