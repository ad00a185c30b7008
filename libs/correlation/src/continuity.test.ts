import { describe, expect, it } from 'vitest';
import { batchesOf } from './anomalies.test-data.js';
import type { Said } from './anomalies.test-data.js';
import { Correlator } from './correlator.js';
import type { RootCauseReport } from './report.js';

const nameOf = (i: number): string => `shop/service-${String(i).padStart(2, '0')}`;
const logTypes = Array.from({ length: 20 }, (_, i) => nameOf(i));
const twoHours = -7_200;

/** A store that fails and takes its callers with it: each says something new and bad, again and again. */
function failing(store: string, at: number, { callers = [1, 2, 3, 4], seconds = 60 } = {}): Said[] {
  const said: Said[] = [];
  for (let second = 0; second < seconds; second += 20) {
    const kind = second === 0 ? 'novelty' : 'rate-up';
    const common = { surprise: 6, badness: 4.5, kind } as const;
    said.push({ ...common, logType: store, body: 'write refused: no space', seconds: at + second });
    for (const caller of callers) {
      const logType = nameOf(caller);
      said.push({ ...common, logType, body: `call of ${store} timed out`, seconds: at + second + caller });
    }
  }
  return said;
}

interface Told {
  readonly all: readonly RootCauseReport[];
  /** The latest revision of every incident that was not merged. */
  readonly reports: readonly RootCauseReport[];
  readonly merged: number;
}

function tell(
  said: readonly Said[],
  { until, restartsAt = -1 }: { until: number; restartsAt?: number },
): Told {
  let correlator = new Correlator();
  const all: RootCauseReport[] = [];
  batchesOf(said, { from: twoHours, until, logTypes }).forEach((batch, index) => {
    if (index === restartsAt) correlator = Correlator.restore(correlator.snapshot());
    all.push(...correlator.push(batch));
  });
  all.push(...correlator.flush());
  const latest = new Map(all.map((report) => [report.incidentId, report]));
  const reports = [...latest.values()].filter(({ mergedInto }) => mergedInto === undefined);
  return { all, reports, merged: correlator.counters.mergedIncidents };
}

describe('one fault', () => {
  const store = nameOf(0);
  const other = nameOf(9);

  it('is one report however long it lasts, and its end moves on', () => {
    const { reports } = tell(failing(store, 0, { seconds: 3_000 }), { until: 4_200 });
    expect(reports.length).toBe(1);
    expect(Number((reports[0]?.end ?? 0n) - (reports[0]?.start ?? 0n)) / 1e9).toBeGreaterThan(2_900);
    expect(reports[0]?.occurrence).toBe(1);
  });

  it('is one report when a stronger alarm follows an absence', () => {
    const silence: Said = { logType: other, body: 'heartbeat', seconds: -200, surprise: 11, kind: 'silence' };
    const said = [silence, ...failing(store, 0)];
    const { all, reports, merged } = tell(said, { until: 2_400 });
    expect(reports.length).toBe(1);
    expect(merged).toBe(1);
    expect(reports[0]?.hallmarks[0]?.logType).toBe(store);
    expect(tell(said, { until: 2_400, restartsAt: 120 }).all).toEqual(all);
  });

  it('is counted again when it comes back after an hour', () => {
    const { reports } = tell([...failing(store, 0), ...failing(store, 3_600)], { until: 5_400 });
    expect(reports.map(({ occurrence }) => occurrence)).toEqual([1, 2]);
    expect(new Set(reports.map(({ incidentType }) => incidentType)).size).toBe(1);
  });

  it('is not mixed up with another one that begins a quarter of an hour later elsewhere', () => {
    const callers = [11, 12, 13, 14];
    const { reports } = tell([...failing(store, 0), ...failing(other, 900, { callers })], { until: 2_400 });
    expect(reports.map(({ hallmarks }) => hallmarks[0]?.logType)).toEqual([store, other]);
    expect(new Set(reports.map(({ incidentType }) => incidentType)).size).toBe(2);
  });

  it('is over when its errors stop: that is no incident', () => {
    const stops: Said = {
      logType: store,
      body: 'write refused: no space',
      seconds: 900,
      surprise: 11,
      kind: 'silence',
    };
    const heartbeat: Said = { ...stops, body: 'heartbeat' };
    expect(tell([...failing(store, 0), stops], { until: 2_400 }).reports.length).toBe(1);
    expect(tell([...failing(store, 0), heartbeat], { until: 2_400 }).reports.length).toBe(2);
  });
});

describe('what a report offers beside its story', () => {
  const [report] = tell(failing(nameOf(0), 0), { until: 1_200 }).reports;

  it('are causes that are nearly as likely, from other programs', () => {
    const others = report?.alternates.map(({ logType }) => logType) ?? [];
    expect(others.length).toBe(2);
    expect(others).not.toContain(report?.hallmarks[0]?.logType);
    const bodies = report?.coreEvents.map(({ body }) => body);
    for (const { body } of report?.alternates ?? []) expect(bodies).toContain(body);
  });

  it('are the words of its events, without ids and the words of everyday English', () => {
    const words = report?.words.map(({ word }) => word) ?? [];
    expect(words).toEqual(expect.arrayContaining(['call', 'timed', 'shop', 'refused']));
    expect(words.filter((word) => /\d/.test(word) || word === 'from')).toEqual([]);
    expect(report?.words[0]?.weight).toBe(10);
  });

  it('is when it came last', () => {
    const [first, second] = tell([...failing(nameOf(0), 0), ...failing(nameOf(0), 3_600)], {
      until: 5_400,
    }).reports;
    expect(first?.previous).toBeUndefined();
    expect(Math.abs(Number((second?.previous ?? 0n) - (first?.start ?? 0n)) / 1e9)).toBeLessThan(30);
  });
});

describe('the beginning of a story', () => {
  const store = nameOf(0);

  it('is the warning of a program that was quiet for a minute before it failed', () => {
    const warning: Said = {
      logType: store,
      body: 'memory alarm set',
      seconds: -70,
      surprise: 3.4,
      badness: 2,
    };
    const { reports } = tell([warning, ...failing(store, 0)], { until: 1_200 });
    const [first] = reports[0]?.coreEvents ?? [];
    expect(first?.body).toBe('memory alarm set');
    expect(first?.role).toBe('cause');
    expect(reports[0]?.start).toBe(first?.time);
  });

  it('is not what others said, nor what lies long before', () => {
    const stranger: Said = {
      logType: nameOf(8),
      body: 'lease lost',
      seconds: -150,
      surprise: 3.4,
      badness: 2,
    };
    const old: Said = { logType: store, body: 'memory alarm set', seconds: -400, surprise: 3.4, badness: 2 };
    const { reports } = tell([old, stranger, ...failing(store, 0)], { until: 1_200 });
    expect(reports[0]?.coreEvents[0]?.body).toBe('write refused: no space');
  });

  it('is the first complaint of a program, not its last and worst words', () => {
    const words: Said[] = [
      { logType: store, body: 'write failed: no space left', seconds: 0, surprise: 6.2, badness: 4.5 },
      { logType: store, body: 'panic: cannot go on', seconds: 0.5, surprise: 7.6, badness: 6.5 },
    ];
    const { reports } = tell([...words, ...failing(store, 5).slice(1)], { until: 1_200 });
    expect(reports[0]?.coreEvents.find(({ role }) => role === 'cause')?.body).toBe(
      'write failed: no space left',
    );
  });
});
