import { expect, it } from 'vitest';
import { stricter } from './stricter.js';

it('tells what stricter settings would have left', () => {
  const left = stricter([0.4, 0.04, 0.005, 0].map((falseReportsPerDay) => ({ falseReportsPerDay })));
  expect(left.map(({ falseReportsPerDay, remaining }) => [falseReportsPerDay, remaining])).toEqual([
    [1, 4],
    [0.5, 4],
    [0.2, 3],
    [0.1, 3],
    [0.05, 3],
    [0.01, 2],
  ]);
  expect(left[3]?.expectedPerWeek).toBeCloseTo(0.7);
});
