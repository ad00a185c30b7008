import type { Bus } from '@culprit/bus';
import { encodeProgress, topics } from '@culprit/contracts';
import type { Clock } from '@culprit/kernel';

/** Dependencies of {@link createIdleClock}. */
export interface IdleClockOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly partition: number;
  /** Highest event time seen on the partition, -Infinity before the first record. */
  readonly highestTime: () => number;
  /** Raw records not yet structured. */
  readonly backlog: () => number;
  /** Lines whose record is not complete yet. */
  readonly pendingLines: () => number;
  /** Silence on the wall clock after which time starts to move by itself. */
  readonly idleAfterMs: number;
  /** True where other lanes wait for this one: then one that never had a line says that it is idle, once. */
  readonly hasNeighbours: boolean;
}

/**
 * Moves event time while no lines arrive: as much as the wall clock moved since the last line. The step is a record
 * on the raw topic, so a replay sees the same time pass. Without it the last lines before a silence would wait for
 * their bin to close until somebody logs again. The step also says that the lane is idle, so that the others need not
 * wait for it.
 */
export function createIdleClock(options: IdleClockOptions): () => Promise<void> {
  const { bus, clock, partition, highestTime, backlog, pendingLines, idleAfterMs, hasNeighbours } = options;
  let lastTime = -Infinity;
  let isKnownEmpty = !hasNeighbours;
  let movedAt = clock.now();

  return async function tick(): Promise<void> {
    const time = highestTime();
    const now = clock.now();
    if (time !== lastTime || backlog() > 0) {
      lastTime = time;
      movedAt = now;
      return;
    }
    const idleMs = now - movedAt;
    const isEmpty = time === -Infinity && pendingLines() === 0;
    if (idleMs < idleAfterMs || (isEmpty && isKnownEmpty)) return;
    isKnownEmpty = true;
    const value = encodeProgress({ highestTimeMillis: time + idleMs });
    await bus.publish(topics.rawLogs.name, [{ key: 'progress', value, partition }]);
    // The next tick sees the time this record brought as the last one; only what passes after it counts again.
    lastTime = time + idleMs;
    movedAt = now;
  };
}
