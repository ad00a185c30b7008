import { expect, it } from 'vitest';
import { shareText } from './share-text.js';

it('says what part of a whole something is', () => {
  expect([shareText(1, 200), shareText(25, 200), shareText(1_999, 2_000), shareText(7, 7)]).toEqual([
    '< 1 %',
    '13 %',
    '99 %',
    '100 %',
  ]);
});
