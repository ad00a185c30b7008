import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRng } from '@culprit/kernel';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureOf, post, scenarioBlocks, type Picture } from './picture.js';
import { startServer } from './server.js';

const kills = 20;
const seed = 20_261;

const root = mkdtempSync(join(tmpdir(), 'culprit-faults-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a process that is killed at any moment', () => {
  it(`loses nothing, counts nothing twice and writes the same reports after ${kills} kills`, async () => {
    const blocks = scenarioBlocks();
    const calm = await pushCalmly(blocks, join(root, 'calm'));
    const rough = await pushWithKills(blocks, join(root, 'rough'));
    expect(calm.events).toBeGreaterThan(blocks.length * 500);
    expect(calm.incidents.length).toBeGreaterThan(0);
    expect(rough.events).toBe(calm.events);
    expect(rough.templates).toEqual(calm.templates);
    expect(JSON.stringify(rough.incidents)).toBe(JSON.stringify(calm.incidents));
  });
});

async function pushCalmly(blocks: readonly string[], directory: string): Promise<Picture> {
  const server = await startServer(directory, 46_901);
  try {
    for (const [i, block] of blocks.entries()) await post(server.address, block, `block-${i}`);
    return await pictureOf(server.address);
  } finally {
    await server.stop();
  }
}

async function pushWithKills(blocks: readonly string[], directory: string): Promise<Picture> {
  const rng = createRng(seed);
  const killAt = new Set<number>();
  while (killAt.size < kills) killAt.add(Math.floor(rng.next() * blocks.length));
  let server = await startServer(directory, 46_902);
  try {
    for (const [i, block] of blocks.entries()) {
      if (killAt.has(i)) {
        // The request is on its way when the process dies; its sender cannot know how far it came and repeats it.
        const answer = post(server.address, block, `block-${i}`).catch(() => undefined);
        await sleep(rng.next() * 40);
        await server.kill();
        await answer;
        server = await startServer(directory, 46_902);
      }
      await post(server.address, block, `block-${i}`);
    }
    return await pictureOf(server.address);
  } finally {
    await server.stop();
  }
}
