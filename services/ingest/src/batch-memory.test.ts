import { describe, expect, it } from 'vitest';
import { BatchMemory } from './batch-memory.js';

const options = { keepMillis: 1_000, maxEntries: 3 };

describe('batch memory', () => {
  it('knows a batch by id and bytes until it expires', async () => {
    const memory = new BatchMemory<string>(options);
    expect(memory.look('a', 'x', 0).kind).toBe('new');
    memory.remember('a', { fingerprint: 'x', outcome: Promise.resolve('done') }, 0);
    const again = memory.look('a', 'x', 999);
    expect(again.kind).toBe('repeat');
    expect(again.kind === 'repeat' && (await again.outcome)).toBe('done');
    expect(memory.look('a', 'other', 999).kind).toBe('conflict');
    expect(memory.look('a', 'x', 1_000).kind).toBe('new');
    expect(memory.size).toBe(0);
  });

  it('forgets a batch that failed, so that its retry is stored', async () => {
    const memory = new BatchMemory<string>(options);
    memory.remember('a', { fingerprint: 'x', outcome: Promise.reject(new Error('full')) }, 0);
    await expect.poll(() => memory.look('a', 'x', 1).kind).toBe('new');
  });

  it('keeps the newest ids when there are too many', () => {
    const memory = new BatchMemory<string>(options);
    for (let i = 0; i < 10; i++) {
      memory.look(`id-${i}`, 'x', i);
      memory.remember(`id-${i}`, { fingerprint: 'x', outcome: Promise.resolve('') }, i);
    }
    expect(memory.size).toBe(3);
    expect(memory.look('id-9', 'x', 10).kind).toBe('repeat');
    expect(memory.look('id-1', 'x', 10).kind).toBe('new');
  });
});
