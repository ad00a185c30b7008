import { createInProcessBus, type BusBatch, type InProcessBus, type ReceivedRecord } from '@culprit/bus';
import { allTopics, topics } from '@culprit/contracts';
import { AppError } from '@culprit/kernel';
import type { Snapshot, SnapshotStore } from '@culprit/store';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from './logger.js';
import { StageRunner, type StageState } from './stage-runner.js';

const topic = topics.rawLogs.name;
const outputTopic = topics.structuredEvents.name;
const deadLetterTopic = topics.structuringDeadLetters.name;

/** Adds up the texts it was given; what happens is written down in order. */
class Sum implements StageState {
  readonly events: string[];
  total: number;
  failure: Error | undefined;

  constructor(events: string[], total: number) {
    this.events = events;
    this.total = total;
  }

  apply(record: ReceivedRecord) {
    const text = Buffer.from(record.value).toString();
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (Number.isNaN(Number(text))) {
      return Promise.reject(new AppError({ code: 'CULPRIT_TEST_BAD', message: 'no number' }));
    }
    this.total += Number(text);
    this.events.push(`apply ${text}`);
    return Promise.resolve([{ topic: outputTopic, key: 'sum', value: Buffer.from(String(this.total)) }]);
  }

  flush() {
    this.events.push('flush');
    return Promise.resolve();
  }

  snapshot() {
    return Buffer.from(String(this.total));
  }
}

describe('the loop of a stage', () => {
  let opened: InProcessBus | undefined;
  afterEach(() => opened?.close());

  async function start(saved?: Snapshot) {
    const bus = await createInProcessBus({
      topics: allTopics.map((definition) => ({ ...definition, partitions: 1 })),
      logger: silentLogger,
    });
    opened = bus;
    const events: string[] = [];
    const kept: { latest: Snapshot | undefined } = { latest: saved };
    const snapshots: SnapshotStore = {
      save(_key, snapshot) {
        events.push(`save ${Buffer.from(snapshot.payload).toString()} at ${snapshot.sequence}`);
        kept.latest = snapshot;
        return Promise.resolve();
      },
      loadLatest: () => Promise.resolve(kept.latest),
    };
    const states: Sum[] = [];
    const publisher = { fails: 0 };
    const runner = new StageRunner({
      stage: 'sum',
      group: 'culprit-sum',
      partitionCount: 1,
      snapshots,
      producer: {
        publish: async (name, records) => {
          if (publisher.fails-- > 0)
            throw new AppError({ code: 'CULPRIT_BUS_FULL', message: 'full', isRetryable: true });
          for (const { value } of records)
            events.push(`publish ${Buffer.from(value).toString().slice(0, 20)}`);
          return await bus.publish(name, records);
        },
      },
      logger: silentLogger,
      deadLetterTopic,
      open: (_partition, snapshot) => {
        const state = new Sum(events, snapshot === undefined ? 0 : Number(Buffer.from(snapshot).toString()));
        states.push(state);
        return state;
      },
    });
    await runner.restore();
    runner.attach({
      commit: (_partition, offset) => {
        events.push(`commit ${offset}`);
        return Promise.resolve();
      },
    });
    return { bus, runner, events, publisher, state: states[0] ?? new Sum([], 0) };
  }

  it('applies and publishes a batch once, however often it is delivered', async () => {
    const { runner, events } = await start();
    await runner.handle(batchOf(0, '1', '2'));
    await runner.handle(batchOf(0, '1', '2', '3'));
    expect(events).toEqual(['apply 1', 'apply 2', 'publish 1', 'publish 3', 'apply 3', 'publish 6']);
  });

  it('saves the state after its rows are durable and commits the offset last', async () => {
    const { runner, events } = await start();
    await runner.handle(batchOf(4, '1', '2'));
    events.length = 0;
    await runner.checkpoint();
    await runner.checkpoint();
    expect(events).toEqual(['flush', 'save 3 at 5', 'commit 6']);
  });

  it('goes on from its snapshot and skips what that includes', async () => {
    const { runner, events } = await start({ sequence: 5, payload: Buffer.from('40') });
    expect(runner.nextOffset(0)).toBe(6);
    await runner.handle(batchOf(4, '100', '100', '2'));
    expect(events).toEqual(['apply 2', 'publish 42']);
  });

  it('publishes what failed to be published before it takes more', async () => {
    const { runner, events, publisher } = await start();
    publisher.fails = 1;
    await expect(runner.handle(batchOf(0, '1'))).rejects.toMatchObject({ code: 'CULPRIT_BUS_FULL' });
    await runner.handle(batchOf(0, '1', '2'));
    expect(events).toEqual(['apply 1', 'publish 1', 'apply 2', 'publish 3']);
  });

  it('makes a dead letter of a record that can never be read, and goes on', async () => {
    const { bus, runner, events } = await start();
    const letters: BusBatch[] = [];
    await bus.subscribe({
      topic: deadLetterTopic,
      group: 'test',
      onBatch: (batch) => {
        letters.push(batch);
        return Promise.resolve();
      },
    });
    await runner.handle(batchOf(0, '1', 'nonsense', '2'));
    expect(runner.deadLetters).toBe(1);
    expect(events.filter((event) => event.startsWith('apply'))).toEqual(['apply 1', 'apply 2']);
    await expect.poll(() => letters.flatMap(({ records }) => records).length).toBe(1);
  });

  it('stops a partition whose state may be half changed, and saves nothing of it', async () => {
    const { runner, events, state } = await start();
    await runner.handle(batchOf(0, '1'));
    state.failure = new AppError({ code: 'CULPRIT_STORE_DOWN', message: 'no store', isRetryable: true });
    await expect(runner.handle(batchOf(1, '2'))).rejects.toThrow('no store');
    state.failure = undefined;
    await expect(runner.handle(batchOf(1, '2'))).rejects.toThrow('no store');
    expect(runner.failure?.message).toBe('no store');
    await runner.checkpoint();
    expect(events).toEqual(['apply 1', 'publish 1']);
  });
});

function batchOf(firstOffset: number, ...texts: readonly string[]): BusBatch {
  const records = texts.map((text, i) => ({
    offset: firstOffset + i,
    key: 'k',
    value: Buffer.from(text),
    headers: {},
  }));
  return { topic, partition: 0, records, highWatermark: firstOffset + texts.length };
}
