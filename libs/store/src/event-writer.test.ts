import type { EpochMillis } from '@culprit/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storeError } from './errors.js';
import { createEventWriter } from './event-writer.js';
import type { EventWriterDeps } from './event-writer.js';
import type { SqlInsert } from './sql-driver.js';
import type { EventWriter } from './store.js';
import { buildRows } from './testing/build-rows.js';
import type { TestRecord } from './testing/build-rows.js';

/** What an engine does with inserts: all rows or none, and one insert a token. */
class FakeTable {
  readonly rows: string[] = [];
  readonly tokens = new Set<string>();
  readonly sizes: number[] = [];
  /** Decides how each insert ends; an `unknown` one lands although it fails, a `noted` one leaves only its token. */
  outcomes: ('stored' | 'refused' | 'unknown' | 'noted' | 'broken')[] = [];

  insert({ rows, deduplicationToken }: SqlInsert): Promise<void> {
    const outcome = this.outcomes.shift() ?? 'stored';
    if (outcome === 'broken') throw storeError('CULPRIT_STORE_STATEMENT_FAILED', { message: 'broken' });
    if (outcome === 'refused') throw storeError('CULPRIT_STORE_DISK', { message: 'full', isRetryable: true });
    const isNew = !this.tokens.has(deduplicationToken);
    this.tokens.add(deduplicationToken);
    if (outcome === 'noted') throw storeError('CULPRIT_STORE_DISK', { message: 'full', isRetryable: true });
    const lines = rows.toString().trimEnd().split('\n');
    if (isNew) this.rows.push(...lines);
    this.sizes.push(lines.length);
    if (outcome === 'unknown')
      throw storeError('CULPRIT_STORE_TIMEOUT', { message: 'late', isRetryable: true });
    return Promise.resolve();
  }

  /** lane, sequence and index of every row. */
  get positions(): (readonly [number, number, number])[] {
    return this.rows.map((row) => {
      const [lane, sequence, index] =
        /\d+,(\d+),(\d+),(\d+),\d+,\d+,\d+,"/.exec(row)?.slice(1).map(Number) ?? [];
      return [lane ?? -1, sequence ?? -1, index ?? -1] as const;
    });
  }
}

function createWriter(table: FakeTable, overrides: Partial<EventWriterDeps> = {}): EventWriter {
  const positions = (): FakeTable['positions'] => table.positions;
  return createEventWriter({
    driver: {
      insert: (insert) => table.insert(insert),
      query: () => Promise.resolve([]),
      command: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
    events: {
      countBySequence(lane, from) {
        const counts = new Map<number, number>();
        for (const [rowLane, sequence] of positions()) {
          if (rowLane === lane && sequence >= from) counts.set(sequence, (counts.get(sequence) ?? 0) + 1);
        }
        return Promise.resolve(counts);
      },
      listRowIndices: (lane, sequence) =>
        Promise.resolve(
          new Set(positions().flatMap(([l, s, index]) => (l === lane && s === sequence ? [index] : []))),
        ),
      countRange: (range) =>
        Promise.resolve(
          positions().filter(
            ([lane, sequence, index]) =>
              lane === range.lane &&
              (sequence > range.fromSequence ||
                (sequence === range.fromSequence && index >= range.fromRow)) &&
              (sequence < range.toSequence || (sequence === range.toSequence && index <= range.toRow)),
          ).length,
        ),
    },
    templates: { saveAll: () => Promise.resolve() },
    tenant: 'default',
    writerId: 'writer-1',
    clock: { now: () => 1_800_000_000_000 as EpochMillis },
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    ...overrides,
  });
}

const records = (count: number, body = 'x'): TestRecord[] => Array.from({ length: count }, () => ({ body }));
const batch = (lane: number, sequence: number, count = 3): ReturnType<typeof buildRows> =>
  buildRows({ lane, sequence }, records(count));

function expectEachOnce(table: FakeTable, count: number): void {
  const keys = table.positions.map((position) => position.join('/'));
  expect(new Set(keys).size).toBe(count);
  expect(keys).toHaveLength(count);
}

describe('event writer', () => {
  it('gathers batches of several lanes into one insert until it is told to flush', async () => {
    const table = new FakeTable();
    const writer = createWriter(table);
    await writer.append(batch(0, 5));
    await writer.append(batch(1, 9));
    expect(table.sizes).toEqual([]);
    expect(writer.storedThrough(0)).toBe(-1);
    await writer.flush();
    expect(table.sizes).toEqual([6]);
    expect([writer.storedThrough(0), writer.storedThrough(1), writer.storedThrough(2)]).toEqual([5, 9, -1]);
  });

  it('cuts groups at 10,000 rows, also inside of a batch, under different tokens', async () => {
    const table = new FakeTable();
    const writer = createWriter(table);
    await writer.append(batch(0, 1, 25_000));
    await writer.flush();
    expect(table.sizes).toEqual([10_000, 10_000, 5_000]);
    expectEachOnce(table, 25_000);
  });

  it('cuts groups at 4 MiB', async () => {
    const table = new FakeTable();
    const writer = createWriter(table);
    await writer.append(buildRows({ lane: 0, sequence: 1 }, records(5, 'y'.repeat(2 << 20))));
    await writer.flush();
    expect(table.sizes).toEqual([2, 2, 1]);
  });

  it.each([
    ['refused', ['refused', 'refused']],
    ['stored although it seemed to fail', ['unknown']],
    ['forgotten although its token was noted', ['noted']],
    ['hit by one after the other', ['refused', 'unknown', 'refused']],
  ] as const)('stores each row once when an insert is %s', async (_, outcomes) => {
    const table = new FakeTable();
    table.outcomes = [...outcomes];
    const writer = createWriter(table);
    await writer.append(batch(0, 1));
    await writer.flush();
    expectEachOnce(table, 3);
    expect(writer.storedThrough(0)).toBe(1);
  });

  it('reports an insert that fails for good and stores nothing after it', async () => {
    const table = new FakeTable();
    table.outcomes = ['broken'];
    const writer = createWriter(table);
    await writer.append(batch(0, 1));
    await expect(writer.flush()).rejects.toMatchObject({ code: 'CULPRIT_STORE_STATEMENT_FAILED' });
    await expect(writer.append(batch(0, 2))).rejects.toMatchObject({
      code: 'CULPRIT_STORE_STATEMENT_FAILED',
    });
    expect(writer.storedThrough(0)).toBe(-1);
    expect(table.rows).toEqual([]);
  });

  it('refuses a batch that does not rise by sequence', async () => {
    const writer = createWriter(new FakeTable());
    await writer.append(batch(0, 7));
    await expect(writer.append(batch(0, 7))).rejects.toMatchObject({ code: 'CULPRIT_STORE_OUT_OF_ORDER' });
    await writer.append(batch(1, 7));
  });

  it('lets a flush by a timer meet an append', async () => {
    const table = new FakeTable();
    const writer = createWriter(table);
    const calls = [writer.append(batch(0, 1)), writer.flush(), writer.append(batch(0, 2)), writer.flush()];
    await Promise.all(calls);
    expect(table.sizes).toEqual([3, 3]);
    expect(writer.storedThrough(0)).toBe(2);
  });

  it('counts an empty batch as stored once everything before it is', async () => {
    const writer = createWriter(new FakeTable());
    await writer.append(batch(0, 1));
    await writer.append(batch(0, 2, 0));
    await writer.flush();
    expect(writer.storedThrough(0)).toBe(2);
  });

  it('completes a batch of which a process that died stored a part', async () => {
    const table = new FakeTable();
    const first = createWriter(table);
    await first.append(batch(0, 1, 10_500));
    await first.flush();
    table.rows.splice(10_000);
    const second = createWriter(table, { writerId: 'writer-2' });
    await second.append(batch(0, 1, 10_500));
    await second.append(batch(0, 2));
    await second.flush();
    expectEachOnce(table, 10_503);
    expect(second.counters.skippedRows).toBe(10_000);
  });

  it('stores each row once however often and in whatever groups the batches come again', async () => {
    const plan = fc.array(
      fc.record({ from: fc.nat(30), flushEvery: fc.integer({ min: 1, max: 7 }), dies: fc.nat(30) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(plan, async (runs) => {
        const table = new FakeTable();
        let acknowledged = -1;
        for (const [run, { from, flushEvery, dies }] of [
          ...runs,
          { from: 0, flushEvery: 3, dies: 99 },
        ].entries()) {
          const writer = createWriter(table, { writerId: `writer-${run}` });
          for (let sequence = Math.min(from, acknowledged + 1); sequence < Math.min(dies, 30); sequence++) {
            await writer.append(batch(0, sequence, (sequence * 7) % 5));
            if (sequence % flushEvery === 0) await writer.flush();
            acknowledged = Math.max(acknowledged, writer.storedThrough(0));
          }
          if (dies === 99) await writer.flush();
        }
        const expected = Array.from({ length: 30 }, (_, sequence) => (sequence * 7) % 5).reduce(
          (a, b) => a + b,
          0,
        );
        expectEachOnce(table, expected);
        expect(table.rows).toHaveLength(expected);
      }),
      { numRuns: 60, seed: 41 },
    );
  });

  it('inserts nothing more once the lane may be somebody else’s', async () => {
    const table = new FakeTable();
    let isOurs = true;
    const writer = createWriter(table, { isOurs: () => isOurs });
    await writer.append(batch(0, 0, 3));
    await writer.flush();
    await writer.append(batch(0, 1, 3));
    isOurs = false;
    await expect(writer.flush()).rejects.toMatchObject({ code: 'CULPRIT_STORE_FENCED' });
    isOurs = true;
    await expect(writer.flush()).rejects.toMatchObject({ code: 'CULPRIT_STORE_FENCED' });
    expect(table.rows).toHaveLength(3);
  });
});
