import type { EnvironmentName, EpochMillis, LogTypeName, TemplateId } from '@culprit/kernel';
import { createRng, hashText, toEpochMillis, toEpochNanos } from '@culprit/kernel';
import type { Rng } from '@culprit/kernel';
import { Scorer, binMillis } from '@culprit/scoring';
import type { AnomalyBatch, StructuredBatch, StructuredEvent, TemplateCount } from '@culprit/scoring';
import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Correlator } from './correlator.js';
import { reportToJson } from './report-json.js';
import type { RootCauseReport } from './report.js';
import { scanAt } from './scan-at.js';

const start = Date.UTC(2026, 2, 1, 9);
const minute = 60_000;

interface Line {
  readonly time: number;
  readonly logType: string;
  readonly text: string;
  readonly severity: number;
  readonly pod: string;
}

interface Life {
  readonly seed: number;
  readonly minutes: number;
  readonly logTypes?: number;
  /** Log types hit by the incident (0 for none) and when it begins. */
  readonly hit?: number;
  readonly atMinute?: number;
}

/** A seeded environment: periodic, bursty and rare lines, start-up, deploys, permanent errors, and one incident or none. */
function live({ seed, minutes, logTypes = 40, hit = 0, atMinute = minutes - 10 }: Life): Line[] {
  const rng = createRng(seed);
  const lines: Line[] = [];
  for (let service = 0; service < logTypes; service++)
    liveOne(lines, rng, { name: nameOf(service), minutes });
  if (logTypes > 5) deploys(lines, rng, { minutes, logTypes });
  if (hit > 0) breakDown(lines, rng, { hit, at: start + atMinute * minute, logTypes });
  return lines.toSorted((a, b) => a.time - b.time || (a.text < b.text ? -1 : 1));
}

const nameOf = (service: number): string => `shop/service-${String(service).padStart(2, '0')}`;

function liveOne(lines: Line[], rng: Rng, { name, minutes }: { name: string; minutes: number }): void {
  const end = start + minutes * minute;
  const pod = `${name}-a`;
  const say = (time: number, text: string, severity = 9): number =>
    lines.push({ time, logType: name, text, severity, pod });
  for (let i = 0; i < 15; i++) say(start + rng.next() * minute, `${name} starting part ${i}`);
  for (let i = 0; i < 2; i++) {
    const period = (15 + Math.floor(rng.next() * 45)) * 1000;
    for (let time = start + rng.next() * period; time < end; time += period)
      say(time + rng.next() * 300, `${name} tick ${i}`);
  }
  for (let i = 0; i < 3; i++)
    repeat(rng, { perHour: 40 + rng.next() * 300, end }, (time) => say(time, `${name} served ${i}`));
  for (let i = 0; i < 10; i++)
    repeat(rng, { perHour: 0.3, end }, (time) => say(time, `${name} rare thing ${i}`));
  for (let i = 0; i < 3; i++)
    repeat(rng, { perHour: 0.03, end }, (time) => say(time, `${name} odd request ${i} failed`, 17));
  if (rng.next() < 0.1)
    repeat(rng, { perHour: 120, end }, (time) => say(time, `${name} payment declined`, 17));
}

function repeat(
  rng: Rng,
  { perHour, end }: { perHour: number; end: number },
  say: (time: number) => void,
): void {
  const mean = 3_600_000 / perHour;
  for (
    let time = start - mean * Math.log(1 - rng.next());
    time < end;
    time -= mean * Math.log(1 - rng.next())
  )
    say(time);
}

function deploys(
  lines: Line[],
  rng: Rng,
  { minutes, logTypes }: { minutes: number; logTypes: number },
): void {
  for (let at = 15 + rng.next() * 20; at < minutes; at += 25 + rng.next() * 20) {
    const name = nameOf(Math.floor(rng.next() * logTypes));
    const time = start + at * minute;
    const pod = `${name}-${Math.floor(at)}`;
    for (const reason of ['ScalingReplicaSet', 'Killing', 'Pulled', 'Started']) {
      const text = `type=Normal reason=${reason} kind=Deployment name=${name}`;
      lines.push({ time: time + rng.next() * 5_000, logType: 'k8s-events', text, severity: 9, pod: '' });
    }
    for (let i = 0; i < 18; i++) {
      lines.push({
        time: time + rng.next() * minute,
        logType: name,
        text: `${name} starting part ${i}`,
        severity: 9,
        pod,
      });
    }
  }
}

function breakDown(
  lines: Line[],
  rng: Rng,
  { hit, at, logTypes }: { hit: number; at: number; logTypes: number },
): void {
  const first = Math.floor(rng.next() * logTypes);
  for (let i = 0; i < hit; i++) {
    const logType = nameOf((first + i * 7) % logTypes);
    const begin = i === 0 ? at : at + (5 + rng.next() * 50) * 1000;
    const texts = i === 0 ? ['root: volume handle lost'] : [];
    for (let k = 0; k < 3 + Math.floor(rng.next() * 3); k++)
      texts.push(`call ${k} of ${logType} timed out after it broke`);
    texts.forEach((text, index) => {
      for (let n = 0; n < 6; n++) {
        const time = begin + index * 900 + n * 9_000 * rng.next();
        lines.push({
          time: n === 0 ? begin + index * 900 : time,
          logType,
          text,
          severity: 17,
          pod: `${logType}-a`,
        });
      }
    });
  }
}

function structure(
  lines: readonly Line[],
  { size = 500, lane = 0 }: { size?: number; lane?: number } = {},
): StructuredBatch[] {
  const batches: StructuredBatch[] = [];
  for (let from = 0; from < lines.length; from += size) {
    const counts = new Map<string, TemplateCount>();
    const exemplars = new Map<string, StructuredEvent>();
    const part = lines.slice(from, from + size);
    for (const line of part) {
      const event = eventOf(line);
      const binStart = (Math.floor(line.time / binMillis) * binMillis) as EpochMillis;
      const key = `${binStart} ${event.templateId}`;
      const { environment, logType } = event.source;
      const count = (counts.get(key)?.count ?? 0) + 1;
      counts.set(key, {
        binStart,
        environment,
        logType,
        templateId: event.templateId,
        count,
        maxSeverity: line.severity,
        errorCount: line.severity >= 17 ? count : 0,
      });
      const known = exemplars.get(key);
      if (known === undefined || event.time < known.time) exemplars.set(key, event);
    }
    batches.push({
      lane,
      sequence: batches.length,
      highestTime: Math.max(...part.map(({ time }) => time)),
      counts: [...counts.values()],
      exemplars: [...exemplars.values()],
      aliases: [],
      controls: [],
    });
  }
  return batches;
}

function eventOf({ time, logType, text, severity, pod }: Line): StructuredEvent {
  return {
    eventId: hashText(`${time}|${logType}|${text}`),
    time: toEpochNanos(time),
    source: {
      environment: 'test' as EnvironmentName,
      logType: logType as LogTypeName,
      namespace: 'shop',
      service: logType,
      pod,
      container: '',
      host: 'node-1',
    },
    severity,
    templateId: hashText(`${logType}|${text}`) as TemplateId,
    message: text,
    body: text,
    parameters: [],
    hasStackTrace: false,
  };
}

function score(batches: readonly StructuredBatch[], laneCount = 1): AnomalyBatch[] {
  const scorer = new Scorer({ laneCount });
  return [...batches.map((batch) => scorer.push(batch)), scorer.flush()];
}

function correlate(batches: readonly AnomalyBatch[]): RootCauseReport[] {
  const correlator = new Correlator();
  return [...batches.flatMap((batch) => correlator.push(batch)), ...correlator.flush()];
}

const reportsOf = (lines: readonly Line[]): RootCauseReport[] => correlate(score(structure(lines)));

function latest(reports: readonly RootCauseReport[]): RootCauseReport[] {
  return [...new Map(reports.map((report) => [report.incidentId, report])).values()];
}

describe('detection in a synthetic environment', () => {
  for (const seed of [1, 2, 3]) {
    it(
      `writes at most one report in two fault-free hours with deploys (seed ${seed})`,
      { timeout: 20_000 },
      () => {
        const reports = latest(reportsOf(live({ seed, minutes: 150 })));
        expect(reports.map(({ title }) => title).slice(1)).toEqual([]);
        expect(reports.filter(({ significance }) => significance === 'high')).toEqual([]);
      },
    );
  }

  for (const { seed, hit } of [
    { seed: 11, hit: 2 },
    { seed: 12, hit: 3 },
    { seed: 13, hit: 5 },
    { seed: 14, hit: 8 },
  ]) {
    it(
      `finds an incident that hits ${hit} of 40 log types, its root and its onset, within minutes`,
      { timeout: 20_000 },
      () => {
        const atMinute = 80;
        const onset = start + atMinute * minute;
        const reports = latest(reportsOf(live({ seed, minutes: 90, hit, atMinute })));
        const found = reports.find((report) => toEpochMillis(report.end) >= onset);
        expect(found?.coreEvents.map(({ body }) => body)).toContain('root: volume handle lost');
        expect(Math.abs(toEpochMillis(found?.start ?? toEpochNanos(0)) - onset)).toBeLessThan(30_000);
        expect(toEpochMillis(found?.created ?? toEpochNanos(0)) - onset).toBeLessThan(3 * minute);
      },
    );
  }

  it('reports the one fault of a single application after twelve quiet minutes', () => {
    const life = live({ seed: 21, minutes: 20, logTypes: 1, hit: 1, atMinute: 12.5 });
    const [report] = latest(reportsOf(life));
    expect(report?.coreEvents.map(({ body }) => body)).toContain('root: volume handle lost');
    expect(report?.hallmarks.length).toBeGreaterThan(0);
  });

  it('reports nothing of the start-up itself', () => {
    expect(reportsOf(live({ seed: 22, minutes: 12 }))).toEqual([]);
  });
});

describe('reports', () => {
  const life = live({ seed: 14, minutes: 90, hit: 8, atMinute: 80 });
  const batches = score(structure(life));
  const whole = correlate(batches);
  const final = latest(whole).find(({ logTypes }) => logTypes.length > 3);

  it('keep the core small, diverse and in order of time, with roles and reasons', () => {
    const core = final?.coreEvents ?? [];
    expect(core.length).toBeGreaterThan(3);
    expect(core.length).toBeLessThanOrEqual(15);
    expect(core.map(({ time }) => time)).toEqual(
      core.map(({ time }) => time).toSorted((a, b) => (a < b ? -1 : 1)),
    );
    expect(core.filter(({ role }) => role === 'cause').length).toBe(1);
    for (const event of core) expect(event.reasons.length).toBeGreaterThan(0);
    for (const logType of new Set(core.map((event) => event.logType))) {
      expect(core.filter((event) => event.logType === logType).length).toBeLessThanOrEqual(4);
    }
  });

  it('nest their zoom levels', () => {
    for (const { coreEvents, relatedEvents, relatedCounts } of whole) {
      expect(coreEvents.length).toBeLessThanOrEqual(relatedCounts[1]);
      expect(relatedCounts[1]).toBeLessThanOrEqual(relatedCounts[2]);
      expect(relatedCounts[2]).toBeLessThanOrEqual(relatedCounts[3]);
      for (const level of [1, 2, 3] as const) {
        const shown = relatedEvents.filter(({ zoom }) => zoom <= level).length + coreEvents.length;
        expect(shown).toBe(relatedCounts[level]);
      }
    }
  });

  it('say in the summary only what their events say', () => {
    const quotes = [...(final?.summary ?? '').matchAll(/“([^”…]*)/g)].map(([, text]) => text ?? '');
    expect(quotes.length).toBeGreaterThan(0);
    for (const text of quotes) expect(final?.coreEvents.some(({ body }) => body.includes(text))).toBe(true);
    expect(final?.title.length).toBeLessThanOrEqual(100);
  });

  it('rise in revision and keep their identity and creation time', () => {
    const revisions = whole.filter(({ incidentId }) => incidentId === final?.incidentId);
    expect(revisions.map(({ revision }) => revision)).toEqual(revisions.map((_, index) => index + 1));
    expect(new Set(revisions.map(({ created }) => created)).size).toBe(1);
  });

  it('are published as documented', () => {
    const json = final === undefined ? undefined : reportToJson(final);
    expect(Object.keys(json ?? {})).toEqual([
      'id',
      'incidentType',
      'occurrence',
      'previous',
      'start',
      'end',
      'created',
      'significance',
      'falseReportsPerDay',
      'isProvisional',
      'title',
      'summary',
      'logTypes',
      'hosts',
      'coreEvents',
      'hallmarks',
      'alternates',
      'words',
      'related',
    ]);
    expect(json?.created).toMatch(/^2026-03-01T\d\d:\d\d:\d\d\.\d{9}Z$/);
    expect(json?.coreEvents.map(({ severity }) => severity)).toContain('ERROR');
  });

  it('are the same line by line, in large batches and from three lanes', { timeout: 20_000 }, () => {
    expect(correlate(score(structure(life, { size: 7 })))).toEqual(whole);
    expect(correlate(score(structure(life, { size: 1e6 })))).toEqual(whole);
    const lanes = [0, 1, 2].map((lane) =>
      structure(
        life.filter(({ logType }) => logType.charCodeAt(logType.length - 1) % 3 === lane),
        { lane, size: 91 },
      ),
    );
    const longest = Math.max(...lanes.map(({ length }) => length));
    const mixed = Array.from({ length: longest }, (_, i) =>
      lanes.flatMap((lane) => lane.slice(i, i + 1)),
    ).flat();
    expect(correlate(score(mixed, 3))).toEqual(whole);
  });

  it('do not change when batches come again or the correlator restarts anywhere', { timeout: 20_000 }, () => {
    assert(
      property(integer({ min: 1, max: batches.length - 1 }), integer({ min: 0, max: 20 }), (cut, again) => {
        const first = new Correlator();
        const before = batches.slice(0, cut).flatMap((batch) => first.push(batch));
        const second = Correlator.restore(first.snapshot());
        const after = batches.slice(Math.max(0, cut - again)).flatMap((batch) => second.push(batch));
        expect([...before, ...after, ...second.flush()]).toEqual(whole);
      }),
      { seed: 9, numRuns: 6 },
    );
  });

  it('recognise the same incident when it comes again', () => {
    const again = live({ seed: 31, minutes: 130, logTypes: 10, hit: 4, atMinute: 60 });
    const copies = again
      .filter(({ text }) => text.includes('broke') || text.startsWith('root'))
      .map((line) => ({ ...line, time: line.time + 50 * minute }));
    const reports = latest(reportsOf([...again, ...copies].toSorted((a, b) => a.time - b.time)));
    const types = new Map(reports.map((report) => [report.incidentType, report.occurrence]));
    expect(Math.max(0, ...types.values())).toBe(2);
  });
});

describe('scan at a time', () => {
  const life = live({ seed: 14, minutes: 90, hit: 8, atMinute: 80 });
  const anomalies = score(structure(life)).flatMap((batch) => batch.anomalies);
  const environment = 'test' as EnvironmentName;

  it('tells the story around the time, whatever the order of the anomalies', () => {
    const at = toEpochNanos(start + 82 * minute);
    const report = scanAt(anomalies, { at, environment });
    expect(report?.coreEvents.map(({ body }) => body)).toContain('root: volume handle lost');
    expect(report?.detector).toBe('scan');
    expect(scanAt(anomalies.toReversed(), { at, environment })).toEqual(report);
  });

  it('stays small enough for the bus when many long events are related', () => {
    const at = toEpochNanos(start + 82 * minute);
    const long = anomalies.flatMap((anomaly) =>
      Array.from({ length: 6 }, (_, i) => ({
        ...anomaly,
        event: {
          ...anomaly.event,
          eventId: `${anomaly.event.eventId}-${i}`,
          body: `${anomaly.event.body}\n${'語'.repeat(20_000)}`,
        },
      })),
    );
    const report = scanAt(long, { at, environment });
    expect(report?.relatedEvents.length).toBeGreaterThan(20);
    expect(report?.relatedEvents.every(({ body }) => body.length <= 1_024)).toBe(true);
    expect(report?.coreEvents.every(({ body }) => body.length > 20_000)).toBe(true);
  });

  it('has nothing to tell of a time without anomalies', () => {
    expect(scanAt(anomalies, { at: toEpochNanos(start - 1e9), environment })).toBeUndefined();
    expect(
      scanAt(anomalies, { at: toEpochNanos(start + 80 * minute), environment: 'other' as EnvironmentName }),
    ).toBeUndefined();
  });
});
