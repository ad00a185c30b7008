import { createInProcessBus, type Bus } from '@culprit/bus';
import type { SnapshotStore } from '@culprit/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHealth } from './health.js';
import { silentLogger } from './logger.js';
import { StageRunner } from './stage-runner.js';
import { StageService } from './stage-service.js';

const flushIntervalMs = 100;
const noSnapshots: SnapshotStore = {
  save: () => Promise.resolve(),
  loadLatest: () => Promise.resolve(undefined),
};

afterEach(() => {
  vi.useRealTimers();
});

/** A stage whose number of waiting records is told from outside; returns what counts its flushes. */
async function startStage(
  waiting: () => number,
): Promise<{ flushes: () => number; stop: () => Promise<void> }> {
  const inner = await createInProcessBus({
    topics: [{ name: 'input', partitions: 1, maxRecordBytes: 1_000, whenFull: 'wait' }],
    logger: silentLogger,
  });
  const bus: Bus = {
    publish: (topic, records) => inner.publish(topic, records),
    partitionCount: (topic) => inner.partitionCount(topic),
    committed: (...position) => inner.committed(...position),
    close: () => inner.close(),
    subscribe: async (options) => {
      const subscription = await inner.subscribe(options);
      return {
        topic: subscription.topic,
        group: subscription.group,
        commit: (partition, offset) => subscription.commit(partition, offset),
        close: () => subscription.close(),
        lag: () => subscription.lag().map((partition) => ({ ...partition, lag: waiting() })),
      };
    },
  };
  let flushes = 0;
  const runner = new StageRunner({
    stage: 'count',
    group: 'culprit-count',
    snapshots: noSnapshots,
    producer: bus,
    logger: silentLogger,
    deadLetterTopic: 'letters',
    open: () => ({
      apply: () => Promise.resolve([]),
      flush: () => {
        flushes += 1;
        return Promise.resolve();
      },
      snapshot: () => new Uint8Array(0),
    }),
  });
  const service = new StageService({
    stage: 'count',
    topic: 'input',
    group: 'culprit-count',
    bus,
    runner,
    health: createHealth(),
    logger: silentLogger,
    flushIntervalMs,
    checkpointIntervalMs: 3_600_000,
  });
  vi.useFakeTimers();
  await service.onApplicationBootstrap();
  const stop = async (): Promise<void> => {
    vi.useRealTimers();
    await service.beforeApplicationShutdown();
    await inner.close();
  };
  return { flushes: () => flushes, stop };
}

describe('the flush of a stage', () => {
  it('comes with every tick while the stage keeps up', async () => {
    const stage = await startStage(() => 1);
    await vi.advanceTimersByTimeAsync(8 * flushIntervalMs);
    expect(stage.flushes()).toBe(8);
    await stage.stop();
  });

  it('comes with every fourth tick while the stage is behind, and at once when it has caught up', async () => {
    let waiting = 50;
    const stage = await startStage(() => waiting);
    await vi.advanceTimersByTimeAsync(8 * flushIntervalMs);
    expect(stage.flushes()).toBe(2);
    waiting = 0;
    await vi.advanceTimersByTimeAsync(flushIntervalMs);
    expect(stage.flushes()).toBe(3);
    await stage.stop();
  });
});
