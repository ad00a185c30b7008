import { createInProcessBus } from '@culprit/bus';
import { allTopics, batchHeader, topics } from '@culprit/contracts';
import { AppError } from '@culprit/kernel';
import { silentLogger } from '@culprit/platform';
import { describe, expect, it } from 'vitest';
import { closeLater, fakeBus, post, published, start } from './support/ingest-process.js';

const lines = (text: string): string => `{"log":"${text}"}\n`.repeat(2_500);

/** Headers of the records that a fresh process publishes for one body. */
async function batchNamesOf(body: string): Promise<readonly (string | undefined)[]> {
  const names: (string | undefined)[] = [];
  const bus = fakeBus((records) => {
    names.push(...records.map(({ headers }) => headers?.[batchHeader]));
    return Promise.resolve();
  });
  const { url } = await start({}, { bus });
  expect((await post(url, body, { 'x-batch-id': 'b-1' })).status).toBe(200);
  return names;
}

describe('durability of POST /ingest/v1/logs', () => {
  it('answers only after publishing resolved', async () => {
    const gate = Promise.withResolvers<void>();
    const bus = fakeBus(() => gate.promise);
    const { url } = await start({}, { bus });
    let isAnswered = false;
    const answer = post(url, '{"log":"x"}').then((response) => {
      isAnswered = true;
      return response;
    });
    await expect.poll(() => bus.publishCount()).toBe(1);
    expect(isAnswered).toBe(false);
    gate.resolve();
    expect((await answer).status).toBe(200);
  });

  it.each([
    ['full', new AppError({ code: 'CULPRIT_BUS_FULL', message: 'full', isRetryable: true })],
    ['out of space', new AppError({ code: 'CULPRIT_BUS_NO_SPACE', message: 'no space', isRetryable: true })],
    ['broken', new Error('secret detail')],
  ])('answers 503 with Retry-After when the bus is %s', async (_kind, failure) => {
    const { url } = await start({}, { bus: fakeBus(() => Promise.reject(failure)) });
    const answer = await post(url, '{"log":"x"}');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(await answer.text()).not.toContain('secret');
  });

  it('answers 503 when nobody reads what was published, and goes on once somebody does', async () => {
    const bus = await createInProcessBus({
      topics: allTopics.map((topic) => ({ ...topic, partitions: 1 })),
      logger: silentLogger,
      limits: { unreadBytes: 20_000, publishTimeoutMs: 50 },
    });
    closeLater(() => bus.close());
    const gate = Promise.withResolvers<void>();
    const subscription = await bus.subscribe({
      topic: topics.rawLogs.name,
      group: 'slow',
      onBatch: () => gate.promise,
    });
    const { url } = await start({}, { bus });
    const body = `{"log":"${'x'.repeat(15_000)}"}`;
    const statuses: number[] = [];
    while (statuses.at(-1) !== 503 && statuses.length < 10) statuses.push((await post(url, body)).status);
    expect(statuses.at(0)).toBe(200);
    expect(statuses.at(-1)).toBe(503);
    gate.resolve();
    await expect.poll(async () => (await post(url, body)).status, { timeout: 5_000 }).toBe(200);
    await subscription.close();
  });

  it('answers 503 while shutting down', async () => {
    const { url, health } = await start();
    health.beginShutdown();
    expect((await post(url, '{"log":"x"}')).status).toBe(503);
  });

  it('makes no second copy of a batch that is sent again', async () => {
    const { url, bus } = await start();
    const headers = { 'x-batch-id': 'b-1' };
    expect(await (await post(url, '{"log":"x"}', headers)).json()).toEqual({ accepted: 1, rejected: {} });
    const again = await (await post(url, '{"log":"x"}', headers)).json();
    expect(again).toEqual({ accepted: 1, rejected: {}, isRepeat: true });
    expect((await published(bus)).lines).toHaveLength(1);
  });

  it('makes one copy of a batch that is sent twice at the same time', async () => {
    const { url, bus } = await start();
    const both = await Promise.all([1, 2].map(() => post(url, '{"log":"x"}', { 'x-batch-id': 'b-2' })));
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect((await published(bus)).lines).toHaveLength(1);
  });

  it('stores a batch whose first try failed', async () => {
    let tries = 0;
    const bus = fakeBus(() => (++tries === 1 ? Promise.reject(new Error('no')) : Promise.resolve()));
    const { url } = await start({}, { bus });
    const headers = { 'x-batch-id': 'b-3' };
    expect((await post(url, '{"log":"x"}', headers)).status).toBe(503);
    const answer = await (await post(url, '{"log":"x"}', headers)).json();
    expect(answer).toEqual({ accepted: 1, rejected: {} });
    expect(tries).toBe(2);
  });

  it('refuses other lines under a batch id that is taken', async () => {
    const { url } = await start();
    await post(url, '{"log":"x"}', { 'x-batch-id': 'b-4' });
    expect((await post(url, '{"log":"y"}', { 'x-batch-id': 'b-4' })).status).toBe(409);
  });
});

describe('access to POST /ingest/v1/logs', () => {
  const token = 'a-long-enough-secret';

  it('asks for a token when one is configured', async () => {
    const { url } = await start({ tokens: token });
    expect((await post(url, '{"log":"x"}')).status).toBe(401);
    expect((await post(url, '{"log":"x"}', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await post(url, '{"log":"x"}', { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('refuses what another web site makes a browser send', async () => {
    const { url } = await start();
    expect((await post(url, '{"log":"x"}', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('answers probes', async () => {
    const { url } = await start();
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
  });

  it('names the records of a batch the same way after a restart, and other bytes otherwise', async () => {
    const first = await batchNamesOf(lines('x'));
    expect(new Set(first).size).toBe(3);
    expect(await batchNamesOf(lines('x'))).toEqual(first);
    for (const name of await batchNamesOf(lines('y'))) expect(first).not.toContain(name);
  });
});
