import { addGap, createGaps } from './baseline.js';
import type { GapStatistics, LogTypeBaseline } from './baseline.js';
import { binMillis } from './structured-event.js';
import type { EventSource } from './structured-event.js';

/** When something last spoke, and since when without a pause of a minute, ms. */
export interface Stretch {
  lastSeen: number;
  since: number;
}

/** When an environment spoke, and how much of its time nobody did. */
export interface EnvironmentActivity extends Stretch {
  readonly gaps: GapStatistics;
  /** Length of all pauses so far, ms. */
  pausedMillis: number;
  /** End of the last pause, ms; -Infinity before the first. */
  resumedAt: number;
  /** When everybody should be back after it, ms. */
  settledAt: number;
}

/** Which log types of a host spoke when; bounded. */
export interface HostActivity extends Stretch {
  readonly lastSeenByLogType: Map<string, number>;
}

const maxHosts = 2_000;
const maxEnvironments = 2_000;
const maxLogTypesPerHost = 32;
/** Whoever spoke within this time is alive; well below any absence that is looked at. */
export const aliveMillis = 30_000;
/** Quiet time after which a host or an environment counts as paused. */
const pauseMillis = 60_000;
/** An environment pauses when it is quiet for this many times its usual (geometric mean) gap. */
const pauseFactor = 10;
/** Who comes back after a pause may come as much later than the first as the pause took, up to this, ms. */
const maxReturnMillis = 300_000;
const minGaps = 12;

/** Time within which something with these gaps speaks while it is alive, ms. */
export function aliveWithin(gaps: GapStatistics): number {
  return Math.max(aliveMillis, 3_000 * gaps.mean);
}

/** The clock of what is learned: it stands still while nothing in the environment is logged. */
export interface ObservedClock {
  /** Observed time at the start of the bin: event time less all pauses, ms. */
  readonly time: number;
  /** Number of the bin, pauses not counted. */
  readonly binNumber: number;
  /** End of the last pause, ms; what was last seen before it has a gap of unknown length. */
  readonly resumedAt: number;
}

/** The observed clock of an environment at the bin that begins at `time` (ms). */
export function observedClock(activity: EnvironmentActivity | undefined, time: number): ObservedClock {
  const { pausedMillis, resumedAt } = activity ?? { pausedMillis: 0, resumedAt: -Infinity };
  const observed = time - pausedMillis;
  return { time: observed, binNumber: Math.floor(observed / binMillis), resumedAt };
}

/**
 * Notes that an environment spoke in the bin that begins at `time` (ms); bounded. O(1).
 *
 * @returns length of the pause that ended, ms; 0 without one
 */
export function noteEnvironment(
  environments: Map<string, EnvironmentActivity>,
  environment: string,
  time: number,
): number {
  const activity = environments.get(environment) ?? {
    lastSeen: time,
    since: time,
    gaps: createGaps(),
    pausedMillis: 0,
    resumedAt: -Infinity,
    settledAt: -Infinity,
  };
  const gap = time - activity.lastSeen;
  const usual = 1_000 * Math.exp(activity.gaps.logMean);
  const paused = gap > Math.max(pauseMillis, pauseFactor * usual) ? gap - binMillis : 0;
  if (paused > 0) {
    activity.pausedMillis += paused;
    activity.resumedAt = time;
    activity.settledAt = time + Math.min(paused, maxReturnMillis);
  }
  if (gap > 0) addGap(activity.gaps, gap / 1_000);
  extend(activity, time);
  environments.delete(environment);
  environments.set(environment, activity);
  const [oldest] = environments.keys();
  if (environments.size > maxEnvironments && oldest !== undefined) environments.delete(oldest);
  return paused;
}

/** Goes on with a stretch, or begins a new one after a pause. */
function extend(stretch: Stretch, time: number): void {
  if (time - stretch.lastSeen > pauseMillis) stretch.since = time;
  stretch.lastSeen = time;
}

/** Notes that a log type of a host spoke at `time` (ms). O(1). */
export function noteHost(hosts: Map<string, HostActivity>, source: EventSource, time: number): void {
  if (source.host === '') return;
  const key = hostKey(source);
  let host = hosts.get(key);
  if (host === undefined) {
    host = { lastSeenByLogType: new Map(), lastSeen: time, since: time };
    hosts.set(key, host);
    const [oldest] = hosts.keys();
    if (hosts.size > maxHosts && oldest !== undefined) hosts.delete(oldest);
  }
  extend(host, time);
  if (host.lastSeenByLogType.size < maxLogTypesPerHost || host.lastSeenByLogType.has(source.logType)) {
    host.lastSeenByLogType.set(source.logType, time);
  }
}

/**
 * False where other log types of the host are known and none of them spoke in the last half minute, or the host itself has
 * only just come back: after a pause everybody is late.
 *
 * @param patienceMillis absence that would be too long for the one that is missed
 */
export function isHostAlive(
  hosts: ReadonlyMap<string, HostActivity>,
  source: EventSource,
  { time, patienceMillis }: { readonly time: number; readonly patienceMillis: number },
): boolean {
  const host = hosts.get(hostKey(source));
  if (host === undefined) return true;
  let others = 0;
  for (const [logType, lastSeen] of host.lastSeenByLogType) {
    if (logType === source.logType) continue;
    if (time - lastSeen <= aliveMillis) return time - host.since >= patienceMillis;
    others += 1;
  }
  return others === 0;
}

/**
 * True where at least half of the other log types that speak regularly, and one at least, spoke lately: well after the
 * absent one did.
 * A stalled collector or the end of the load stops most of them at once. O(log types), called once per absence.
 */
export function isEnvironmentAlive(
  logTypes: Iterable<LogTypeBaseline>,
  absent: LogTypeBaseline,
  time: number,
): boolean {
  const halfAbsence = (time - absent.lastSeen) / 2;
  let regular = 0;
  let alive = 0;
  for (const other of logTypes) {
    if (other === absent || other.environment !== absent.environment || other.gaps.count < minGaps) continue;
    if (time - other.lastSeen > 3_600_000) continue;
    regular += 1;
    if (time - other.lastSeen <= Math.min(aliveWithin(other.gaps), halfAbsence)) alive += 1;
  }
  return alive > 0 && alive * 2 >= regular;
}

function hostKey(source: EventSource): string {
  return `${source.environment}\u0000${source.host}`;
}
