import { compareEvents } from '@culprit/scoring';
import type { Anomaly, AnomalyBatch } from '@culprit/scoring';
import { timeOf } from './onset.js';

/** Anomalies of several lanes, waiting for the slowest. */
export interface MergeQueue {
  readonly closedThroughByLane: Map<number, number>;
  /** Not sorted; ids are unique. */
  pending: Map<string, Anomaly>;
  /** Ids released lately, oldest first, against repeated batches; bounded. */
  readonly released: Map<string, true>;
}

const maxReleased = 50_000;

/** A queue no lane has spoken to yet. */
export function createMergeQueue(): MergeQueue {
  return { closedThroughByLane: new Map(), pending: new Map(), released: new Map() };
}

/**
 * Takes in a batch. Anomalies are recognised by event id, not by the batch's sequence: after a restart the lanes may
 * interleave in another order, and then the same anomaly arrives with another batch.
 *
 * @returns how many were known already
 */
export function acceptBatch(queue: MergeQueue, batch: AnomalyBatch): number {
  let duplicates = 0;
  for (const anomaly of batch.anomalies) {
    const { eventId } = anomaly.event;
    if (queue.released.has(eventId) || queue.pending.has(eventId)) duplicates += 1;
    else queue.pending.set(eventId, anomaly);
  }
  const known = queue.closedThroughByLane.get(batch.lane) ?? -Infinity;
  queue.closedThroughByLane.set(batch.lane, Math.max(known, batch.closedThrough));
  return duplicates;
}

/** Takes out everything up to the slowest lane (or `upTo`), in order of (time, log type, event id). */
export function release(queue: MergeQueue, upTo?: number): { anomalies: Anomaly[]; through: number } {
  const through = upTo ?? Math.min(Infinity, ...queue.closedThroughByLane.values());
  const anomalies: Anomaly[] = [];
  for (const [eventId, anomaly] of queue.pending) {
    if (upTo === undefined && timeOf(anomaly) >= through) continue;
    anomalies.push(anomaly);
    queue.pending.delete(eventId);
    queue.released.set(eventId, true);
  }
  for (const eventId of queue.released.keys()) {
    if (queue.released.size <= maxReleased) break;
    queue.released.delete(eventId);
  }
  anomalies.sort((a, b) => compareEvents(a.event, b.event));
  return { anomalies, through };
}
