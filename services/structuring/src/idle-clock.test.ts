import { createInProcessBus, type InProcessBus } from '@culprit/bus';
import { allTopics, decodeRawRecord, topics } from '@culprit/contracts';
import type { EpochMillis } from '@culprit/kernel';
import { silentLogger } from '@culprit/platform';
import { afterEach, describe, expect, it } from 'vitest';
import { createIdleClock } from './idle-clock.js';

const idleAfterMs = 5_000;

describe('time while nobody logs', () => {
  let opened: InProcessBus | undefined;
  afterEach(() => opened?.close());

  async function start(hasNeighbours = false) {
    const bus = await createInProcessBus({
      topics: allTopics.map((topic) => ({ ...topic, partitions: 1 })),
      logger: silentLogger,
    });
    opened = bus;
    const state = { now: 1_000_000, time: -Infinity, backlog: 0, pending: 0 };
    const moved: number[] = [];
    await bus.subscribe({
      topic: topics.rawLogs.name,
      group: 'test',
      onBatch: (batch) => {
        for (const { value } of batch.records) {
          const content = decodeRawRecord(value);
          if (content.kind === 'progress') moved.push(content.progress.highestTimeMillis);
        }
        return Promise.resolve();
      },
    });
    const tick = createIdleClock({
      bus,
      clock: { now: () => state.now as EpochMillis },
      partition: 0,
      highestTime: () => state.time,
      backlog: () => state.backlog,
      pendingLines: () => state.pending,
      idleAfterMs,
      hasNeighbours,
    });
    return { state, moved, tick };
  }

  it('does not begin before the first record', async () => {
    const { state, moved, tick } = await start();
    state.now += 60_000;
    await tick();
    expect(moved).toEqual([]);
  });

  it('ends records of lines that say nothing of time', async () => {
    const { state, moved, tick } = await start();
    state.pending = 1;
    state.now += idleAfterMs;
    await tick();
    await expect.poll(() => moved).toEqual([-Infinity]);
  });

  it('says once that a lane without any line is idle, where others wait for it', async () => {
    const { state, moved, tick } = await start(true);
    state.now += idleAfterMs;
    await tick();
    state.now += 10 * idleAfterMs;
    await tick();
    await expect.poll(() => moved).toEqual([-Infinity]);
  });

  it('moves by as much as the wall clock once it was silent for long enough', async () => {
    const { state, moved, tick } = await start();
    state.time = 500_000;
    await tick();
    state.now += idleAfterMs - 1;
    await tick();
    state.now += 1;
    await tick();
    await expect.poll(() => moved).toEqual([500_000 + idleAfterMs]);
  });

  it('counts only what passes after the last step', async () => {
    const { state, moved, tick } = await start();
    state.time = 500_000;
    await tick();
    for (let step = 1; step <= 2; step++) {
      state.now += idleAfterMs;
      await tick();
      await expect.poll(() => moved.length).toBe(step);
      state.time = moved.at(-1) ?? 0;
    }
    expect(moved).toEqual([500_000 + idleAfterMs, 500_000 + 2 * idleAfterMs]);
  });

  it('waits while records are not yet structured', async () => {
    const { state, moved, tick } = await start();
    state.time = 500_000;
    await tick();
    state.backlog = 3;
    state.now += 10 * idleAfterMs;
    await tick();
    state.backlog = 0;
    state.now += idleAfterMs - 1;
    await tick();
    state.now += 1;
    await tick();
    await expect.poll(() => moved.length).toBe(1);
    expect(moved).toEqual([500_000 + idleAfterMs]);
  });
});
