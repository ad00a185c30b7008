import { createRng } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { anomaliesOf, at } from './lines.test-data.js';
import type { Line } from './lines.test-data.js';

/** Requests of people, in three steps: the answer follows nine times in ten, a log-in is every tenth. Times in minutes. */
function requests(from: number, to: number, { perMinute = 30, hasAnswers = true } = {}): Line[] {
  const lines: Line[] = [];
  const rng = createRng(from + 7);
  const pace = (): number => -Math.log(1 - rng.next()) / perMinute;
  for (let minute = from + pace(), i = 0; minute < to; minute += pace(), i++) {
    const time = at(minute);
    const say = (template: string, delay: number): number =>
      lines.push({ time: time + delay, logType: 'shop', template });
    say('request <*>', 0);
    if (i % 10 !== 3 && hasAnswers) say('answered <*>', 30);
    if (i % 10 === 0) say('log-in of <*>', 60);
  }
  return lines.toSorted((a, b) => a.time - b.time);
}

const missing = (lines: readonly Line[]): string[] =>
  anomaliesOf(lines).flatMap(({ event, evidence }) =>
    evidence.flatMap(({ kind, sentence }) => (kind === 'missing' ? [`${event.message}: ${sentence}`] : [])),
  );

describe('what stays away while the work goes on', () => {
  it('is told within a minute, counted in records', () => {
    const found = missing([...requests(0, 60), ...requests(60, 62, { hasAnswers: false })]);
    expect(found.length).toBe(1);
    expect(found[0]).toMatch(
      /^answered .*: missing: \d+(\.\d)? expected among the last \d+ records here, none came$/,
    );
  });

  it('is not what pauses or slows down with everything else', () => {
    expect(
      missing([...requests(0, 60), ...requests(90, 120), ...requests(120, 180, { perMinute: 3 })]),
    ).toEqual([]);
  });

  it('is not what a flood of other lines leaves behind', () => {
    const flood = Array.from({ length: 3_000 }, (_, i) => ({
      time: at(30 + i / 3_000),
      logType: 'shop',
      template: 'cache miss for <*>',
    }));
    const lines = [...requests(0, 60), ...flood].toSorted((a, b) => a.time - b.time);
    expect(missing(lines)).toEqual([]);
  });

  it('is not what a burst of usual lines leaves behind', () => {
    const burst = Array.from({ length: 400 }, (_, i) => ({
      time: at(60 + i / 2_000),
      logType: 'shop',
      template: 'request <*>',
    }));
    expect(missing([...requests(0, 60), ...burst, ...requests(60.3, 90)])).toEqual([]);
  });

  it('is not a timer that goes on after the last request', () => {
    const timer = Array.from({ length: 720 }, (_, i) => ({
      time: at(i / 6) + 5_000,
      logType: 'shop',
      template: 'health checked',
    }));
    const lines = [...requests(0, 60), ...timer].toSorted((a, b) => a.time - b.time);
    expect(missing(lines)).toEqual([]);
  });

  it('is told once, and again when it stays away much longer', () => {
    const outage = (from: number, minutes: number): Line[] => [
      ...requests(from, from + minutes, { hasAnswers: false }),
      ...requests(from + minutes, from + minutes + 30),
    ];
    expect(missing([...requests(0, 60), ...outage(60, 2), ...outage(92, 5)]).length).toBe(2);
  });
});
