import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeDeadLetter } from '@culprit/contracts';
import { AppError } from '@culprit/kernel';
import { afterEach, describe, expect, it } from 'vitest';
import type { ReceivedRecord, Subscription } from './bus.js';
import { deadLetterOf } from './dead-letters.js';
import { createInProcessBus, type InProcessBus, type InProcessBusOptions } from './in-process-bus.js';

const opened: { close(): Promise<void> }[] = [];
const topic = { name: 't', partitions: 1, maxRecordBytes: 10_000, whenFull: 'wait' as const };

afterEach(async () => {
  for (const item of opened.splice(0).toReversed()) await item.close();
});

async function openBus(options: Partial<InProcessBusOptions> = {}): Promise<InProcessBus> {
  const bus = await createInProcessBus({
    topics: [topic, { ...topic, name: 'letters', whenFull: 'discard-oldest' }],
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    retry: { firstMs: 1, maxMs: 5 },
    ...options,
  });
  opened.push(bus);
  return bus;
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'culprit-bus-'));
  opened.push({ close: () => rm(directory, { recursive: true }) });
  return directory;
}

function record(size: number) {
  return { key: 'k', value: new Uint8Array(size) };
}

/** Reads a topic to its end, committing nothing unless told. */
async function readAll(
  bus: InProcessBus,
  name: string,
): Promise<{ records: ReceivedRecord[]; reader: Subscription }> {
  const records: ReceivedRecord[] = [];
  const idle = Promise.withResolvers<void>();
  const reader = await bus.subscribe({
    topic: name,
    group: 'g',
    onBatch(batch) {
      records.push(...batch.records);
      if (batch.records.at(-1)?.offset === batch.highWatermark - 1) idle.resolve();
      return Promise.resolve();
    },
  });
  await idle.promise;
  return { records, reader };
}

describe('in-process bus', () => {
  it('keeps what nobody has committed within its room, then turns publishers away until somebody commits', async () => {
    const bus = await openBus({ limits: { retainedBytes: 5_000, publishTimeoutMs: 20 } });
    for (let n = 0; n < 5; n++) await bus.publish('t', [record(1_000)]);
    const full = { code: 'CULPRIT_BUS_FULL', isRetryable: true };
    await expect(bus.publish('t', [record(1)])).rejects.toMatchObject(full);
    const { reader } = await readAll(bus, 't');
    await expect(bus.publish('t', [record(1)])).rejects.toMatchObject(full);
    await reader.commit(0, 5);
    expect(await bus.publish('t', [record(1)])).toEqual([{ partition: 0, offset: 5 }]);
  });

  it.each(['memory', 'disk'])(
    'lets the oldest records of a discarding topic go, counted (%s)',
    async (kind) => {
      const directory = kind === 'disk' ? await temporaryDirectory() : undefined;
      const bus = await openBus({
        limits: { retainedBytes: 8_000 },
        segmentBytes: 2_000,
        ...(directory !== undefined && { directory }),
      });
      for (let n = 0; n < 30; n++) await bus.publish('letters', [record(1_000)]);
      const { discardedRecords } = bus.stats();
      expect(discardedRecords).toBeGreaterThanOrEqual(20);
      const { records } = await readAll(bus, 'letters');
      expect(records.map(({ offset }) => offset)).toEqual(
        Array.from({ length: 30 - discardedRecords }, (_, index) => index + discardedRecords),
      );
    },
  );

  it('gives a topic no more room than its own limit', async () => {
    const bus = await openBus({
      topics: [{ ...topic, whenFull: 'discard-oldest', maxRetainedBytes: 3_000 }],
    });
    for (let n = 0; n < 5; n++) await bus.publish('t', [record(1_000)]);
    expect(bus.stats().discardedRecords).toBe(3);
  });

  it('lets timers and requests through while it works off a backlog', async () => {
    const bus = await openBus();
    for (let n = 0; n < 200; n++) await bus.publish('t', [record(1)]);
    let batches = 0;
    const through = Promise.withResolvers<number>();
    setTimeout(() => through.resolve(batches), 1);
    const reader = await bus.subscribe({
      topic: 't',
      group: 'g',
      maxRecords: 1,
      onBatch() {
        batches += 1;
        const end = performance.now() + 1;
        while (performance.now() < end);
        return Promise.resolve();
      },
    });
    expect(await through.promise).toBeLessThan(200);
    await reader.close();
  });

  it('counts redeliveries and shows how often the batch at hand has failed', async () => {
    const bus = await openBus();
    await bus.publish('t', [record(1)]);
    const enough = Promise.withResolvers<void>();
    let attempts = 0;
    const reader = await bus.subscribe({
      topic: 't',
      group: 'g',
      onBatch() {
        attempts += 1;
        if (attempts === 4) enough.resolve();
        return Promise.reject(new Error('away'));
      },
    });
    await enough.promise;
    expect(reader.lag()[0]).toMatchObject({ position: 0, lag: 1, failures: 3 });
    await reader.close();
    expect(bus.stats().redeliveries).toBe(4);
  });

  it('has one reader of a topic per group, and a place for the next when it has left', async () => {
    const bus = await openBus();
    const options = { topic: 't', group: 'g', onBatch: () => Promise.resolve() };
    const first = await bus.subscribe(options);
    await expect(bus.subscribe(options)).rejects.toMatchObject({ code: 'CULPRIT_BUS_GROUP_TAKEN' });
    await first.close();
    await (await bus.subscribe(options)).close();
  });

  it('turns waiting publishers away when it closes, and ends', async () => {
    const bus = await openBus({ limits: { unreadBytes: 100, publishTimeoutMs: 60_000 } });
    const release = Promise.withResolvers<void>();
    await bus.subscribe({ topic: 't', group: 'g', onBatch: () => release.promise });
    await bus.publish('t', [record(500)]);
    const waiting = bus.publish('t', [record(500)]);
    const closing = bus.close();
    await expect(waiting).rejects.toMatchObject({ code: 'CULPRIT_BUS_CLOSED' });
    release.resolve();
    await closing;
  });

  it('does not open a directory that is in use, and leaves it usable', async () => {
    const directory = await temporaryDirectory();
    const bus = await openBus({ directory });
    await expect(openBus({ directory })).rejects.toMatchObject({ code: 'CULPRIT_BUS_IN_USE' });
    await bus.publish('t', [record(1)]);
    await bus.close();
    expect((await readAll(await openBus({ directory }), 't')).records.length).toBe(1);
  });

  it('reads a backlog from disk that is larger than what it keeps in memory', async () => {
    const directory = await temporaryDirectory();
    const bus = await openBus({ directory, segmentBytes: 1_000_000 });
    for (let n = 0; n < 40; n++) {
      await bus.publish(
        't',
        Array.from({ length: 20 }, (_, i) => ({ key: 'k', value: Buffer.alloc(9_000, 20 * n + i) })),
      );
    }
    const { records } = await readAll(bus, 't');
    expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 800 }, (_, n) => n));
    expect(records.every(({ offset, value }) => value[0] === offset % 256 && value.length === 9_000)).toBe(
      true,
    );
  });
});

describe('dead letter', () => {
  it('keeps where a record was, why it failed and its beginning without secrets', () => {
    const letter = deadLetterOf({
      topic: 't',
      partition: 3,
      group: 'structuring',
      record: { offset: 41, key: 'shop', value: Buffer.from('password=sesame '.repeat(1_250)), headers: {} },
      error: new AppError({ code: 'CULPRIT_CONTRACTS_MALFORMED', message: 'raw record: cut off' }),
    });
    const decoded = decodeDeadLetter(letter.value);
    expect(decoded).toMatchObject({
      topic: 't',
      partition: 3,
      offset: 41,
      group: 'structuring',
      reason: 'CULPRIT_CONTRACTS_MALFORMED',
      message: 'raw record: cut off',
      key: 'shop',
      payloadBytes: 20_000,
    });
    expect(Buffer.from(decoded.payload).toString()).toBe('password=****** '.repeat(1_024));
    expect(decoded.payloadSha256.length).toBe(32);
  });
});
