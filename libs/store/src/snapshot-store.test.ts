import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFileSnapshotStore } from './snapshot-store.js';

let directory: string;
const warn = vi.fn<(fields: Readonly<Record<string, unknown>>, message: string) => void>();
const logger = { debug: vi.fn<() => void>(), info: vi.fn<() => void>(), warn, error: vi.fn<() => void>() };
const key = { stage: 'scoring', lane: 3 };
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'culprit-snapshots-'));
  warn.mockClear();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('file snapshots', () => {
  it('loads the newest of what was saved and keeps three', async () => {
    const store = createFileSnapshotStore({ directory: join(directory, 'new', 'deep'), logger });
    expect(await store.loadLatest(key)).toBeUndefined();
    for (let sequence = 7; sequence <= 12; sequence++)
      await store.save(key, { sequence, payload: bytes(sequence) });
    const latest = await store.loadLatest(key);
    expect(latest?.sequence).toBe(12);
    expect([...(latest?.payload ?? [])]).toEqual([12]);
    expect(readdirSync(join(directory, 'new', 'deep'))).toHaveLength(3);
  });

  it('keeps stages and lanes apart, also where one name starts like another', async () => {
    const store = createFileSnapshotStore({ directory, logger });
    await store.save({ stage: 'scoring', lane: 1 }, { sequence: 1, payload: bytes(1) });
    await store.save({ stage: 'scoring', lane: 11 }, { sequence: 2, payload: bytes(2) });
    await store.save({ stage: 'scoring-extra', lane: 1 }, { sequence: 3, payload: bytes(3) });
    expect((await store.loadLatest({ stage: 'scoring', lane: 1 }))?.sequence).toBe(1);
    expect((await store.loadLatest({ stage: 'scoring', lane: 11 }))?.sequence).toBe(2);
  });

  it.each([
    ['cut short', (path: string) => truncateSync(path, 25)],
    ['emptied', (path: string) => truncateSync(path, 0)],
    [
      'changed in one bit',
      (path: string) => {
        const content = readFileSync(path);
        content[content.length - 1] = (content.at(-1) ?? 0) ^ 1;
        writeFileSync(path, content);
      },
    ],
    [
      'changed in its sequence',
      (path: string) => {
        const content = readFileSync(path);
        content[16] = (content[16] ?? 0) ^ 1;
        writeFileSync(path, content);
      },
    ],
  ])('passes over a file that was %s and says so', async (_, damage) => {
    const store = createFileSnapshotStore({ directory, logger });
    await store.save(key, { sequence: 1, payload: bytes(1, 1) });
    await store.save(key, { sequence: 2, payload: bytes(2, 2) });
    damage(join(directory, readdirSync(directory).toSorted().at(-1) ?? ''));
    expect((await store.loadLatest(key))?.sequence).toBe(1);
    expect(warn).toHaveBeenCalledOnce();
  });

  it('ignores what an interrupted save left behind', async () => {
    const store = createFileSnapshotStore({ directory, logger });
    await store.save(key, { sequence: 1, payload: bytes(9) });
    writeFileSync(join(directory, 'scoring.3.00000000000005.snapshot.tmp'), 'half');
    expect((await store.loadLatest(key))?.sequence).toBe(1);
    expect(warn).not.toHaveBeenCalled();
  });

  it('refuses names that could leave the directory', async () => {
    const store = createFileSnapshotStore({ directory, logger });
    await expect(store.save({ stage: '../x', lane: 0 }, { sequence: 1, payload: bytes() })).rejects.toThrow(
      /snapshot key/,
    );
  });

  it('reports a directory that cannot be written with a code and a hint', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    const store = createFileSnapshotStore({ directory: join(file, 'below'), logger });
    await expect(store.save(key, { sequence: 1, payload: bytes() })).rejects.toMatchObject({
      code: 'CULPRIT_STORE_SNAPSHOT_FAILED',
      isRetryable: true,
    });
  });
});
