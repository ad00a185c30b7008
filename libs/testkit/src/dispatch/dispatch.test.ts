import type { EpochMillis } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import type { LineMatcher } from '../scenario.js';
import { matchesLine } from '../scenario.js';
import { createDispatchScenario } from './create-dispatch-scenario.js';
import type { DispatchLine, DispatchOptions } from './dispatch-scenario.js';
import { dispatchChangeKinds, dispatchFaultKinds } from './dispatch-scenario.js';

const START = Date.UTC(2026, 2, 1, 8) as EpochMillis;
const AFTERMATH = 6 * 60_000;
const small: DispatchOptions = {
  seed: 1,
  startTime: START,
  learnMinutes: 20,
  fault: 'none',
  linesPerHour: 15_000,
};

function linesOf(options: DispatchOptions): readonly DispatchLine[] {
  return [...createDispatchScenario(options).lines()];
}

function bytesOf(options: DispatchOptions): string {
  return linesOf(options)
    .map(({ json }) => json)
    .join('\n');
}

function timesOf(lines: readonly DispatchLine[], matcher: LineMatcher): readonly number[] {
  return lines.filter(({ text }) => matchesLine(matcher, text)).map(({ timeMillis }) => timeMillis);
}

function countBetween(times: readonly number[], from: number, to: number): number {
  return times.filter((time) => time >= from && time < to).length;
}

describe('the dispatch scenario', () => {
  const control = linesOf(small);

  it('writes the same bytes for the same seed and others for another seed', () => {
    expect(bytesOf(small)).toBe(bytesOf(small));
    expect(bytesOf({ ...small, seed: 2 })).not.toBe(bytesOf(small));
  });

  it('sends one JSON object a line, with the text, the machine and the source in it', () => {
    for (const { json, text, logType } of control) {
      const {
        message,
        kubernetes,
        host,
        SYSLOG_IDENTIFIER: program,
      } = JSON.parse(json) as Record<string, unknown> & {
        readonly kubernetes?: Record<string, string>;
      };
      expect(message).toBe(text);
      expect(text).not.toContain('undefined ');
      const name =
        kubernetes === undefined
          ? program
          : `${kubernetes['pod_namespace'] ?? ''}/${kubernetes['container_name'] ?? ''}`;
      expect(name).toBe(logType);
      expect(String(kubernetes?.['pod_node_name'] ?? host)).toMatch(/^worker-[ab][12]$/);
    }
  });

  it('writes two dozen log types at about the rate that is asked for, in order of delivery', () => {
    expect(new Set(control.map(({ logType }) => logType)).size).toBeGreaterThanOrEqual(24);
    const perHour = (control.length / 40) * 60;
    expect(perHour).toBeGreaterThan(10_000);
    expect(perHour).toBeLessThan(22_000);
    let latest = 0;
    for (const { timeMillis } of control) {
      expect(timeMillis).toBeGreaterThan(latest - 100);
      latest = Math.max(latest, timeMillis);
    }
  });

  it('is busier when more lines are asked for', () => {
    expect(
      linesOf({ ...small, learnMinutes: 2, tailMinutes: 2, linesPerHour: 300_000 }).length,
    ).toBeGreaterThan(3 * control.filter(({ timeMillis }) => timeMillis < START + 4 * 60_000).length);
  });

  it.each(dispatchFaultKinds)(
    '%s writes its lines after the onset alone, or changes how many come',
    (fault) => {
      const { groundTruth } = createDispatchScenario({ ...small, fault });
      const { onset, end, culprit, rootLines, symptomLines } = groundTruth;
      const all = linesOf({ ...small, fault });
      const matchers = [...rootLines, ...symptomLines];
      const wrong = matchers.filter((matcher) => {
        const times = timesOf(all, matcher);
        if (matcher.occursWhenHealthy !== true)
          return times.length === 0 || times.some((time) => time < onset || time >= end + AFTERMATH);
        return countBetween(times, onset, end) === countBetween(timesOf(control, matcher), onset, end);
      });
      expect(wrong.map(({ name }) => name)).toEqual([]);
      expect(culprit).not.toBe('');
      expect(rootLines.length).toBeGreaterThan(0);
      expect(end - onset).toBeLessThan(20 * 60_000);
    },
  );

  it.each(['none', ...dispatchChangeKinds] as const)('plants nothing when the change is %s', (change) => {
    const planted = dispatchFaultKinds
      .flatMap((fault) => {
        const { rootLines, symptomLines } = createDispatchScenario({ ...small, fault }).groundTruth;
        return [...rootLines, ...symptomLines];
      })
      .filter(({ occursWhenHealthy }) => occursWhenHealthy !== true);
    const lines = change === 'none' ? control : linesOf({ ...small, change });
    const found = planted.filter((matcher) => timesOf(lines, matcher).length > 0);
    expect(found.map(({ name }) => name)).toEqual([]);
  });

  it.each(dispatchChangeKinds)('%s is a decoy with a reason and leaves a trace', (change) => {
    const { groundTruth } = createDispatchScenario({ ...small, change });
    expect(groundTruth.fault).toBe('none');
    expect(groundTruth.rootLines).toEqual([]);
    expect(groundTruth.decoys.filter(({ description }) => description === change).length).toBeGreaterThan(0);
    const texts = new Set(control.map(({ text }) => text));
    expect(linesOf({ ...small, change }).some(({ text }) => !texts.has(text))).toBe(true);
  });
});
