import { createRng } from '@culprit/kernel';
import { describe, expect, it } from 'vitest';
import { reportsOf, SHOWN_LINES } from './baseline.js';
import { baselines } from './baselines.js';
import { forest } from './forest-baseline.js';
import { IsolationForest } from './isolation-forest.js';
import { LineIndex } from './line-index.js';
import { skeletonOf } from './skeleton.js';

const MINUTE = 60_000;

/** An hour of two quiet programs; in the fortieth minute one of them fails in `failures` lines. */
function hour(failures: number): LineIndex {
  const index = new LineIndex(0);
  for (let minute = 0; minute < 60; minute++) {
    for (let i = 0; i < 20 + (minute % 4); i++) {
      const timeMillis = minute * MINUTE + i * 2500;
      index.add({ timeMillis, logType: 'web', message: `served request ${String(minute * 20 + i)}` });
      if (i % 5 === 0) index.add({ timeMillis, logType: 'store', message: `saved ${String(i)} rows` });
    }
    if (minute !== 40) continue;
    for (let i = 0; i < failures; i++) {
      const timeMillis = minute * MINUTE + i * 1000;
      index.add({
        timeMillis,
        logType: 'store',
        message: `ERROR cannot save row ${String(i)}: disk of host db7 is full`,
      });
      index.add({ timeMillis, logType: 'store', message: '\tat Store.save(Store.java:11)' });
    }
  }
  return index;
}

/** An hour of ten programs with lively counts; in one minute every one of them is at its height. */
function livelyHour(busy: number): LineIndex {
  const index = new LineIndex(0);
  const rng = createRng(7);
  for (let minute = 0; minute < 60; minute++)
    for (let program = 0; program < 10; program++) {
      const count = minute === busy ? 40 : 5 + Math.floor(rng.next() * 35);
      for (let i = 0; i < count; i++)
        index.add({
          timeMillis: minute * MINUTE + i * 1000,
          logType: `p${String(program)}`,
          message: 'did it',
        });
    }
  return index;
}

const seesTheUnseen = baselines.filter((baseline) => baseline !== forest);

describe.each(seesTheUnseen)('$name', (baseline) => {
  it('reports the minute that fails and shows what it says', () => {
    const reports = reportsOf(baseline, hour(30));
    expect(reports.map(({ from }) => from / MINUTE)).toEqual([40]);
    expect(reports[0]?.created).toBe(41 * MINUTE);
    const [first] = reports[0]?.lines ?? [];
    expect(first?.message).toContain('disk of host db7 is full\n\tat Store.save');
  });
});

describe.each(baselines)('$name', (baseline) => {
  it('is silent where nothing changes', () => {
    expect(reportsOf(baseline, hour(0))).toEqual([]);
  });

  it('shows no more lines than a report', () => {
    const index = hour(0);
    for (let i = 0; i < 50; i++)
      index.add({
        timeMillis: 59.5 * MINUTE + 1000 + i * 100,
        logType: `program-${String.fromCodePoint(97 + (i % 26))}${String.fromCodePoint(97 + Math.floor(i / 26))}`,
        message: 'ERROR again',
      });
    const shown = baseline.rank(index, { from: 59 * MINUTE, to: 60 * MINUTE });
    expect(shown.length).toBeLessThanOrEqual(SHOWN_LINES);
    expect(shown.length).toBeGreaterThan(10);
  });
});

describe('B4 isolation forest', () => {
  it('scores a minute highest in which everything it has learned is at its height', () => {
    const scores = forest.scores(livelyHour(50));
    expect(scores.indexOf(Math.max(...scores))).toBe(50);
  });
});

describe('what baselines are made of', () => {
  it('reduces numbers and hexadecimal names', () => {
    expect(skeletonOf('took 12ms for 9f8e7d6c-aa11 at 0xFF')).toBe('took #ms for # at #');
    expect(skeletonOf('feedback added')).toBe('feedback added');
  });

  it('counts a template by log type and keeps its first line of a minute', () => {
    const index = new LineIndex(0);
    for (const [timeMillis, logType] of [
      [10, 'a'],
      [20, 'a'],
      [30, 'b'],
    ] as const)
      index.add({ timeMillis, logType, message: `tick ${String(timeMillis)}` });
    expect(index.templateCount).toBe(2);
    expect(index.examplesIn({ from: 0, to: 100 }).map(({ message }) => message)).toEqual([
      'tick 10',
      'tick 30',
    ]);
    expect([...index.countsIn({ from: 0, to: 100 }).values()]).toEqual([2, 1]);
  });

  it('isolates a point that is far from the others', () => {
    const points = Array.from({ length: 200 }, (_, i) => new Map([[0, 10 + (i % 5)]]));
    const forest = new IsolationForest(points, { seed: 1 });
    expect(forest.score(new Map([[0, 500]]))).toBeGreaterThan(forest.score(new Map([[0, 12]])));
    expect(forest.score(new Map([[0, 12]]))).toBeLessThan(0.6);
  });
});
