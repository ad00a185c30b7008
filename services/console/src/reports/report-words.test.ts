import { expect, it } from 'vitest';
import { newsText, occurrenceText } from './report-words.js';

it('counts as people do', () => {
  expect(
    [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(occurrenceText).map((text) => text.split(' ')[0]),
  ).toEqual(['first', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '102nd', '111th']);
});

it('tells what is new', () => {
  expect([newsText(0, 0), newsText(1, 0), newsText(2, 1), newsText(0, 3)]).toEqual([
    '',
    '1 new report',
    '2 new reports, 1 changed',
    '3 changed',
  ]);
});
