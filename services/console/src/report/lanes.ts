import type { IncidentEventJson } from '@culprit/service-query/module';
import { toMillis } from '../time/format-time.js';

/** The events of one log type, in order of time. */
export interface Lane {
  readonly logType: string;
  readonly events: readonly IncidentEventJson[];
  readonly hasCore: boolean;
}

/** Milliseconds since 1970, both ends included. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/**
 * One lane a log type: those of the core first, in the order in which the core touches them, so that a failure reads
 * from the top left to the bottom right; then the others in order of appearance. O(events).
 */
export function lanesOf(events: readonly IncidentEventJson[]): readonly Lane[] {
  const byLogType = Map.groupBy(events, ({ logType }) => logType);
  const order = new Set([
    ...events.filter(({ zoom }) => zoom === 0).map(({ logType }) => logType),
    ...events.map(({ logType }) => logType),
  ]);
  return [...order].map((logType) => {
    const ofLane = byLogType.get(logType) ?? [];
    return { logType, events: ofLane, hasCore: ofLane.some(({ zoom }) => zoom === 0) };
  });
}

/** What the time axis has to hold: all events and the start of the trouble. */
export function spanOf(events: readonly IncidentEventJson[], start: string): TimeSpan {
  const times = [toMillis(start), ...events.map(({ time }) => toMillis(time))];
  return { from: Math.min(...times), to: Math.max(...times) };
}
