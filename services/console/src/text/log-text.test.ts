import { expect, it } from 'vitest';
import { splitAt } from './log-text.js';

it('marks what was sought, in either case, and nothing else', () => {
  expect(splitAt('An error: ERROR 500', 'error')).toEqual(['An ', 'error', ': ', 'ERROR', ' 500']);
  expect(splitAt('aaa', 'aa')).toEqual(['', 'aa', 'a']);
  expect(splitAt('a.c', '.')).toEqual(['a', '.', 'c']);
});

it('marks nothing where lower case would move positions', () => {
  expect(splitAt('İstanbul error', 'error')).toEqual(['İstanbul error']);
  expect(splitAt('x', '')).toEqual(['x']);
});
