import type { BusProducer, BusRecord, ReceivedRecord } from '@culprit/bus';
import { decodeDeadLetter } from '@culprit/contracts';
import { AppError } from '@culprit/kernel';
import type { Snapshot, SnapshotStore } from '@culprit/store';
import { describe, expect, it } from 'vitest';
import { silentLogger } from './logger.js';
import { StageRunner, type StageState } from './stage-runner.js';

const malformed = new AppError({ code: 'CULPRIT_CONTRACTS_MALFORMED', message: 'cut off' });

/** A world around a runner that writes down what happens, in order. */
class World {
  readonly events: string[] = [];
  /** Why a partition cannot go on, each time it is told. */
  readonly broken: string[] = [];
  readonly published: { readonly topic: string; readonly record: BusRecord }[] = [];
  /** Publications that fail before one succeeds. */
  refusals = 0;
  saved: Snapshot | undefined;

  readonly producer: BusProducer = {
    publish: (topic, records) => {
      if (this.refusals > 0) {
        this.refusals -= 1;
        return Promise.reject(new AppError({ code: 'CULPRIT_BUS_FULL', message: 'full', isRetryable: true }));
      }
      this.published.push(...records.map((record) => ({ topic, record })));
      return Promise.resolve(records.map((_, offset) => ({ partition: 0, offset })));
    },
  };

  readonly snapshots: SnapshotStore = {
    save: (_key, snapshot) => {
      this.events.push(`save ${snapshot.sequence}`);
      this.saved = snapshot;
      return Promise.resolve();
    },
    loadLatest: () => Promise.resolve(this.saved),
  };

  /** A runner over a state that sums the first bytes of records, started as after a restart. */
  async start(
    fail: (record: ReceivedRecord) => Error | undefined = () => undefined,
    isOurs?: () => boolean,
  ): Promise<StageRunner> {
    const runner = new StageRunner({
      onBroken: ({ message }) => this.broken.push(message),
      stage: 'sum',
      group: 'culprit-sum',
      snapshots: this.snapshots,
      producer: this.producer,
      logger: silentLogger,
      deadLetterTopic: 'letters',
      open: (_partition, snapshot) => this.#sum(snapshot?.[0] ?? 0, fail),
      checkpointBytes: 1_000,
    });
    await runner.restore([0], isOurs);
    runner.attach({
      commit: (_partition, offset) => {
        this.events.push(`commit ${offset}`);
        return Promise.resolve();
      },
    });
    return runner;
  }

  get sums(): readonly (number | undefined)[] {
    return this.published.filter(({ topic }) => topic === 'sums').map(({ record }) => record.value[0]);
  }

  #sum(start: number, fail: (record: ReceivedRecord) => Error | undefined): StageState {
    let sum = start;
    return {
      apply: (record) => {
        const failure = fail(record);
        if (failure !== undefined) return Promise.reject(failure);
        sum += record.value[0] ?? 0;
        return Promise.resolve([{ topic: 'sums', key: 'k', value: Uint8Array.of(sum) }]);
      },
      flush: () => {
        this.events.push('flush');
        return Promise.resolve();
      },
      snapshot: () => Uint8Array.of(sum),
    };
  }
}

/** Records 1, 2, 3, … at offsets from..to. */
const batch = (from: number, to: number) => ({
  topic: 't',
  partition: 0,
  highWatermark: to + 1,
  records: Array.from({ length: to - from + 1 }, (_, i) => ({
    offset: from + i,
    key: 'k',
    value: Uint8Array.of(from + i + 1),
    headers: {},
  })),
});

describe('a stage', () => {
  it('makes effects durable, then saves its state, then commits', async () => {
    const world = new World();
    const runner = await world.start();
    await runner.handle(batch(0, 2));
    expect(world.events).toEqual([]);
    await runner.checkpoint();
    expect(world.events).toEqual(['flush', 'save 2', 'commit 3']);
    await runner.checkpoint();
    expect(world.events).toHaveLength(3);
  });

  it('goes on from its snapshot with the same output', async () => {
    const world = new World();
    const first = await world.start();
    await first.handle(batch(0, 1));
    await first.checkpoint();
    await first.handle(batch(2, 3));
    const second = await world.start();
    expect(second.nextOffset(0)).toBe(2);
    await second.handle(batch(0, 3));
    expect(world.sums).toEqual([1, 3, 6, 10, 6, 10]);
  });

  it('applies a batch once that comes again because its output could not be published', async () => {
    const world = new World();
    const runner = await world.start();
    world.refusals = 2;
    await expect(runner.handle(batch(0, 1))).rejects.toThrow('full');
    await expect(runner.handle(batch(0, 1))).rejects.toThrow('full');
    await runner.handle(batch(0, 2));
    expect(world.sums).toEqual([1, 3, 6]);
  });

  it('turns a record that can never be read into a dead letter and goes on', async () => {
    const world = new World();
    const runner = await world.start(({ offset }) => (offset === 1 ? malformed : undefined));
    await runner.handle(batch(0, 2));
    expect(world.sums).toEqual([1, 4]);
    expect(runner.deadLetters).toBe(1);
    expect(runner.failure).toBeUndefined();
    const letter = world.published.find(({ topic }) => topic === 'letters')?.record;
    expect(decodeDeadLetter(letter?.value ?? new Uint8Array())).toMatchObject({
      topic: 't',
      offset: 1,
      group: 'culprit-sum',
      reason: 'CULPRIT_CONTRACTS_MALFORMED',
    });
  });

  it.each([
    ['a passing trouble', new AppError({ code: 'CULPRIT_STORE_BUSY', message: 'busy', isRetryable: true })],
    ['a bug', new TypeError('undefined is not a function')],
  ])('stops at %s until a restart makes the state whole', async (_what, failure) => {
    const world = new World();
    let isBroken = true;
    const runner = await world.start(({ offset }) => (isBroken && offset === 1 ? failure : undefined));
    await expect(runner.handle(batch(0, 2))).rejects.toBe(failure);
    isBroken = false;
    await expect(runner.handle(batch(0, 2))).rejects.toBe(failure);
    expect(runner.failure).toBe(failure);
    const restarted = await world.start();
    await restarted.handle(batch(0, 2));
    expect(world.sums).toEqual([1, 3, 6]);
  });

  it('never saves a state that a record changed in part', async () => {
    const world = new World();
    const runner = await world.start(({ offset }) => (offset === 1 ? new Error('half way') : undefined));
    await expect(runner.handle(batch(0, 1))).rejects.toThrow('half way');
    await runner.checkpoint();
    expect(world.saved).toBeUndefined();
    expect(world.events).toEqual([]);
  });

  it('writes, saves and commits nothing once its partition may be somebody else’s', async () => {
    const world = new World();
    let isOurs = true;
    const runner = await world.start(undefined, () => isOurs);
    await runner.handle(batch(0, 1));
    isOurs = false;
    await expect(runner.checkpoint()).rejects.toMatchObject({ code: 'CULPRIT_PLATFORM_FENCED' });
    await expect(runner.flush()).rejects.toMatchObject({ code: 'CULPRIT_PLATFORM_FENCED' });
    expect(world.events).toEqual([]);
    isOurs = true;
    await runner.checkpoint();
    expect(world.events).toEqual(['flush', 'save 1', 'commit 2']);
  });

  it('asks for a restart when it broke without its partition and then got it back', async () => {
    const world = new World();
    let isOurs = false;
    const failure = new AppError({ code: 'CULPRIT_STORE_FENCED', message: 'not ours' });
    const runner = await world.start(
      ({ offset }) => (offset === 1 ? failure : undefined),
      () => isOurs,
    );
    await expect(runner.handle(batch(0, 1))).rejects.toBe(failure);
    expect([runner.deadLetters, world.broken]).toEqual([0, []]);
    isOurs = true;
    await expect(runner.handle(batch(0, 1))).rejects.toBe(failure);
    expect(world.broken).toEqual(['not ours']);
  });

  it('takes a checkpoint by itself after enough input', async () => {
    const world = new World();
    const runner = await world.start();
    const large = batch(0, 0);
    await runner.handle({
      ...large,
      records: large.records.map((record) => ({ ...record, value: new Uint8Array(1_000) })),
    });
    expect(world.events).toEqual(['flush', 'save 0', 'commit 1']);
  });
});
