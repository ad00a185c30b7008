import { createInProcessBus } from '@culprit/bus';
import type { BusBatch, InProcessBus } from '@culprit/bus';
import { allTopics, topics } from '@culprit/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { BusBatchStrategy } from './bus-batch.strategy.js';
import type { BusBatchContext } from './bus-batch.strategy.js';
import { silentLogger } from './logger.js';

const topic = topics.rawLogs.name;

describe('batch transport', () => {
  const opened: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of opened.splice(0).toReversed()) await close();
  });

  async function start(
    handler: (batch: BusBatch, context: BusBatchContext) => Promise<void>,
  ): Promise<InProcessBus> {
    const bus = await createInProcessBus({
      topics: allTopics.map((definition) => ({ ...definition, partitions: 1 })),
      logger: silentLogger,
    });
    opened.push(() => bus.close());
    const strategy = new BusBatchStrategy({ bus, group: 'culprit-test' });
    strategy.addHandler(
      topic,
      async (batch: BusBatch, context: BusBatchContext) => handler(batch, context),
      true,
    );
    await new Promise<void>((resolve, reject) => {
      void strategy.listen((error) => (error === undefined ? resolve() : reject(error)));
    });
    opened.push(() => strategy.close());
    return bus;
  }

  it('hands whole batches to the handler of their topic, and commits what it says', async () => {
    const seen: string[] = [];
    const bus = await start(async ({ records }, context) => {
      seen.push(...records.map(({ value }) => Buffer.from(value).toString()));
      await context.commit((records.at(-1)?.offset ?? -1) + 1);
    });
    await publish(bus, ['a', 'b', 'c']);
    await expect.poll(() => seen).toEqual(['a', 'b', 'c']);
    await expect.poll(() => bus.committed('culprit-test', topic, 0)).toBe(3);
  });

  it('gives a batch again whose handler failed, and nothing is skipped', async () => {
    const attempts: string[] = [];
    const bus = await start(async ({ records }) => {
      attempts.push(records.map(({ value }) => Buffer.from(value).toString()).join(''));
      if (attempts.length === 1) throw new Error('passing trouble');
    });
    await publish(bus, ['a']);
    await expect.poll(() => attempts, { timeout: 4_000 }).toEqual(['a', 'a']);
    expect(await bus.committed('culprit-test', topic, 0)).toBeUndefined();
  });
});

function publish(bus: InProcessBus, texts: readonly string[]): Promise<unknown> {
  return bus.publish(
    topic,
    texts.map((text) => ({ key: 'k', value: Buffer.from(text) })),
  );
}
