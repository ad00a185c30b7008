import type { EpochMillis } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { matchesLine } from '../scenario.js';
import { createBatchScenario, type BatchOptions } from './create-batch-scenario.js';
import { batchFaultKinds } from './faults.js';

const START = Date.UTC(2026, 2, 1, 8) as EpochMillis;
const small: BatchOptions = { seed: 1, startTime: START, learnMinutes: 20, fault: 'none' };

function textOf(options: BatchOptions): string {
  return [...createBatchScenario(options).lines()].map(({ file, text }) => file + text).join('\n');
}

describe('the batch farm scenario', () => {
  it('writes the same lines for the same seed and others for another seed', () => {
    expect(textOf(small)).toBe(textOf(small));
    expect(textOf({ ...small, seed: 2 })).not.toBe(textOf(small));
  });

  it('runs to the end every five minutes when nothing is wrong', () => {
    const lines = [...createBatchScenario({ ...small, learnMinutes: 60, tailMinutes: 1 }).lines()];
    expect(lines.filter(({ text }) => text.includes('"event":"run_finished"')).length).toBeGreaterThanOrEqual(
      11,
    );
    expect(lines.filter(({ text }) => text.includes('"event":"run_failed"'))).toEqual([]);
    expect(new Set(lines.map(({ file }) => file)).size).toBe(12);
    const times = lines.map(({ timeMillis }) => timeMillis);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it.each(batchFaultKinds)('%s writes its lines after the onset alone, or makes them stop', (fault) => {
    const scenario = createBatchScenario({ ...small, fault });
    const { onset, end, rootLines, symptomLines } = scenario.groundTruth;
    const all = [...scenario.lines()];
    const wrong = [...rootLines, ...symptomLines].filter((matcher) => {
      const times = all.filter(({ text }) => matchesLine(matcher, text)).map(({ timeMillis }) => timeMillis);
      // A run that is under way when the fault begins may still come to its end.
      if (matcher.occursWhenHealthy === true)
        return times.some((time) => time >= onset + 400_000 && time < end);
      return times.length === 0 || times.some((time) => time < onset || time >= end + 600_000);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});
