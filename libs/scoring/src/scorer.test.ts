import type { EpochMillis } from '@culprit/kernel';
import { createRng } from '@culprit/kernel';
import { assert, infiniteStream, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Anomaly } from './anomaly.js';
import {
  about,
  anomaliesOf,
  at,
  batchesOf,
  eventOf,
  every,
  kinds,
  shifted,
  start,
} from './lines.test-data.js';
import type { Line } from './lines.test-data.js';
import { Scorer } from './scorer.js';
import type { StructuredBatch } from './structured-event.js';

describe('scorer', () => {
  const quietLife = every(5, 120, { logType: 'shop', template: 'request served' });

  it('finds a first error surprising after two quiet hours, and says since when it has been watching', () => {
    const [anomaly] = about(
      anomaliesOf([...quietLife, { time: at(119), logType: 'shop', template: 'disk failed', severity: 17 }]),
      'disk failed',
    );
    expect(anomaly?.surprise).toBeGreaterThan(6);
    expect(anomaly?.evidence.map(({ sentence }) => sentence)).toEqual([
      'first time in 119 min here',
      'ERROR',
    ]);
  });

  it('finds nothing surprising in the first minute of a log type', () => {
    const lines = Array.from({ length: 50 }, (_, i) => ({
      time: start + i * 1000,
      logType: 'shop',
      template: `starting part ${i}`,
    }));
    expect(anomaliesOf(lines).filter(({ surprise }) => surprise >= 2)).toEqual([]);
  });

  it('finds the same new line milder when a new pod has just started', () => {
    const lived = quietLife.map((line) => ({ ...line, pod: 'a' }));
    const news = { logType: 'shop', template: 'cache warmed' };
    const [quiet] = about(anomaliesOf([...lived, { ...news, time: at(118), pod: 'a' }]), 'cache warmed');
    const rollout = [
      ...lived,
      { time: at(117.5), logType: 'shop', template: 'request served', pod: 'b' },
      { ...news, time: at(118), pod: 'b' },
    ];
    const [changing] = about(anomaliesOf(rollout), 'cache warmed');
    expect(changing?.surprise ?? 0).toBeLessThan((quiet?.surprise ?? 0) - 1);
  });

  it('lets errors mean little where every unusual line is an error', () => {
    const errors = Array.from({ length: 60 }, (_, i) => ({
      time: at(i * 1.9),
      logType: 'shop',
      template: `odd thing ${i} failed`,
      severity: 17,
    }));
    const last = { time: at(118), logType: 'shop', template: 'disk failed', severity: 17 };
    const [noisy] = about(anomaliesOf([...quietLife, ...errors, last]), 'disk failed');
    const [calm] = about(anomaliesOf([...quietLife, last]), 'disk failed');
    expect(noisy?.surprise ?? 0).toBeLessThan((calm?.surprise ?? 0) - 2);
  });

  it('finds a first error as surprising whether or not new warnings come all the time', () => {
    const warnings = Array.from({ length: 60 }, (_, i) => ({
      time: at(i * 1.9),
      logType: 'shop',
      template: `odd thing ${i}`,
      severity: 13,
    }));
    const last = { time: at(118), logType: 'shop', template: 'disk failed', severity: 17 };
    const [warned] = about(anomaliesOf([...quietLife, ...warnings, last]), 'disk failed');
    const [calm] = about(anomaliesOf([...quietLife, last]), 'disk failed');
    expect(warned?.evidence[0]?.probability).toBe(calm?.evidence[0]?.probability);
  });

  it('tells a rise in the rate with both numbers', () => {
    const burst = Array.from({ length: 240 }, (_, i) => ({
      time: at(90) + i * 240,
      logType: 'shop',
      template: 'request served',
    }));
    const up = about(anomaliesOf([...quietLife, ...burst]), 'request served').find((one) =>
      kinds(one).includes('rate-up'),
    );
    expect(up?.evidence.some(({ sentence }) => /^\d+ a minute, usually 12$/.test(sentence))).toBe(true);
  });

  it('learns rates from stretches of load with pauses between them as from load without pauses', () => {
    const stretches = Array.from({ length: 10 }, (_, i) =>
      shifted(
        i * 9,
        ['served', 'stored'].flatMap((template) => every(1, 4, { logType: 'shop', template })),
      ),
    ).flat();
    const last = [
      ...every(1, 4, { logType: 'shop', template: 'served' }),
      ...every(6, 4, { logType: 'shop', template: 'stored' }),
    ];
    const down = about(anomaliesOf([...stretches, ...shifted(90, last)]), 'stored').find((one) =>
      kinds(one).includes('rate-down'),
    );
    expect(down?.evidence.some(({ sentence }) => /^\d+ a minute, usually 60$/.test(sentence))).toBe(true);
  });

  it('tells a value of a kind that never came in this place', () => {
    const devices = Array.from({ length: 60 }, (_, i) => ({
      time: at(i * 1.9),
      logType: 'kernel',
      template: '<*>: link up',
      parameters: [`eni${i}a9`],
    }));
    const odd = { time: at(117), logType: 'kernel', template: '<*>: link up', parameters: ['eth0'] };
    const found = anomaliesOf([...quietLife, ...devices, odd]).filter((one) =>
      kinds(one).includes('parameter'),
    );
    expect(found.map(({ evidence }) => evidence[0]?.sentence)).toEqual(['`eth0` here, so far mostly eni…']);
  });

  it('says after how long a known line came back', () => {
    const lines = [
      ...quietLife,
      { time: at(1), logType: 'shop', template: 'leader elected' },
      { time: at(110), logType: 'shop', template: 'leader elected' },
    ];
    const sentences = about(anomaliesOf(lines), 'leader elected').flatMap(({ evidence }) =>
      evidence.map(({ sentence }) => sentence),
    );
    expect(sentences).toContain('not seen for 109 min');
  });

  it('folds the baseline of a merged template into its canonical one', () => {
    const scorer = new Scorer();
    const [old, canonical] = ['request served', 'request <*>'].map((text) =>
      eventOf({ time: start, logType: 'shop', template: text }),
    );
    if (old === undefined || canonical === undefined) throw new Error('two events were made');
    const lines = quietLife.filter(({ time }) => time < at(60));
    const batches = batchesOf(lines);
    for (const batch of batches) scorer.push(batch);
    const { environment, logType } = old.source;
    const binStart = at(60) as EpochMillis;
    const alias = {
      binStart,
      environment,
      logType,
      templateId: old.templateId,
      into: canonical.templateId,
    };
    const later = batchesOf(
      Array.from({ length: 60 }, (_, i) => ({
        time: at(61) + i * 5_000,
        logType: 'shop',
        template: 'request <*>',
      })),
      1_000,
    );
    const found = later.flatMap(
      (batch) => scorer.push({ ...batch, sequence: batches.length, aliases: [alias] }).anomalies,
    );
    expect([...found, ...scorer.flush().anomalies].filter((one) => kinds(one).includes('novelty'))).toEqual(
      [],
    );
  });

  it('bounds its tables and counts what it forgets', () => {
    const scorer = new Scorer({ maxTemplatesPerLogType: 10 });
    const lines = Array.from({ length: 100 }, (_, i) => ({
      time: start + i * 1000,
      logType: 'shop',
      template: `line ${i}`,
    }));
    for (const batch of batchesOf(lines)) scorer.push(batch);
    scorer.flush();
    expect(scorer.counters.evictedTemplates).toBe(90);
  });

  it('refuses a snapshot of another version', () => {
    const bytes = new TextEncoder().encode('{"version":0}');
    expect(() => Scorer.restore(bytes)).toThrow(/version 0/);
  });
});

const run = (batches: readonly StructuredBatch[], laneCount: number): Anomaly[] => {
  const scorer = new Scorer({ laneCount });
  const found = batches.flatMap((batch) => scorer.push(batch).anomalies);
  return [...found, ...scorer.flush().anomalies];
};

/** A batch that says nothing but the time. */
const step = (lane: number, sequence: number, highestTime: number, isIdle = false): StructuredBatch => ({
  lane,
  sequence,
  highestTime,
  counts: [],
  exemplars: [],
  aliases: [],
  controls: [],
  ...(isIdle ? { isIdle } : {}),
});

describe('scorer over batches and lanes', () => {
  const rng = createRng(5);
  const lines: Line[] = [];
  for (let t = 0; t < 3_600; t += 2) {
    const logType = `service-${Math.floor(rng.next() * 6)}`;
    const template =
      rng.next() < 0.02 ? `odd ${Math.floor(rng.next() * 1e6)}` : `usual ${Math.floor(rng.next() * 4)}`;
    lines.push({
      time: start + t * 1000 + Math.floor(rng.next() * 900),
      logType,
      template,
      severity: rng.next() < 0.1 ? 17 : 9,
      parameters: [
        `${(10 / rng.next()).toFixed(2)}ms`,
        rng.next() < 0.01 ? 'failed' : 'done',
        `shard=${Math.floor(4 * rng.next())}`,
      ],
    });
  }
  const whole = run(batchesOf(lines, 1_000), 1);

  it('has something to compare', () => {
    expect(whole.length).toBeGreaterThan(5);
  });

  it('gives the same anomalies line by line as in one piece', () => {
    expect(run(batchesOf(lines, 1), 1)).toEqual(whole);
    expect(run(batchesOf(lines, 100_000), 1)).toEqual(whole);
  });

  it('waits for every lane, but not for one that is idle until it speaks again', () => {
    const scorer = new Scorer({ laneCount: 2, allowedLatenessMillis: 30_000 });
    expect(scorer.push(step(0, 0, at(10))).closedThrough).toBe(-Infinity);
    expect(scorer.push(step(1, 0, -Infinity, true)).closedThrough).toBe(at(9.5));
    expect(scorer.push(step(1, 1, at(10))).closedThrough).toBe(at(9.5));
    expect(scorer.push(step(0, 1, at(20))).closedThrough).toBe(at(9.5));
    expect(scorer.push(step(1, 2, at(10), true)).closedThrough).toBe(at(19.5));
  });

  it('gives the same anomalies from three lanes in any interleaving', () => {
    const lanes = [0, 1, 2].map((lane) =>
      batchesOf(
        lines.filter(({ logType }) => Number(logType.at(-1)) % 3 === lane),
        7,
        lane,
      ),
    );
    assert(
      property(infiniteStream(integer({ min: 0, max: 2 })), (order) => {
        const rest = lanes.map((lane) => [...lane]);
        const batches: StructuredBatch[] = [];
        while (rest.some((lane) => lane.length > 0)) {
          const batch =
            rest[order.next().value ?? 0]?.shift() ?? rest.find((lane) => lane.length > 0)?.shift();
          if (batch !== undefined) batches.push(batch);
        }
        expect(run(batches, 3)).toEqual(whole);
      }),
      { seed: 3, numRuns: 5 },
    );
  });

  it('ignores a batch that comes again, and goes on exactly from a snapshot', () => {
    const batches = batchesOf(lines, 50);
    assert(
      property(integer({ min: 1, max: batches.length - 1 }), integer({ min: 0, max: 5 }), (cut, again) => {
        const first = new Scorer();
        const found = batches.slice(0, cut).flatMap((batch) => first.push(batch).anomalies);
        const second = Scorer.restore(first.snapshot());
        const rest = batches.slice(Math.max(0, cut - again)).flatMap((batch) => second.push(batch).anomalies);
        expect([...found, ...rest, ...second.flush().anomalies]).toEqual(whole);
        expect(second.counters.repeatedBatches).toBe(Math.min(again, cut));
      }),
      { seed: 4, numRuns: 6 },
    );
  });
});
