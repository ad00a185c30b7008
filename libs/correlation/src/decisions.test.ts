import type { IncidentTypeId } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { batchesOf, onset } from './anomalies.test-data.js';
import type { Said } from './anomalies.test-data.js';
import { Correlator } from './correlator.js';
import { decisionIdOf, problemOfDecision } from './decisions.js';
import type { IncidentDecision } from './decisions.js';
import type { RootCauseReport } from './report.js';

const hour = 3_600;
const day = 24 * hour;
const logTypes = Array.from({ length: 20 }, (_, i) => `shop/service-${String(i).padStart(2, '0')}`);
const reason = 'said in a test';

/** Six programs that complain together, each once: a job, or a fault, by its name. */
function complain(name: string, at: number): Said[] {
  return logTypes.slice(0, 6).map((logType, i) => ({
    logType,
    body: `${name} took the lock of ${logType}`,
    seconds: at + i,
    surprise: 7,
    badness: 2,
  }));
}

const nights = (count: number): Said[] =>
  Array.from({ length: count }, (_, night) => complain('nightly backup', night * day)).flat();

interface Told {
  readonly reports: readonly RootCauseReport[];
  readonly correlator: Correlator;
}

/** Runs days of it; `decide` is asked before each batch, with event time in seconds. */
function run(
  said: readonly Said[],
  days: number,
  decide: (at: number, reports: readonly RootCauseReport[]) => readonly IncidentDecision[] = () => [],
): Told {
  let correlator = new Correlator();
  const latest = new Map<string, RootCauseReport>();
  const keep = (reports: readonly RootCauseReport[]): void => {
    for (const report of reports) latest.set(report.incidentId, report);
  };
  let version = 0;
  for (const batch of batchesOf(said, { from: -3 * hour, until: days * day, logTypes })) {
    const at = (batch.closedThrough - onset) / 1000;
    const decided = decide(at, [...latest.values()]);
    correlator.decide(
      decided.map((decision) => ({ decisionId: decisionIdOf(decision), version: ++version, decision })),
    );
    if (at % day === hour) correlator = Correlator.restore(correlator.snapshot());
    keep(correlator.push(batch));
  }
  keep(correlator.flush());
  return { reports: [...latest.values()], correlator };
}

const typeOf = (reports: readonly RootCauseReport[]): IncidentTypeId =>
  reports[0]?.incidentType ?? ('' as IncidentTypeId);
const once =
  (at: number, decision: (type: IncidentTypeId) => IncidentDecision) =>
  (now: number, reports: readonly RootCauseReport[]): readonly IncidentDecision[] =>
    now === at ? [decision(typeOf(reports))] : [];

describe('a week with a nightly job', { timeout: 30_000 }, () => {
  it('tells of it until it is a routine, which is listed', () => {
    const { reports, correlator } = run(nights(6), 6);
    expect(reports.map(({ occurrence }) => occurrence)).toEqual([1, 2]);
    expect(correlator.counters.suppressedAsRoutine).toBe(4);
    expect(correlator.status[0]?.routines).toEqual([
      expect.objectContaining({ incidentType: typeOf(reports), occurrences: 6 }),
    ]);
    const [type] = correlator.takeTypes();
    expect(type).toMatchObject({ incidentType: typeOf(reports), occurrences: 6, isRoutine: true });
    expect(correlator.takeTypes()).toEqual([]);
  });

  it('still tells of a fault in the midst of it, and of the same fault again as its second time', () => {
    const faults = [
      ...complain('broken volume', 3 * day + 2 * hour),
      ...complain('broken volume', 5 * day + 7 * hour),
    ];
    const { reports } = run([...nights(6), ...faults], 6);
    const told = reports.filter(({ title }) => title.includes('broken volume'));
    expect(told.map(({ occurrence }) => occurrence)).toEqual([1, 2]);
    expect(new Set(told.map(({ incidentType }) => incidentType)).size).toBe(1);
    expect(told[0]?.incidentType).not.toBe(typeOf(reports));
  });
});

describe('what people decide about a kind of incident', { timeout: 30_000 }, () => {
  const environment = 'test';
  const soon = 2 * hour;

  it('makes it a routine at once, or keeps it from becoming one', () => {
    const routine = once(soon, (incidentType) => ({ kind: 'routine', environment, incidentType, reason }));
    expect(run(nights(5), 5, routine).reports.length).toBe(1);
    for (const kind of ['useful', 'alert'] as const) {
      const keep = once(soon, (incidentType) => ({ kind, environment, incidentType, reason }));
      expect(run(nights(5), 5, keep).reports.map(({ occurrence }) => occurrence)).toEqual([1, 2, 3, 4, 5]);
    }
  });

  it('mutes it until an event time', () => {
    const untilMillis = onset + 2.5 * day * 1000;
    const mute = once(soon, (incidentType) => ({
      kind: 'mute',
      environment,
      incidentType,
      untilMillis,
      reason,
    }));
    const { reports, correlator } = run(nights(3), 3, mute);
    expect(reports.length).toBe(1);
    expect(correlator.counters.suppressedByDecision).toBe(2);
    const useful = (now: number, told: readonly RootCauseReport[]): readonly IncidentDecision[] =>
      now === soon
        ? [
            { kind: 'mute', environment, incidentType: typeOf(told), untilMillis, reason },
            { kind: 'useful', environment, incidentType: typeOf(told), reason },
          ]
        : [];
    expect(run(nights(4), 4, useful).reports.map(({ occurrence }) => occurrence)).toEqual([1, 4]);
  });

  it('counts it as another that it is the same as', () => {
    const faults = [
      ...complain('disk full', 0),
      ...complain('no space', 2 * hour),
      ...complain('no space', 5 * hour),
    ];
    const same = (now: number, told: readonly RootCauseReport[]): readonly IncidentDecision[] => {
      const [other, incidentType] = told.map((report) => report.incidentType);
      if (now !== 4 * hour || other === undefined || incidentType === undefined) return [];
      return [{ kind: 'same-as', environment, incidentType, other, reason }];
    };
    const { reports } = run(faults, 1, same);
    expect(reports.map(({ occurrence }) => occurrence)).toEqual([1, 1, 2]);
    expect(reports[2]?.incidentType).toBe(typeOf(reports));
  });

  it('mutes everything with certain labels, in this environment only and for a time', () => {
    const untilMillis = onset + 3 * hour * 1000;
    const mutes = logTypes.slice(0, 6).map((service): IncidentDecision => ({
      kind: 'mute-labels',
      environment,
      labels: { service },
      untilMillis,
      reason,
    }));
    const faults = [...complain('disk full', hour), ...complain('disk full', 4 * hour)];
    const decide = (now: number): readonly IncidentDecision[] => (now === 0 ? mutes : []);
    const { reports, correlator } = run(faults, 1, decide);
    expect(reports.map(({ occurrence }) => occurrence)).toEqual([1]);
    expect(correlator.counters.mutedAnomalies).toBe(6);
    const elsewhere = (now: number): readonly IncidentDecision[] =>
      now === 0 ? mutes.map((mute) => ({ ...mute, environment: 'other' })) : [];
    expect(run(faults, 1, elsewhere).reports.length).toBe(2);
  });

  it('holds with the highest version, whatever order changes come in', () => {
    const correlator = new Correlator();
    const decision: IncidentDecision = { kind: 'routine', environment, incidentType: typeOf([]), reason };
    correlator.decide([{ decisionId: 'd', version: 2, decision: undefined }]);
    correlator.decide([{ decisionId: 'd', version: 1, decision }]);
    const many = Array.from({ length: 1_200 }, (_, i) => ({ decisionId: `d${i}`, version: 1, decision }));
    correlator.decide(many);
    expect(correlator.counters.refusedDecisions).toBe(201);
  });

  it('is refused where it says nothing', () => {
    const nothing: IncidentDecision = {
      kind: 'mute-labels',
      environment,
      labels: {},
      untilMillis: 0,
      reason,
    };
    expect(problemOfDecision(nothing)).toMatch(/label/);
    const type = 'a' as IncidentTypeId;
    const circle: IncidentDecision = {
      kind: 'same-as',
      environment,
      incidentType: type,
      other: type,
      reason,
    };
    expect(problemOfDecision(circle)).toMatch(/itself/);
  });
});
