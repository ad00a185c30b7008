import type { LogTypeBaseline } from './baseline.js';
import type { EventSource } from './structured-event.js';

/** Which log types of a host spoke when; bounded. */
export interface HostActivity {
  readonly lastSeenByLogType: Map<string, number>;
}

const maxHosts = 2_000;
const maxLogTypesPerHost = 32;
const aliveMillis = 60_000;
const minGaps = 12;

/** Notes that a log type of a host spoke at `time` (ms). O(1). */
export function noteHost(hosts: Map<string, HostActivity>, source: EventSource, time: number): void {
  if (source.host === '') return;
  const key = hostKey(source);
  let host = hosts.get(key);
  if (host === undefined) {
    host = { lastSeenByLogType: new Map() };
    hosts.set(key, host);
    const [oldest] = hosts.keys();
    if (hosts.size > maxHosts && oldest !== undefined) hosts.delete(oldest);
  }
  if (host.lastSeenByLogType.size < maxLogTypesPerHost || host.lastSeenByLogType.has(source.logType)) {
    host.lastSeenByLogType.set(source.logType, time);
  }
}

/** False where other log types of the host are known and none of them spoke in the last minute. */
export function isHostAlive(
  hosts: ReadonlyMap<string, HostActivity>,
  source: EventSource,
  time: number,
): boolean {
  const host = hosts.get(hostKey(source));
  if (host === undefined) return true;
  let others = 0;
  for (const [logType, lastSeen] of host.lastSeenByLogType) {
    if (logType === source.logType) continue;
    if (time - lastSeen <= aliveMillis) return true;
    others += 1;
  }
  return others === 0;
}

/**
 * True where at least half of the other log types that speak regularly, and one at least, spoke lately.
 * A stalled collector or the end of the load stops most of them at once. O(log types), called once per absence.
 */
export function isEnvironmentAlive(
  logTypes: Iterable<LogTypeBaseline>,
  absent: LogTypeBaseline,
  time: number,
): boolean {
  let regular = 0;
  let alive = 0;
  for (const other of logTypes) {
    if (other === absent || other.environment !== absent.environment || other.gaps.count < minGaps) continue;
    if (time - other.lastSeen > 3_600_000) continue;
    regular += 1;
    if (time - other.lastSeen <= Math.max(aliveMillis, 3_000 * other.gaps.mean)) alive += 1;
  }
  return alive > 0 && alive * 2 >= regular;
}

function hostKey(source: EventSource): string {
  return `${source.environment}\u0000${source.host}`;
}
