import { randomUUID } from 'node:crypto';
import type { Bus, BusRecord } from '@culprit/bus';
import { array, nat, sample } from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { collect, keepEverything, pause, record, text, turn, until, values } from './bus-support.js';

/** A topic as the suite asks for it. */
export interface ContractTopic {
  readonly name: string;
  readonly partitions: number;
  readonly maxRecordBytes: number;
  readonly whenFull: 'wait' | 'discard-oldest';
}

/** One bus under test; `reopen` ends it and opens it again on the same data. */
export interface BusUnderTest {
  readonly bus: Bus;
  /** Only called where the driver {@link BusDriver.isDurable}. */
  reopen(): Promise<BusUnderTest>;
  /** Closes the bus and removes what it stored. */
  dispose(): Promise<void>;
}

/** What a driver brings to the suite. */
export interface BusDriver {
  /** Room and pauses small enough for a test: a failed batch comes again within a second. */
  create(topics: readonly ContractTopic[], limits?: BusLimits): Promise<BusUnderTest>;
  /** False for a driver whose publishers do not know how far the readers are. */
  readonly hasBackPressure: boolean;
  /** False where nothing outlives the bus. */
  readonly isDurable: boolean;
}

/** Room of a topic, in bytes. */
export interface BusLimits {
  readonly unreadBytes?: number;
  readonly retainedBytes?: number;
  readonly publishTimeoutMs?: number;
}

/** What every driver of the bus port must do. Each test has topics and groups of its own. */
export function describeBusContract(name: string, driver: BusDriver): void {
  describe(`bus contract: ${name}`, () => {
    const opened: BusUnderTest[] = [];

    async function open(partitions: number, limits?: BusLimits) {
      const topic = `contract.${randomUUID()}`;
      const definition = { name: topic, partitions, maxRecordBytes: 262_144, whenFull: 'wait' as const };
      const underTest = await driver.create([definition], limits);
      opened.push(underTest);
      return { topic, underTest, bus: underTest.bus };
    }

    afterEach(async () => {
      for (const underTest of opened.splice(0)) await underTest.dispose();
    });

    it('gives rising offsets in each partition, in the order of the records', async () => {
      const { bus, topic } = await open(2);
      const first = await bus.publish(topic, [
        { ...record('a'), partition: 0 },
        { ...record('b'), partition: 1 },
        { ...record('c'), partition: 0 },
      ]);
      const second = await bus.publish(topic, [{ ...record('d'), partition: 0 }]);
      expect(first.map(({ partition }) => partition)).toEqual([0, 1, 0]);
      const offsets = [first[0], first[2], second[0]].map((position) => position?.offset ?? -1);
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
      expect(new Set(offsets).size).toBe(3);
    });

    it('hands over key, value and headers as they were published', async () => {
      const { bus, topic } = await open(1);
      const value = Uint8Array.from({ length: 256 }, (_, index) => index);
      const headers = { trace: '00-ab', 'ünïcode "key"': 'line\nbreak' };
      await bus.publish(topic, [
        { key: 'schlüssel\u001f日本', value, headers },
        { key: '', value: new Uint8Array(0) },
      ]);
      const records = (await collect(bus, topic, 2)).flatMap((batch) => batch.records);
      expect(records.map(({ key }) => key)).toEqual(['schlüssel\u001f日本', '']);
      expect(records.map((item) => [...item.value])).toEqual([[...value], []]);
      expect(records.map((item) => ({ ...item.headers }))).toEqual([headers, {}]);
    });

    it('keeps records of one key in one partition and in order', async () => {
      const { bus, topic } = await open(4);
      for (let n = 0; n < 60; n++) await bus.publish(topic, [record(String(n), `key-${n % 7}`)]);
      const batches = await collect(bus, topic, 60);
      for (let key = 0; key < 7; key++) {
        const mine = batches.flatMap(({ partition, records }) =>
          records
            .filter((item) => item.key === `key-${key}`)
            .map((item) => ({ partition, n: Number(text(item.value)) })),
        );
        expect(new Set(mine.map(({ partition }) => partition)).size).toBe(1);
        const numbers = mine.map(({ n }) => n);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
    });

    it('delivers every record once to every group', async () => {
      const { bus, topic } = await open(3);
      const all = sample(array(nat(5), { minLength: 1, maxLength: 8 }), { numRuns: 20, seed: 11 });
      let count = 0;
      for (const keys of all) {
        await bus.publish(
          topic,
          keys.map((key) => record(String(count++), `key-${key}`)),
        );
      }
      const [one, two] = await Promise.all([collect(bus, topic, count), collect(bus, topic, count)]);
      const expected = Array.from({ length: count }, (_, n) => n);
      for (const batches of [one, two]) {
        const seen = batches.flatMap(({ records }) => records.map((item) => Number(text(item.value))));
        expect(seen.toSorted((a, b) => a - b)).toEqual(expected);
      }
    });

    it('has one batch of a partition in flight and keeps to the limits of a batch', async () => {
      const { bus, topic } = await open(2);
      for (let n = 0; n < 40; n++) {
        await bus.publish(topic, [{ ...record('x'.repeat(1000)), partition: n % 2 }]);
      }
      const busy = new Set<number>();
      let overlaps = 0;
      const sizes: number[] = [];
      let seen = 0;
      const subscription = await bus.subscribe({
        topic,
        group: randomUUID(),
        maxRecords: 3,
        maxBytes: 2_500,
        async onBatch(batch) {
          if (busy.has(batch.partition)) overlaps += 1;
          busy.add(batch.partition);
          await turn();
          busy.delete(batch.partition);
          sizes.push(batch.records.length);
          seen += batch.records.length;
        },
      });
      await until(() => seen >= 40);
      await subscription.close();
      expect(overlaps).toBe(0);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(2);
    });

    it('hands the same records out again after an error, and no later ones before them', async () => {
      const { bus, topic } = await open(1);
      for (let n = 0; n < 5; n++) await bus.publish(topic, [record(String(n))]);
      const seen: string[] = [];
      let failures = 0;
      const subscription = await bus.subscribe({
        topic,
        group: randomUUID(),
        maxRecords: 1,
        async onBatch({ records }) {
          const value = text(records[0]?.value);
          if (value === '2' && failures < 2) {
            failures += 1;
            throw new Error('the store is away');
          }
          seen.push(value);
          await turn();
        },
      });
      await until(() => seen.length >= 5);
      await subscription.close();
      expect(failures).toBe(2);
      expect(seen).toEqual(['0', '1', '2', '3', '4']);
    });

    it('starts a group at its committed offset, without one at the oldest record', async () => {
      const { bus, topic } = await open(1);
      await bus.publish(
        topic,
        ['0', '1', '2', '3'].map((value) => record(value)),
      );
      const late = await keepEverything(bus, topic);
      const group = randomUUID();
      expect(await bus.committed(group, topic, 0)).toBeUndefined();
      const batches = await collect(bus, topic, 4, { group, commitAfter: 2 });
      const offset = batches[0]?.records[2]?.offset;
      expect(await bus.committed(group, topic, 0)).toBe(offset);
      expect(await values(collect(bus, topic, 2, { group }))).toEqual(['2', '3']);
      expect(await values(collect(bus, topic, 4, { group: late }))).toEqual(['0', '1', '2', '3']);
    });

    it('starts where a snapshot says, whatever is committed', async () => {
      const { bus, topic } = await open(1);
      const positions = await bus.publish(
        topic,
        ['0', '1', '2', '3'].map((value) => record(value)),
      );
      await keepEverything(bus, topic);
      const group = randomUUID();
      await collect(bus, topic, 4, { group, commitAfter: 3 });
      const fromOffsets = () => positions[1]?.offset;
      expect(await values(collect(bus, topic, 3, { group, fromOffsets }))).toEqual(['1', '2', '3']);
    });

    it('never lowers a committed offset and refuses one behind the end', async () => {
      const { bus, topic } = await open(1);
      const positions = await bus.publish(
        topic,
        ['0', '1', '2'].map((value) => record(value)),
      );
      const group = randomUUID();
      const subscription = await bus.subscribe({ topic, group, onBatch: turn });
      const [first, , last] = positions.map(({ offset }) => offset);
      await subscription.commit(0, (last ?? 0) + 1);
      await subscription.commit(0, (first ?? 0) + 1);
      expect(await bus.committed(group, topic, 0)).toBe((last ?? 0) + 1);
      await expect(subscription.commit(0, (last ?? 0) + 2)).rejects.toMatchObject({
        code: 'CULPRIT_BUS_BAD_OFFSET',
      });
      await subscription.close();
    });

    it('tells how far a group is behind', async () => {
      const { bus, topic } = await open(1);
      const gate = Promise.withResolvers<void>();
      const subscription = await bus.subscribe({ topic, group: randomUUID(), onBatch: () => gate.promise });
      await bus.publish(topic, [record('0')]);
      await bus.publish(topic, [record('1')]);
      await until(() => subscription.lag()[0]?.highWatermark === 2);
      expect(subscription.lag()[0]).toMatchObject({ partition: 0, lag: 2, committed: undefined });
      gate.resolve();
      await until(() => subscription.lag()[0]?.lag === 0);
      await subscription.close();
    });

    it('waits for the batch in flight when a subscription closes, then hands out no more', async () => {
      const { bus, topic } = await open(1);
      await bus.publish(topic, [record('0'), record('1')]);
      let begun = 0;
      let ended = 0;
      const subscription = await bus.subscribe({
        topic,
        group: randomUUID(),
        maxRecords: 1,
        async onBatch() {
          begun += 1;
          await turn();
          await turn();
          ended += 1;
        },
      });
      await until(() => begun === 1);
      await subscription.close();
      expect(ended).toBe(begun);
      const before = begun;
      await bus.publish(topic, [record('2')]);
      await turn();
      expect(begun).toBe(before);
    });

    it('says what it reads before the first batch, and asks for last words while commits count', async () => {
      const { bus, topic } = await open(3);
      await bus.publish(
        topic,
        [0, 1, 2].map((partition) => ({ ...record('x'), partition })),
      );
      const group = randomUUID();
      const steps: string[] = [];
      const subscription = await bus.subscribe({
        topic,
        group,
        async onAssigned(partitions) {
          await turn();
          steps.push(`assigned ${partitions.toSorted((a, b) => a - b).join()}`);
        },
        fromOffsets: () => (steps.length === 0 ? 1 : 0),
        async onBatch({ partition }) {
          await turn();
          steps.push(`batch ${partition}`);
        },
        async onRevoking() {
          await subscription.commit(1, 1);
          steps.push('revoking');
        },
      });
      await until(() => steps.length === 4);
      await subscription.close();
      expect(steps[0]).toBe('assigned 0,1,2');
      expect(steps.slice(1, 4).toSorted()).toEqual(['batch 0', 'batch 1', 'batch 2']);
      expect(steps.slice(4)).toEqual(['revoking']);
      expect(await bus.committed(group, topic, 1)).toBe(1);
    });

    it('refuses unknown topics, impossible partitions and records that are too large', async () => {
      const { bus, topic } = await open(2);
      const large: BusRecord = { key: 'k', value: new Uint8Array(262_145) };
      await expect(bus.publish('contract.nowhere', [record('x')])).rejects.toMatchObject({
        code: 'CULPRIT_BUS_UNKNOWN_TOPIC',
      });
      await expect(bus.publish(topic, [{ ...record('x'), partition: 2 }])).rejects.toMatchObject({
        code: 'CULPRIT_BUS_BAD_PARTITION',
      });
      await expect(bus.publish(topic, [record('x'), large])).rejects.toMatchObject({
        code: 'CULPRIT_BUS_TOO_LARGE',
      });
      expect(await bus.publish(topic, [])).toEqual([]);
      expect(bus.partitionCount(topic)).toBe(2);
      await bus.publish(topic, [{ ...record('first'), partition: 0 }]);
      expect(await values(collect(bus, topic, 1))).toEqual(['first']);
    });

    it('refuses to work after it was closed', async () => {
      const { bus, topic } = await open(1);
      await bus.close();
      await expect(bus.publish(topic, [record('x')])).rejects.toMatchObject({ code: 'CULPRIT_BUS_CLOSED' });
      const options = { topic, group: 'g', onBatch: turn };
      await expect(bus.subscribe(options)).rejects.toMatchObject({ code: 'CULPRIT_BUS_CLOSED' });
    });

    it('makes publishers wait for a slow reader and lets them on, in order', async ({ skip }) => {
      if (!driver.hasBackPressure) skip('publishers of this driver do not know how far readers are');
      const { bus, topic } = await open(1, { unreadBytes: 4_000, publishTimeoutMs: 15_000 });
      const gate = Promise.withResolvers<void>();
      const seen: string[] = [];
      const subscription = await bus.subscribe({
        topic,
        group: randomUUID(),
        async onBatch({ records, partition }) {
          await gate.promise;
          seen.push(...records.map((item) => text(item.value).trim()));
          await subscription.commit(partition, (records.at(-1)?.offset ?? 0) + 1);
        },
      });
      let published = 0;
      const publishing = Array.from({ length: 20 }, async (_, n) => {
        await bus.publish(topic, [record(String(n).padEnd(900))]);
        published += 1;
      });
      await until(() => published > 0);
      await pause(50);
      expect(published).toBeLessThan(8);
      gate.resolve();
      await Promise.all(publishing);
      await until(() => seen.length === 20);
      await subscription.close();
      expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
    });

    it('turns a publisher away when the wait is too long, and may be asked again', async ({ skip }) => {
      if (!driver.hasBackPressure) skip('publishers of this driver do not know how far readers are');
      const { bus, topic } = await open(1, { unreadBytes: 1_000, publishTimeoutMs: 30 });
      const gate = Promise.withResolvers<void>();
      const subscription = await bus.subscribe({ topic, group: randomUUID(), onBatch: () => gate.promise });
      await bus.publish(topic, [record('x'.repeat(2_000))]);
      await expect(bus.publish(topic, [record('y')])).rejects.toMatchObject({
        code: 'CULPRIT_BUS_FULL',
        isRetryable: true,
      });
      gate.resolve();
      await until(() => subscription.lag()[0]?.lag === 0);
      await bus.publish(topic, [record('y')]);
      await subscription.close();
    });

    it('goes on after a restart where each group committed, no record lost or repeated', async ({ skip }) => {
      if (!driver.isDurable) skip('nothing outlives this driver');
      const { bus, topic, underTest } = await open(2);
      const group = randomUUID();
      for (let n = 0; n < 30; n++) await bus.publish(topic, [{ ...record(String(n)), partition: n % 2 }]);
      const before = await collect(bus, topic, 30, { group, commitAfter: 5 });
      const committed = await Promise.all([0, 1].map((partition) => bus.committed(group, topic, partition)));
      expect(before.length).toBeGreaterThan(0);
      const reopened = await underTest.reopen();
      opened.push(reopened);
      const again = reopened.bus;
      expect(await Promise.all([0, 1].map((partition) => again.committed(group, topic, partition)))).toEqual(
        committed,
      );
      await again.publish(topic, [{ ...record('30'), partition: 0 }]);
      const left = 31 - 10;
      const after = await values(collect(again, topic, left, { group }));
      const expected = Array.from({ length: left }, (_, n) => n + 10);
      expect(after.map(Number).toSorted((a, b) => a - b)).toEqual(expected);
    });
  });
}
