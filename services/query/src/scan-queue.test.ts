import type { EnvironmentName, EpochMillis, EpochNanos } from '@culprit/kernel';
import { AppError } from '@culprit/kernel';
import { silentLogger } from '@culprit/platform';
import { describe, expect, it } from 'vitest';
import { ScanQueue } from './scan-queue.js';

const at = 1_772_357_400_000_000_000n as EpochNanos;

/** A store whose anomalies come when the test says so. */
function queueOver(list: () => Promise<never[]>, maxWaiting = 2): ScanQueue {
  const overview = {
    eventCount: 0,
    lineCount: 0,
    reportCount: 0,
    firstSeen: undefined,
    lastSeen: undefined,
    diskBytes: 0,
    logTypes: [],
  };
  const store = { forTenant: () => ({ anomalies: { list }, overview: { read: async () => overview } }) };
  const clock = { now: () => 1_772_357_400_000 as EpochMillis };
  return new ScanQueue({ store, clock, logger: silentLogger, maxWaiting });
}

const environment = 'shop' as EnvironmentName;

describe('scan queue', () => {
  it('runs one scan at a time and turns more than it can hold away', async () => {
    const gate = Promise.withResolvers<never[]>();
    const queue = queueOver(() => gate.promise);
    const ids = [1, 2, 3].map(() => queue.start('a', { at, environment }).id);
    expect(() => queue.start('a', { at, environment })).toThrow(
      expect.objectContaining({ code: 'CULPRIT_QUERY_SCAN_QUEUE_FULL' }),
    );
    expect(ids.map((id) => queue.find('a', id)?.state)).toEqual(['running', 'waiting', 'waiting']);
    gate.resolve([]);
    await expect.poll(() => ids.map((id) => queue.find('a', id)?.state)).toEqual(['done', 'done', 'done']);
  });

  it('scans a moment that an alert names once, however often the alert is repeated', async () => {
    const queue = queueOver(async () => []);
    const reason = 'alerts: HighErrorRate';
    const { id } = queue.startOnce('a', { at, environment, reason });
    expect(queue.startOnce('a', { at, environment, reason }).id).toBe(id);
    expect(queue.startOnce('b', { at, environment, reason }).id).not.toBe(id);
    expect(queue.startOnce('a', { at: (at + 1n) as EpochNanos, environment, reason }).id).not.toBe(id);
    expect(queue.list('a').map((scan) => scan.reason)).toEqual([reason, reason]);
    expect(queue.list('a').at(-1)?.id).toBe(id);
  });

  it('shows a scan only to the tenant that asked', () => {
    const queue = queueOver(async () => []);
    const { id } = queue.start('a', { at, environment });
    expect(queue.find('b', id)).toBeUndefined();
    expect(queue.find('a', id)?.at).toBe('2026-03-01T09:30:00.000000000Z');
  });

  it('says why a scan failed and goes on with the next', async () => {
    let calls = 0;
    const queue = queueOver(async () => {
      calls += 1;
      if (calls === 1) throw new AppError({ code: 'CULPRIT_STORE_BUSY', message: 'busy', isRetryable: true });
      if (calls === 2) throw new Error('secret');
      return [];
    });
    const ids = [1, 2, 3].map(() => queue.start('a', { at, environment }).id);
    await expect.poll(() => queue.find('a', ids[2] ?? '')?.state).toBe('done');
    expect(ids.map((id) => queue.find('a', id)?.detail)).toEqual([
      'busy',
      'internal error',
      'nothing unusual happened around this time',
    ]);
  });

  it('forgets the oldest outcomes', async () => {
    const queue = queueOver(async () => [], 1_000);
    const ids = Array.from({ length: 300 }, () => queue.start('a', { at, environment }).id);
    await expect.poll(() => queue.find('a', ids.at(-1) ?? '')?.state).toBe('done');
    queue.start('a', { at, environment });
    expect(queue.find('a', ids[0] ?? '')).toBeUndefined();
    expect(queue.find('a', ids.at(-1) ?? '')).toBeDefined();
  });
});
