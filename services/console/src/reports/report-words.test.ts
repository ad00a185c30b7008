import { expect, it } from 'vitest';
import { newsText } from './report-words.js';

it('tells what is new', () => {
  expect([newsText(0, 0), newsText(1, 0), newsText(2, 1), newsText(0, 3)]).toEqual([
    '',
    '1 new report',
    '2 new reports, 1 changed',
    '3 changed',
  ]);
});
