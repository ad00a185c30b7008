import { describe, expect, it } from 'vitest';
import { anomaliesOf, at, every } from './lines.test-data.js';
import type { Line } from './lines.test-data.js';

/** Two hours of ordinary work, and one line that was seen twice in its first half hour and comes back at the end. */
const work = every(5, 120, { logType: 'shop', template: 'served' });
const returning = (template: string, minutes: readonly number[]): Line[] =>
  minutes.map((minute) => ({ ...work[0], time: at(minute), logType: 'shop', template }));
const back = returning('cache reset', [10, 25, 118]);

function surpriseOf(lines: readonly Line[]): number {
  const found = anomaliesOf(lines).filter(
    ({ event, evidence }) => event.message === 'cache reset' && evidence[0]?.kind === 'rarity',
  );
  return Math.max(0, ...found.map(({ surprise }) => surprise));
}

describe('a rare line that comes back', () => {
  it('is surprising in a program that has few of them', () => {
    expect(surpriseOf([...work, ...back])).toBeGreaterThan(2);
  });

  it('is ordinary in a program in which one rare line or another comes back every few minutes', () => {
    const others = Array.from({ length: 24 }, (_, i) =>
      returning(`oddity ${i}`, [5 + i, 40 + 3 * i, 46 + 3 * i]),
    );
    expect(surpriseOf([...work, ...others.flat(), ...back])).toBeLessThan(2);
  });
});
