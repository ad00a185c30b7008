import { toEpochNanos } from '@culprit/kernel';
import type { EnvironmentName } from '@culprit/kernel';
import { decodeState, encodeState } from '@culprit/scoring';
import type { Anomaly, AnomalyBatch } from '@culprit/scoring';
import { isAbsence } from './absence.js';
import {
  absorb,
  findEarlier,
  goesOnWith,
  isOvertaken,
  isRelief,
  noteStory,
  rememberEnded,
} from './continuity.js';
import { createCounters, stateVersion } from './correlator-state.js';
import type {
  CorrelationCounters,
  CorrelatorState,
  EnvironmentStatus,
  IncidentTypeSummary,
} from './correlator-state.js';
import { aliasOf, applyDecisions, isMutedByLabels, standingOf } from './decisions.js';
import type { DecisionChange } from './decisions.js';
import { detect } from './detect.js';
import type { Detection } from './detect.js';
import { isEndOfLoad } from './end-of-load.js';
import { createEnvironment, historyOf, remember } from './environment.js';
import type { EnvironmentState } from './environment.js';
import { countOccurrence, isRoutine, recognise } from './fingerprint.js';
import type { IncidentTypeRecord } from './fingerprint.js';
import {
  accepts,
  extendTo,
  growMillis,
  isPlainChange,
  longMillis,
  openIncident,
  reportOf,
  retold,
} from './incident.js';
import type { Incident } from './incident.js';
import { dropEpisode } from './log-type-history.js';
import { timeOf } from './onset.js';
import { defaultCorrelationOptions } from './options.js';
import type { CorrelationOptions } from './options.js';
import { acceptBatch, createMergeQueue, release } from './merge-queue.js';
import type { RootCauseReport } from './report.js';
import { tellStory } from './story.js';
import type { Story } from './story.js';
import { titleOf } from './words.js';

const dayMillis = 86_400_000;
const joinSurprise = 5;
const extendSurprise = 4;
const lateMillis = 60_000;

/**
 * Turns anomalies into incidents and root cause reports, in event time.
 *
 * Anomalies of several lanes are merged by (time, log type, event id) up to the slowest lane; a repeated batch changes nothing.
 * All decisions fall at event times, so the same anomalies give the same reports however they were cut into batches.
 * Work per anomaly is O(log types with anomalies in five minutes).
 */
export class Correlator {
  readonly #options: CorrelationOptions;
  readonly #state: CorrelatorState;

  constructor(options?: Partial<CorrelationOptions>) {
    this.#options = { ...defaultCorrelationOptions, ...options };
    this.#state = {
      version: stateVersion,
      queue: createMergeQueue(),
      environments: new Map(),
      decisions: new Map(),
      changedTypes: new Map(),
      now: -Infinity,
      counters: createCounters(),
    };
  }

  /** What was held back or dropped so far. */
  get counters(): Readonly<CorrelationCounters> {
    return this.#state.counters;
  }

  /** Learning state, open incidents and routines of every environment, by name. */
  get status(): readonly EnvironmentStatus[] {
    return [...this.#state.environments.values()]
      .map((one) => ({
        environment: one.environment,
        firstSeen: one.firstSeen,
        logTypes: one.logTypes.size,
        openIncidents: one.incidents.filter(({ isSuppressed }) => !isSuppressed).length,
        isLearning: this.#state.now - one.firstSeen < this.#options.learningMillis,
        isCalibrated: one.calibration !== undefined,
        routines: [...one.types.values()].filter(isRoutine).map((type) => ({
          incidentType: type.id,
          occurrences: type.occurrences,
          lastSeen: type.times.at(-1) ?? one.firstSeen,
        })),
      }))
      .toSorted((a, b) => (a.environment < b.environment ? -1 : 1));
  }

  /** Takes in what people decided; it holds for all that is told from now on. */
  decide(changes: readonly DecisionChange[]): void {
    const { decisions, counters } = this.#state;
    counters.refusedDecisions += applyDecisions(decisions, changes);
  }

  /** The incident types that were met, told or not, since this was asked last. */
  takeTypes(): readonly IncidentTypeSummary[] {
    const { changedTypes } = this.#state;
    const types = [...changedTypes.values()];
    changedTypes.clear();
    return types;
  }

  /** Takes in one batch and returns the revisions that became known, in order of event time. */
  push(batch: AnomalyBatch): readonly RootCauseReport[] {
    for (const { environment, logType, firstSeen, lastSeen } of batch.activity) {
      const state = this.#environmentOf(environment, firstSeen);
      state.firstSeen = Math.min(state.firstSeen, firstSeen);
      const history = historyOf(state, logType, firstSeen);
      history.lastSeen = Math.max(history.lastSeen, lastSeen);
    }
    this.#state.counters.duplicateAnomalies += acceptBatch(this.#state.queue, batch);
    return this.#workThrough(release(this.#state.queue));
  }

  /** End of input: works on what waits and closes every incident with its last revision. */
  flush(): readonly RootCauseReport[] {
    const { queue } = this.#state;
    const through = Math.max(-Infinity, ...queue.closedThroughByLane.values());
    const reports = [...this.#workThrough(release(queue, through))];
    for (const state of this.#sortedEnvironments()) {
      for (let incident = state.incidents[0]; incident !== undefined; incident = state.incidents[0]) {
        this.#revise(state, incident, { at: through, isOpen: false, reports });
        this.#close(state, incident);
      }
    }
    return reports;
  }

  /** The whole state; {@link restore} continues from it exactly. */
  snapshot(): Uint8Array {
    return encodeState(this.#state);
  }

  /** A correlator that goes on where the snapshot was taken. Throws on bytes of another version. */
  static restore(bytes: Uint8Array, options?: Partial<CorrelationOptions>): Correlator {
    const state = decodeState(bytes) as CorrelatorState;
    if (state.version !== stateVersion) {
      throw new RangeError(`snapshot of correlation has version ${state.version}, expected ${stateVersion}`);
    }
    const correlator = new Correlator(options);
    Object.assign(correlator.#state, state);
    return correlator;
  }

  #environmentOf(environment: EnvironmentName, firstSeen: number): EnvironmentState {
    let state = this.#state.environments.get(environment);
    if (state === undefined) {
      state = createEnvironment(environment, firstSeen, this.#options);
      this.#state.environments.set(environment, state);
    }
    return state;
  }

  #sortedEnvironments(): EnvironmentState[] {
    return [...this.#state.environments.values()].toSorted((a, b) =>
      a.environment < b.environment ? -1 : 1,
    );
  }

  #workThrough({
    anomalies,
    through,
  }: {
    anomalies: readonly Anomaly[];
    through: number;
  }): RootCauseReport[] {
    const reports: RootCauseReport[] = [];
    for (const anomaly of anomalies) {
      const time = timeOf(anomaly);
      this.#advance(time, reports);
      this.#takeIn(anomaly, time);
    }
    this.#advance(through, reports);
    return reports;
  }

  /** Fires what is due before `time`, in order of due time. */
  #advance(time: number, reports: RootCauseReport[]): void {
    if (!(time > this.#state.now)) return;
    this.#state.now = time;
    for (;;) {
      const next = this.#nextDue(time);
      if (next === undefined) return;
      const { state, incident, at } = next;
      if (incident.dues[0] === at) {
        incident.dues.shift();
        this.#revise(state, incident, { at, isOpen: true, reports });
      } else {
        this.#revise(state, incident, { at, isOpen: false, reports });
        this.#close(state, incident);
      }
    }
  }

  #nextDue(time: number): { state: EnvironmentState; incident: Incident; at: number } | undefined {
    let best: { state: EnvironmentState; incident: Incident; at: number } | undefined;
    for (const state of this.#sortedEnvironments()) {
      for (const incident of state.incidents) {
        const end = Math.max(
          incident.lastActivity + this.#options.quietMillis,
          incident.openedAt + this.#options.settleMillis + 1,
        );
        const at = Math.min(incident.dues[0] ?? Infinity, end);
        if (at < time && at < (best?.at ?? Infinity)) best = { state, incident, at };
      }
    }
    return best;
  }

  #takeIn(anomaly: Anomaly, time: number): void {
    const { source } = anomaly.event;
    const state = this.#environmentOf(source.environment, time);
    if (isMutedByLabels(this.#state.decisions, source, time)) {
      this.#state.counters.mutedAnomalies += 1;
      return;
    }
    this.#state.counters.forgottenAnomalies += remember(state, anomaly, this.#options);
    for (const incident of state.incidents) this.#join(incident, anomaly, time);
    // What comes very late may still join a story, but opens none: its minute has been judged.
    const isLate = time < this.#state.now - lateMillis;
    const isLearned = time - state.firstSeen >= this.#options.learningMillis;
    if (isLate || !isLearned) return;
    if (isRelief([...state.incidents, ...state.ended], anomaly)) return;
    const detection = detect(state, anomaly, this.#options);
    if (detection !== undefined) this.#raise(state, detection, time);
  }

  #join(incident: Incident, anomaly: Anomaly, time: number): void {
    const { logType } = anomaly.event.source;
    const isMember = incident.members.includes(logType);
    if (time - incident.openedAt > growMillis) {
      if (isAbsence(anomaly) || !goesOnWith(incident, anomaly)) return;
      incident.lastActivity = Math.max(incident.lastActivity, time);
      incident.hasNews = true;
      return;
    }
    if (!isMember && anomaly.surprise < joinSurprise) return;
    if (!isMember) incident.members.push(logType);
    if (anomaly.surprise < extendSurprise) return;
    incident.lastActivity = Math.max(incident.lastActivity, time);
    incident.hasNews = true;
  }

  #raise(state: EnvironmentState, detection: Detection, at: number): void {
    const { alarm, falseReportsPerDay, isProvisional, isWeak } = detection;
    let running = state.incidents.find((incident) => accepts(incident, at));
    if (running !== undefined && isOvertaken(running, detection, at - this.#options.settleMillis)) {
      this.#close(state, running);
      running = undefined;
    }
    if (running === undefined) {
      if (state.incidents.length >= this.#options.maxOpenIncidents) {
        this.#state.counters.suppressedOpen += 1;
        return;
      }
      const { settleMillis } = this.#options;
      const { environment } = state;
      const context = { environment, at, settleMillis, falseReportsPerDay, isProvisional, isWeak };
      state.incidents.push(openIncident(alarm, context));
      return;
    }
    running.lastActivity = Math.max(running.lastActivity, at);
    running.isWeak &&= isWeak;
    for (const member of alarm.members) if (!running.members.includes(member)) running.members.push(member);
    if (falseReportsPerDay < running.falseReportsPerDay) {
      running.falseReportsPerDay = falseReportsPerDay;
      running.isProvisional = isProvisional;
      running.alarm = alarm;
    }
  }

  #revise(
    state: EnvironmentState,
    incident: Incident,
    { at, isOpen, reports }: { at: number; isOpen: boolean; reports: RootCauseReport[] },
  ): void {
    if (incident.isSuppressed || !incident.hasNews) return;
    const { members, toldAround } = incident;
    const until = Math.min(at, toldAround + growMillis);
    // What a long incident began with is forgotten by now: it is told as before.
    const isForgotten = at - toldAround > longMillis;
    const story = isForgotten
      ? undefined
      : tellStory({ anomalies: state.recent, members, openedAt: toldAround, until });
    if (story === undefined) {
      const report = retold(incident, at);
      if (report !== undefined) this.#tell(incident, report, reports);
      return;
    }
    const earlier = findEarlier([...state.incidents, ...state.ended], incident, story);
    if (earlier !== undefined) {
      this.#merge(state, { earlier, incident, at, isOpen, reports });
      return;
    }
    if (incident.type === undefined && !this.#isWorthTelling(state, incident, { story, at })) return;
    noteStory(incident, story);
    incident.revision += 1;
    extendTo(incident, story, { at, isOpen });
    this.#tell(incident, reportOf(incident, story, at), reports);
  }

  #tell(incident: Incident, report: RootCauseReport, reports: RootCauseReport[]): void {
    incident.hasNews = false;
    incident.report = report;
    reports.push(report);
  }

  /** Recognises the kind of a new incident. @returns false where it is held back */
  #isWorthTelling(
    state: EnvironmentState,
    incident: Incident,
    { story, at }: { story: Story; at: number },
  ): boolean {
    const { openedAt } = incident;
    const type = this.#typeOf(state, story);
    const previous = type.times.at(-1);
    countOccurrence(type, openedAt);
    this.#noteType(state, type, story);
    incident.type = { id: type.id, occurrence: type.occurrences, previous };
    const isPlain =
      isPlainChange(story) || isEndOfLoad(state.recent, { from: openedAt - 180_000, until: at });
    incident.isSuppressed = this.#isHeldBack(state, { at, type, isPlain });
    if (!incident.isSuppressed) incident.createdAt = at;
    return !incident.isSuppressed;
  }

  /** Tells an earlier incident again, with this one as a part of it; what was told of this one points there. */
  #merge(
    state: EnvironmentState,
    one: { earlier: Incident; incident: Incident; at: number; isOpen: boolean; reports: RootCauseReport[] },
  ): void {
    const { earlier, incident, at, isOpen, reports } = one;
    this.#state.counters.mergedIncidents += 1;
    if (incident.report !== undefined) {
      incident.revision += 1;
      const { revision } = incident;
      const updated = toEpochNanos(at);
      reports.push({ ...incident.report, revision, updated, mergedInto: earlier.id });
      incident.report = undefined;
    }
    this.#close(state, incident);
    const index = state.ended.indexOf(earlier);
    if (index >= 0) state.incidents.push(...state.ended.splice(index, 1));
    absorb(earlier, incident);
    this.#revise(state, earlier, { at, isOpen, reports });
  }

  /** The type of a story, or the one that somebody said it is the same as. */
  #typeOf(state: EnvironmentState, story: Story): IncidentTypeRecord {
    const type = recognise(state.types, story);
    const { environment } = state;
    const other = aliasOf(this.#state.decisions, { environment, incidentType: type.id });
    return (other === undefined ? undefined : state.types.get(other)) ?? type;
  }

  #noteType({ environment }: EnvironmentState, type: IncidentTypeRecord, story: Story): void {
    const summary = {
      environment,
      incidentType: type.id,
      occurrences: type.occurrences,
      firstSeen: type.times[0] ?? 0,
      lastSeen: type.times.at(-1) ?? 0,
      isRoutine: isRoutine(type),
      title: titleOf(story),
    };
    this.#state.changedTypes.set(`${environment}\u0000${type.id}`, summary);
  }

  #isHeldBack(
    state: EnvironmentState,
    one: { at: number; type: IncidentTypeRecord; isPlain: boolean },
  ): boolean {
    const { counters, decisions } = this.#state;
    const { at, type } = one;
    const { environment } = state;
    const standing = standingOf(decisions, { environment, incidentType: type.id, at });
    if (standing.isMuted || standing.isRoutine) {
      counters.suppressedByDecision += 1;
      return true;
    }
    if (standing.isAlert) return false;
    if (isRoutine(type) && !standing.isUseful) counters.suppressedAsRoutine += 1;
    else if (one.isPlain) counters.suppressedAsChange += 1;
    else if (!this.#takeToken(state, one.at)) counters.suppressedByBudget += 1;
    else return false;
    return true;
  }

  #takeToken(state: EnvironmentState, at: number): boolean {
    if (at - state.firstSeen >= dayMillis) return true;
    const { maxReportsPerHour } = this.#options;
    const refill = (Math.max(0, at - state.tokensAt) / 3_600_000) * maxReportsPerHour;
    state.tokens = Math.min(maxReportsPerHour, state.tokens + refill);
    state.tokensAt = Math.max(state.tokensAt, at);
    if (state.tokens < 1) return false;
    state.tokens -= 1;
    return true;
  }

  #close(state: EnvironmentState, incident: Incident): void {
    const index = state.incidents.indexOf(incident);
    if (index < 0) return;
    state.incidents.splice(index, 1);
    rememberEnded(state.ended, incident);
    if (incident.isWeak) return;
    for (const member of incident.members) {
      const history = state.logTypes.get(member);
      if (history !== undefined) dropEpisode(history);
    }
  }
}
