import { Correlator, reportToJson, type RootCauseReport } from '@culprit/correlation';
import { createRng, encodeUtf8 } from '@culprit/kernel';
import { EnvelopeReader } from '@culprit/records';
import { Scorer } from '@culprit/scoring';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StructuringStage, type Structured } from './structuring-stage.js';

interface Line {
  readonly service: string;
  readonly json: string;
}

const services = ['web', 'orders', 'stock'];
const startMillis = Date.UTC(2026, 2, 1, 8);
const minutes = 40;

/** Three services talk quietly for half an hour; then the stock loses its disk and the others feel it. */
const lines: readonly Line[] = (() => {
  const rng = createRng(11);
  const made: Line[] = [];
  const say = (millis: number, service: string, log: string): void => {
    made.push({ service, json: JSON.stringify({ time: new Date(millis).toISOString(), service, log }) });
  };
  for (let second = 0; second < minutes * 60; second += 2) {
    const millis = startMillis + second * 1_000;
    const isBroken = second > 32 * 60 && second < 34 * 60;
    say(
      millis,
      'web',
      `INFO GET /item/${Math.floor(rng.next() * 900)} 200 in ${Math.floor(rng.next() * 80)} ms`,
    );
    say(millis + 200, 'orders', `INFO order ${second} placed for customer ${Math.floor(rng.next() * 50)}`);
    if (!isBroken) say(millis + 400, 'stock', `INFO reserved ${Math.floor(rng.next() * 9)} items`);
    if (!isBroken || second % 10 !== 0) continue;
    say(millis + 500, 'stock', `ERROR write to volume failed: Input/output error, sector ${second * 8}`);
    say(millis + 900, 'orders', `ERROR reservation of order ${second} timed out after 3000 ms`);
    say(millis + 950, 'web', `ERROR POST /checkout 500: upstream orders did not answer`);
  }
  return made;
})();

interface Way {
  readonly laneCount: 1 | 3;
  /** Lines of a batch, used in turn. */
  readonly batchSizes: readonly number[];
  /** After every so many batches every stage is written and read back; 0 is never. */
  readonly restartEvery: number;
}

/** One lane with its own reader, as a partition has. */
interface Lane {
  readonly number: number;
  readonly lines: readonly Line[];
  readonly envelope: EnvelopeReader;
  stage: StructuringStage;
  next: number;
  sequence: number;
}

/** Runs the stages one after the other, as the services do, and gives the reports as they are published. */
function reportsOf({ laneCount, batchSizes, restartEvery }: Way): string {
  const lanes = Array.from({ length: laneCount }, (_, number) => openLane(number, laneCount));
  const reports = new Map<string, RootCauseReport>();
  let scorer = new Scorer({ laneCount });
  let correlator = new Correlator();
  const take = ({ batch }: Structured): void => {
    for (const report of correlator.push(scorer.push(batch))) reports.set(report.incidentId, report);
  };
  for (let turn = 0, lane = furthestBehind(lanes); lane !== undefined; lane = furthestBehind(lanes), turn++) {
    const end = lane.next + (batchSizes[turn % batchSizes.length] ?? 1);
    const text = lane.lines.slice(lane.next, end).map(({ json }) => `${json}\n`);
    lane.next = end;
    const { batch } = lane.envelope.read(encodeUtf8(text.join('')), 'ndjson', Number.NaN);
    take(lane.stage.push(lane.sequence++, batch));
    if (lane.next >= lane.lines.length) take(lane.stage.flush(lane.sequence++));
    if (restartEvery === 0 || turn % restartEvery !== 0) continue;
    for (const each of lanes)
      each.stage = StructuringStage.restore(each.stage.snapshot(), { lane: each.number });
    scorer = Scorer.restore(scorer.snapshot(), { laneCount });
    correlator = Correlator.restore(correlator.snapshot());
  }
  const last = [...correlator.push(scorer.flush()), ...correlator.flush()];
  for (const report of last) reports.set(report.incidentId, report);
  const published = [...reports.values()].filter(({ mergedInto }) => mergedInto === undefined);
  return JSON.stringify(
    published.map((report) => reportToJson(report)).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  );
}

function openLane(number: number, laneCount: number): Lane {
  return {
    number,
    lines: lines.filter(({ service }) => laneCount === 1 || services.indexOf(service) === number),
    envelope: new EnvelopeReader({ defaults: { environment: 'shop' } }),
    stage: new StructuringStage({ lane: number }),
    next: 0,
    sequence: 0,
  };
}

function furthestBehind(lanes: readonly Lane[]): Lane | undefined {
  const open = lanes.filter((lane) => lane.next < lane.lines.length);
  return open.toSorted((a, b) => a.stage.highestTime - b.stage.highestTime)[0];
}

describe('the same lines give the same reports', () => {
  const expected = reportsOf({ laneCount: 1, batchSizes: [1_000], restartEvery: 0 });

  it('there is something to report', () => {
    expect(JSON.parse(expected)).toMatchObject([{ logTypes: expect.arrayContaining(['stock', 'orders']) }]);
  });

  it('line by line', () => {
    expect(reportsOf({ laneCount: 1, batchSizes: [1], restartEvery: 0 })).toBe(expected);
  });

  it('in three lanes', () => {
    expect(reportsOf({ laneCount: 3, batchSizes: [200], restartEvery: 0 })).toBe(expected);
  });

  it('in any number of lanes, any batches, restored at any points', () => {
    fc.assert(
      fc.property(
        fc.record({
          laneCount: fc.constantFrom(1 as const, 3 as const),
          batchSizes: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
          restartEvery: fc.integer({ min: 3, max: 40 }),
        }),
        (way) => {
          expect(reportsOf(way)).toBe(expected);
        },
      ),
      { numRuns: 10, seed: 4 },
    );
  });
});
