import { randomBytes } from 'node:crypto';
import type { SnapshotKey, SnapshotStore } from '@culprit/store';
import { describe, expect, it } from 'vitest';

const state = (text: string) => new Uint8Array(Buffer.from(text));

async function load(snapshots: SnapshotStore, key: SnapshotKey) {
  const snapshot = await snapshots.loadLatest(key);
  return snapshot && { ...snapshot, payload: Buffer.from(snapshot.payload).toString() };
}

/** What every store of snapshots must do; each test works on a lane of its own. */
export function describeSnapshots(snapshots: () => SnapshotStore): void {
  describe('snapshots', () => {
    let nextLane = 0;
    const newKey = () => ({ stage: 'structuring', lane: nextLane++ });

    it('are there byte for byte, however large and whatever they hold', async () => {
      const key = newKey();
      const payload = new Uint8Array(randomBytes(10 << 20));
      await snapshots().save(key, { sequence: 7, payload });
      const loaded = await snapshots().loadLatest(key);
      expect(loaded?.sequence).toBe(7);
      expect(Buffer.compare(loaded?.payload ?? new Uint8Array(0), payload)).toBe(0);
    });

    it('may be empty, and are of nobody else', async () => {
      const key = newKey();
      await snapshots().save(key, { sequence: 0, payload: state('') });
      expect(await load(snapshots(), key)).toEqual({ sequence: 0, payload: '' });
      expect(await snapshots().loadLatest({ ...key, stage: 'scoring' })).toBeUndefined();
      expect(await snapshots().loadLatest(newKey())).toBeUndefined();
    });

    it('replace each other by what they include, however many there are', async () => {
      const key = newKey();
      for (let sequence = 1; sequence <= 8; sequence++)
        await snapshots().save(key, { sequence, payload: state(`state ${sequence}`) });
      expect(await load(snapshots(), key)).toEqual({ sequence: 8, payload: 'state 8' });
    });

    it('saved late by a process that others have overtaken are not the latest', async () => {
      const key = newKey();
      await snapshots().save(key, { sequence: 90, payload: state('new') });
      await snapshots().save(key, { sequence: 40, payload: state('old') });
      expect(await load(snapshots(), key)).toEqual({ sequence: 90, payload: 'new' });
    });

    it('refuse a key and a sequence that cannot be kept', async () => {
      const payload = state('x');
      for (const [key, sequence] of [
        [{ stage: '../up', lane: 0 }, 1],
        [{ stage: 'scoring', lane: -1 }, 1],
        [{ stage: 'scoring', lane: 1 }, 1.5],
      ] as const) {
        await expect(snapshots().save(key, { sequence, payload })).rejects.toMatchObject({
          code: 'CULPRIT_STORE_BAD_REQUEST',
        });
      }
    });
  });
}
