import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { startCluster, type Cluster } from '../support/cluster/cluster.ts';
import { sessionTimeoutMs } from './soak/chaos.ts';
import { judge, storedStreams } from './soak/ledger.ts';
import { Sender } from './soak/sender.ts';

const directory = mkdtempSync(join(tmpdir(), 'culprit-frozen-'));
let cluster: Cluster | undefined;
afterAll(async () => {
  await cluster?.kill();
  rmSync(directory, { recursive: true, force: true });
});

describe('a member of a group that the system freezes', () => {
  it('stores nothing of what went to others meanwhile', async () => {
    const running = (cluster = await startCluster({
      brokers: inject('kafkaBrokers'),
      directory,
      prefix: `${randomUUID()}.`,
      sessionTimeoutMs,
      partitions: 4,
      instances: { structuring: 2 },
      settings: { structuring: { CULPRIT_PIPELINE_FLUSH_INTERVAL_MS: '100' } },
    }));
    const address = (): string => running.ingestUrl;
    const sender = new Sender({ streams: 8, linesPerRequest: 250, linesPerSecond: 4_000, address });
    for (const frozen of running.instances('structuring')) {
      await sleep(5_000);
      // Longer than the group waits: the other one takes over and works off what waits.
      await frozen.signal('SIGSTOP');
      await sleep(sessionTimeoutMs + 10_000);
      await frozen.signal('SIGCONT');
    }
    await sleep(5_000);
    await sender.stop();
    const verdict = async (): Promise<unknown> =>
      judge(sender.acknowledged, await storedStreams(running.store.address, sender.acknowledged.keys()));
    await expect
      .poll(verdict, { timeout: 120_000, interval: 1_000 })
      .toEqual({ lost: 0, twice: 0, outOfOrder: 0, unknown: 0 });
    expect(sender.lines).toBeGreaterThan(50_000);
    expect(running.instances('structuring')).toHaveLength(2);
  });
});
