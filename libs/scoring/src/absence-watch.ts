import type { TemplateId } from '@culprit/kernel';
import { hashText, toEpochNanos } from '@culprit/kernel';
import type { Anomaly } from './anomaly.js';
import type { LogTypeBaseline, TemplateBaseline } from './baseline.js';
import { isMuted } from './control.js';
import { compareText } from './event-order.js';
import { aliveMillis, aliveWithin, isEnvironmentAlive, isHostAlive, observedClock } from './liveness.js';
import type { EnvironmentActivity, HostActivity } from './liveness.js';
import { logTypeKey } from './open-bins.js';
import { logTypeSilenceSentence, silenceSentence } from './sentences.js';
import { silenceDeadline, testSilence } from './silence.js';
import type { SilenceFinding } from './silence.js';
import { binMillis } from './structured-event.js';
import type { StructuredEvent } from './structured-event.js';

/** Stands for "the log type as a whole" where a template id is expected. */
export const wholeLogType = '';

/** Whose absence is looked at. */
export interface Due {
  readonly key: string;
  readonly templateId: TemplateId | typeof wholeLogType;
}

/**
 * When to look for whom. A subject has one look ahead of it at most, the one its `awaitedAt` names; what else is listed for it,
 * from before it was forgotten or merged, is void.
 */
export interface Absences {
  /** By the bin at which they would be too long. */
  readonly dueByBin: Map<number, Due[]>;
  /** Of environments in which nobody speaks, until somebody does. */
  readonly dueByQuietEnvironment: Map<string, Due[]>;
}

/** What the watch reads and writes of a scorer's state. */
export interface WatchedState {
  readonly absences: Absences;
  readonly logTypes: ReadonlyMap<string, LogTypeBaseline>;
  readonly hosts: ReadonlyMap<string, HostActivity>;
  readonly environments: ReadonlyMap<string, EnvironmentActivity>;
  readonly counters: { mutedAnomalies: number };
}

type Subject = LogTypeBaseline | TemplateBaseline;

interface Look {
  readonly logType: LogTypeBaseline;
  readonly templateId: TemplateId | typeof wholeLogType;
  /** The bin that is being closed. */
  readonly bin: number;
}

/** Time between two looks at an absence that cannot be told from a stall, and how long that goes on, ms. */
const repeatMillis = 60_000;
const maxPatienceMillis = 86_400_000;
/** While nobody speaks there is nothing to look for: the look waits until somebody does. */
const untilSomebodySpeaks = Infinity;

/** Notes when the absence of a template, or of the log type, would be too long. O(1). */
export function awaitAgain(absences: Absences, look: Look): void {
  const subject = subjectOf(look);
  if (subject === undefined || subject.awaitedAt > look.bin) return;
  const seconds = silenceDeadline(subject.gaps);
  if (seconds === undefined) return;
  schedule(absences, { ...look, subject }, subject.lastSeen + seconds * 1000);
}

/** Somebody speaks in the environment again: the looks that waited for it are due in a minute. */
export function endQuiet(absences: Absences, state: Pick<WatchedState, 'logTypes'>, at: QuietEnd): void {
  const dues = absences.dueByQuietEnvironment.get(at.environment);
  if (dues === undefined) return;
  absences.dueByQuietEnvironment.delete(at.environment);
  for (const { key, templateId } of dues) {
    const logType = state.logTypes.get(key);
    if (logType === undefined) continue;
    const subject = subjectOf({ logType, templateId });
    if (subject?.awaitedAt !== untilSomebodySpeaks) continue;
    schedule(absences, { logType, templateId, bin: at.bin, subject }, at.bin + repeatMillis);
  }
}

interface QuietEnd {
  readonly environment: string;
  readonly bin: number;
}

/** Looks at the absences that are due in a bin that is being closed, after its counts were scored. */
export function lookForAbsences(state: WatchedState, bin: number, found: Anomaly[]): void {
  const dues = state.absences.dueByBin.get(bin) ?? [];
  state.absences.dueByBin.delete(bin);
  dues.sort((a, b) => compareText(a.key, b.key) || compareText(a.templateId, b.templateId));
  for (const { key, templateId } of dues) {
    const logType = state.logTypes.get(key);
    const anomaly = logType === undefined ? undefined : lookAt(state, { logType, templateId, bin });
    if (anomaly !== undefined) found.push(anomaly);
  }
}

function lookAt(state: WatchedState, look: Look): Anomaly | undefined {
  const { logType, templateId, bin } = look;
  const subject = subjectOf(look);
  if (subject === undefined || subject.awaitedAt !== bin) return undefined;
  subject.awaitedAt = -Infinity;
  const deadline = silenceDeadline(subject.gaps);
  const event = subject.lastEvent;
  if (deadline === undefined || event === undefined || subject.isSilent) return undefined;
  const environment = state.environments.get(logType.environment);
  if (environment === undefined || bin - environment.lastSeen > aliveMillis) {
    waitForSomebody(state.absences, look, subject);
    return undefined;
  }
  // What a pause of everybody hid is unknown: absence counts from when everybody should be back.
  const since = Math.max(subject.lastSeen, environment.settledAt);
  const silent = (bin - since) / 1000;
  if (silent < deadline) {
    schedule(state.absences, { ...look, subject }, since + deadline * 1000);
    return undefined;
  }
  if (!isTrustworthy(state, look, { environment, patienceMillis: deadline * 1000 })) {
    // Few others speak either: look again in a minute, when the collector may have caught up.
    if (silent * 1000 < maxPatienceMillis) schedule(state.absences, { ...look, subject }, bin + repeatMillis);
    return undefined;
  }
  subject.isSilent = true;
  if (templateId !== wholeLogType && isMuted(logType, templateId, bin)) {
    state.counters.mutedAnomalies += 1;
    return undefined;
  }
  const finding = {
    ...testSilence(subject.gaps, silent),
    usualSeconds: usualSeconds(look, observedClock(environment, bin).time),
  };
  return silenceAnomaly(look, event, finding);
}

function subjectOf({ logType, templateId }: Pick<Look, 'logType' | 'templateId'>): Subject | undefined {
  return templateId === wholeLogType ? logType : logType.templates.get(templateId);
}

function schedule(
  absences: Absences,
  { logType, templateId, bin, subject }: Look & { readonly subject: Subject },
  time: number,
): void {
  const at = Math.max(Math.ceil(time / binMillis) * binMillis, bin + binMillis);
  subject.awaitedAt = at;
  const due = { key: logTypeKey(logType.environment, logType.logType), templateId };
  const list = absences.dueByBin.get(at);
  if (list === undefined) absences.dueByBin.set(at, [due]);
  else list.push(due);
}

function waitForSomebody(absences: Absences, { logType, templateId }: Look, subject: Subject): void {
  subject.awaitedAt = untilSomebodySpeaks;
  const { environment } = logType;
  const list = absences.dueByQuietEnvironment.get(environment) ?? [];
  list.push({ key: logTypeKey(environment, logType.logType), templateId });
  absences.dueByQuietEnvironment.set(environment, list);
}

/**
 * An absence is evidence only while others go on, and have gone on for as long as it takes to miss something: the log
 * type for one of its templates, the host and the environment for a whole log type.
 */
function isTrustworthy(
  { hosts, logTypes }: WatchedState,
  { logType, templateId, bin }: Look,
  around: { readonly environment: EnvironmentActivity; readonly patienceMillis: number },
): boolean {
  const { environment, patienceMillis } = around;
  if (templateId !== wholeLogType) {
    const isAlive = bin - logType.lastSeen <= Math.min(aliveWithin(logType.gaps), patienceMillis / 2);
    return isAlive && bin - logType.resumedAt >= patienceMillis;
  }
  const event = logType.lastEvent;
  return (
    event !== undefined &&
    bin - environment.since >= patienceMillis &&
    isHostAlive(hosts, event.source, { time: bin, patienceMillis }) &&
    isEnvironmentAlive(logTypes.values(), logType, bin)
  );
}

/**
 * Time between two records, s. Gaps are known from bin to bin; what comes more often is known by its rate.
 *
 * @param observed the observed time of the environment, ms
 */
function usualSeconds(look: Look, observed: number): number {
  const subject = subjectOf(look);
  if (subject === undefined) return 0;
  const gap = subject.gaps.mean;
  if (gap > 1.5 * (binMillis / 1000)) return gap;
  if ('rate' in subject) return Math.min(gap, 60 / subject.rate.mean);
  return Math.min(gap, (observed - subject.firstObserved) / 1000 / Math.max(1, subject.recordCount));
}

function silenceAnomaly(
  { logType, templateId, bin }: Look,
  event: StructuredEvent,
  finding: SilenceFinding,
): Anomaly {
  const isWhole = templateId === wholeLogType;
  const name = `${logType.environment}\u0000${logType.logType}\u0000${isWhole ? 'log type' : templateId}`;
  const sentence = isWhole ? logTypeSilenceSentence(finding) : silenceSentence(finding);
  return {
    event: { ...event, eventId: `silence-${bin}-${hashText(name)}`, time: toEpochNanos(bin) },
    surprise: -Math.log(finding.probability),
    badness: 0,
    evidence: [{ kind: 'silence', probability: finding.probability, sentence }],
    count: 0,
  };
}
