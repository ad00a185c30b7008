import type { EnvironmentName, EpochNanos, LogTypeName } from '@culprit/kernel';
import { createHealth } from '@culprit/platform';
import type { StoreOverview } from '@culprit/store';
import { describe, expect, it } from 'vitest';
import { OverviewService } from './overview.service.js';

const minute = 60_000_000_000n;

function overviewOf(minutes: number | undefined): StoreOverview {
  const firstSeen = minutes === undefined ? undefined : (0n as EpochNanos);
  const lastSeen = minutes === undefined ? undefined : ((BigInt(minutes) * minute) as EpochNanos);
  const frame = { reportCount: 0, diskBytes: 0, lineCount: 0 };
  if (firstSeen === undefined || lastSeen === undefined) {
    return { ...frame, eventCount: 0, firstSeen, lastSeen, logTypes: [] };
  }
  const logType = {
    environment: 'prod' as EnvironmentName,
    eventCount: 10,
    lineCount: 12,
    templateCount: 2,
    firstSeen,
    lastSeen,
    eventsPerSecond: 0.25,
  };
  const names = ['orders', 'cart'] as LogTypeName[];
  return {
    ...frame,
    eventCount: 20,
    lineCount: 24,
    firstSeen,
    lastSeen,
    logTypes: names.map((name) => ({ ...logType, logType: name })),
  };
}

function serviceOver(overview: StoreOverview, health = createHealth()): OverviewService {
  const store = { forTenant: () => ({ overview: { read: async () => overview } }) };
  return new OverviewService({ store, health, learningMinutes: 120 });
}

describe('overview', () => {
  it.each([
    [undefined, 'empty', 'no log line yet'],
    [40, 'learning', 'learning: 40 min so far'],
    [119, 'learning', 'learning: 119 min so far'],
    [120, 'learned', 'learned from 2 h'],
    [3 * 1_440, 'learned', 'learned from 3 d'],
  ])('after %s minutes of event time is %s', async (minutes, state, text) => {
    expect((await serviceOver(overviewOf(minutes)).read('default')).learning).toMatchObject({ state, text });
  });

  it('adds up rates and says what is wrong', async () => {
    const health = createHealth();
    health.addCheck('scoring', () => 'stopped');
    health.addLag('scoring', () => 5_000);
    health.addLag('structuring', () => 3);
    health.addNotice(() => 'streams are folded');
    const overview = await serviceOver(overviewOf(40), health).read('default');
    expect(overview).toMatchObject({ events: 20, lines: 24, eventsPerSecond: 0.5 });
    expect(overview.lag).toEqual({ scoring: 5_000, structuring: 3 });
    expect(overview.notices).toEqual([
      'streams are folded',
      'scoring: stopped',
      'scoring is 5000 records behind',
    ]);
  });
});
