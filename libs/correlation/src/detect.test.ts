import { toEpochMillis } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { batchesOf, onset } from './anomalies.test-data.js';
import type { Said } from './anomalies.test-data.js';
import { Correlator } from './correlator.js';
import type { RootCauseReport } from './report.js';

const hours = 3_600;
const logTypes = Array.from({ length: 20 }, (_, i) => `shop/service-${i}`);

/** Some log types say something rare within half a minute, as a backup makes them do. */
function together(seconds: number, { many, surprise }: { many: number; surprise: number }): Said[] {
  return logTypes.slice(0, many).map((logType, i) => ({
    logType,
    body: `${logType} waits for the disk`,
    seconds: seconds + i * 4,
    surprise,
    kind: 'rarity',
  }));
}

function tell(said: readonly Said[], until: number): readonly RootCauseReport[] {
  const correlator = new Correlator();
  const reports = new Map<string, RootCauseReport>();
  for (const batch of batchesOf(said, { from: 0, until, logTypes }))
    for (const report of correlator.push(batch)) reports.set(report.incidentId, report);
  for (const report of correlator.flush()) reports.set(report.incidentId, report);
  return [...reports.values()];
}

describe('what many log types do together', () => {
  // Now a little louder, now a little less, and never in the same words.
  const backups = Array.from({ length: 22 }, (_, i) =>
    together(1_200 + i * 1_800, { many: 3 + ((i * 7) % 3), surprise: 3.6 + ((i * 5) % 7) / 10 }).map(
      (one) => ({ ...one, body: `${one.body} ${i}` }),
    ),
  ).flat();

  it('is told once at most where it is a part of daily life', () => {
    expect(tell(backups, 12 * hours).length).toBeLessThanOrEqual(1);
  });

  it('is told where it is far more than daily life', () => {
    const failure = together(11.7 * hours, { many: 14, surprise: 8 });
    const reports = tell([...backups, ...failure], 12 * hours);
    const last = reports.at(-1);
    expect(last?.logTypes.length).toBeGreaterThan(6);
  });
});

/** One new exception a showing, of a template of its own each time. */
function exception(seconds: number, logType = 'shop/service-3'): Said {
  return {
    logType,
    body: `order of ${seconds} failed\n\tat shop.Orders.place`,
    seconds,
    surprise: 6,
    badness: 6,
  };
}

/** How many begin then or later. */
function after(seconds: number, reports: readonly RootCauseReport[]): number {
  return reports.filter(({ start }) => toEpochMillis(start) >= onset + seconds * 1000).length;
}

describe('a log type that says something grave', () => {
  const at = 3 * hours;
  it('once, after which all goes on as before, is not told', () => {
    expect(tell([exception(at)], at + hours)).toHaveLength(0);
  });

  it('again and again is told', () => {
    expect(tell([exception(at), exception(at + 20), exception(at + 40)], at + hours)).toHaveLength(1);
  });

  it('while another begins to fail is told', () => {
    const other = { ...exception(at + 1, 'shop/service-9'), surprise: 4.6 };
    expect(tell([exception(at), other], at + hours)).toHaveLength(1);
  });

  it('is no news where such slips are a part of life, and still is where it goes on far longer', () => {
    const slips = Array.from({ length: 30 }, (_, i) => [
      exception(1_500 + i * 1_400),
      exception(1_512 + i * 1_400),
    ]);
    const last = 12.5 * hours;
    // The first of them may well be taken for a failure.
    expect(after(1.5 * hours, tell(slips.flat(), last))).toBe(0);
    const failure = Array.from({ length: 20 }, (_, i) => exception(last - 600 + i * 11));
    expect(after(last - 900, tell([...slips.flat(), ...failure], last))).toBe(1);
  });
});
