import { describe, expect, it } from 'vitest';
import { createLogTypeBaseline } from './baseline.js';
import { observeTrouble } from './trouble-rate.js';
import type { EnvironmentName, LogTypeName } from '@culprit/kernel';

const binMillis = 10_000;

/** Feeds one count of failures per bin and gives the bins in which something was told, with what was observed. */
function tell(counts: readonly number[]): { bin: number; observed: number; probability: number }[] {
  const { trouble } = createLogTypeBaseline('e' as EnvironmentName, 'app' as LogTypeName, {
    bin: 0,
    observed: 0,
  });
  return counts.flatMap((failures, i) => {
    const finding = observeTrouble(trouble, { bin: i * binMillis, binNumber: i, failures });
    return finding === undefined
      ? []
      : [{ bin: i, observed: finding.observed, probability: finding.probability }];
  });
}

const quietHour = Array.from({ length: 360 }, (_, i) => (i % 90 === 5 ? 1 : 0));

describe('failures of a log type', () => {
  it('flood is told within half a minute and again when it becomes much worse', () => {
    const told = tell([...quietHour, ...Array.from({ length: 18 }, () => 12)]);
    expect(told[0]?.bin).toBeLessThanOrEqual(362);
    expect(told.at(-1)?.probability).toBeLessThan(2e-3);
    expect(told.length).toBeLessThanOrEqual(4);
  });

  it('of daily life are not told, however many they are', () => {
    const busy = Array.from({ length: 720 }, (_, i) => 20 + ((i * 7) % 11));
    expect(tell(busy)).toEqual([]);
    expect(tell(quietHour)).toEqual([]);
  });

  it('that a log type has from its first minute on are its normal', () => {
    expect(tell(Array.from({ length: 60 }, () => 15))).toEqual([]);
  });
});
