import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GroupOffsets, type OffsetTable } from './group-offsets.js';
import { openOffsetsFile } from './offsets-file.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'culprit-offsets-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('committed offsets', () => {
  it('outlive the process, with groups that have not committed', async () => {
    const offsets = new GroupOffsets(await openOffsetsFile(directory));
    await offsets.register('idle', 't');
    await offsets.commit('busy', 't', 1, 7);
    await offsets.commit('__proto__', 'constructor', 0, 3);
    const again = new GroupOffsets(await openOffsetsFile(directory));
    expect(again.committed('busy', 't', 1)).toBe(7);
    expect(again.committed('__proto__', 'constructor', 0)).toBe(3);
    expect(again.committed('idle', 't', 1)).toBeUndefined();
    expect(again.lowest('t', 1)).toBe(0);
    expect(again.highest('t', 1)).toBe(7);
    expect(again.lowest('elsewhere', 0)).toBeUndefined();
  });

  it('share writes that come together', async () => {
    const saved: OffsetTable[] = [];
    const offsets = new GroupOffsets({ initial: {}, save: async (table) => void saved.push(table) });
    await Promise.all(Array.from({ length: 50 }, (_, n) => offsets.commit('g', 't', 0, n + 1)));
    expect(saved.at(-1)).toEqual({ g: { t: { 0: 50 } } });
    expect(saved.length).toBeLessThanOrEqual(2);
  });

  it('are written on the next try when the disk refused them', async () => {
    const saved: OffsetTable[] = [];
    let isBroken = true;
    const offsets = new GroupOffsets({
      initial: {},
      async save(table) {
        if (isBroken) throw new Error('disk');
        saved.push(table);
      },
    });
    await expect(offsets.commit('g', 't', 0, 5)).rejects.toThrow('disk');
    isBroken = false;
    await offsets.commit('g', 't', 0, 5);
    expect(saved).toEqual([{ g: { t: { 0: 5 } } }]);
  });

  it.each([
    '',
    '{',
    '{"version":2,"groups":{}}',
    '{"version":1,"groups":{"g":{"t":{"0":-1}}}}',
    '{"version":1}',
    'null',
  ])('that cannot be read are an error with advice: %s', async (content) => {
    await writeFile(join(directory, 'offsets.json'), content);
    await expect(openOffsetsFile(directory)).rejects.toMatchObject({ code: 'CULPRIT_BUS_CORRUPT' });
    expect(await readFile(join(directory, 'offsets.json'), 'utf8')).toBe(content);
  });
});
