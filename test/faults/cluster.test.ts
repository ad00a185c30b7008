import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { startCluster, type Cluster } from '../support/cluster/cluster.ts';
import { closingBlock, pictureOf, post, scenarioBlocks, withoutEventIds, type Picture } from './picture.js';
import { startServer } from './server.js';

const stages = ['structuring', 'scoring', 'correlation'] as const;
const root = mkdtempSync(join(tmpdir(), 'culprit-cluster-'));
const clusters: Cluster[] = [];
afterAll(async () => {
  await Promise.all(clusters.map((cluster) => cluster.kill()));
  rmSync(root, { recursive: true, force: true });
});

describe('a distributed system', () => {
  const blocks = scenarioBlocks({ eventsPerHour: 30_000 });
  blocks.push(closingBlock(blocks));

  it('shows what one process shows, with one of each stage, and with three that come and are killed', async () => {
    const alone = await pushToOneProcess(blocks);
    const calm = await pushToCluster(blocks, () => Promise.resolve());
    const rough = await pushToCluster(blocks, async (cluster, block) => {
      // The partitions are spread anew among more processes, while lines come …
      if (block === Math.floor(blocks.length / 4))
        await Promise.all(stages.flatMap((stage) => [cluster.start(stage), cluster.start(stage)]));
      // … and again when one of each stage dies without a word.
      if (block === Math.floor(blocks.length / 2))
        await Promise.all(stages.map((stage) => cluster.instances(stage)[0]?.signal('SIGKILL')));
    });
    expect(alone.incidents.length).toBeGreaterThan(0);
    for (const picture of [calm, rough]) {
      expect(picture.events).toBe(alone.events);
      expect(picture.templates).toEqual(alone.templates);
      expect(withoutEventIds(picture)).toBe(withoutEventIds(alone));
    }
    expect(JSON.stringify(rough)).toBe(JSON.stringify(calm));
  }, 900_000);
});

async function pushToOneProcess(blocks: readonly string[]): Promise<Picture> {
  const server = await startServer(join(root, 'alone'), 46_903);
  try {
    for (const [n, block] of blocks.entries()) await post(server.address, block, `block-${n}`);
    return await pictureOf(server.address);
  } finally {
    await server.stop();
  }
}

async function pushToCluster(
  blocks: readonly string[],
  meanwhile: (cluster: Cluster, block: number) => Promise<unknown>,
): Promise<Picture> {
  const id = randomUUID();
  const stage = {
    CULPRIT_PIPELINE_CHECKPOINT_INTERVAL_MS: '300',
    CULPRIT_PIPELINE_FLUSH_INTERVAL_MS: '200',
  };
  const cluster = await startCluster({
    brokers: inject('kafkaBrokers'),
    directory: join(root, id),
    prefix: `${id}.`,
    sessionTimeoutMs: 10_000,
    partitions: 3,
    settings: {
      structuring: { ...stage, CULPRIT_PIPELINE_IDLE_AFTER_MS: '600000' },
      scoring: stage,
      correlation: stage,
    },
  });
  clusters.push(cluster);
  try {
    for (const [n, block] of blocks.entries()) {
      await meanwhile(cluster, n);
      await post(cluster.ingestUrl, block, `block-${n}`);
    }
    return await pictureOf(cluster.queryUrl);
  } finally {
    const codes = await cluster.stop();
    expect(codes.filter((code) => code !== 0)).toEqual([]);
  }
}
