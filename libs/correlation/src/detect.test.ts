import { describe, expect, it } from 'vitest';
import { batchesOf } from './anomalies.test-data.js';
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
