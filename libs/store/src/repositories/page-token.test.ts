import { describe, expect, it } from 'vitest';
import { checkPageSize, formatPageToken, parsePageToken, tokenNumber } from './page-token.js';

const request = { logType: 'shop/orders', from: 5n };

describe('page tokens', () => {
  it('carry the total and the key of the last item', () => {
    const token = formatPageToken(request, { total: 12, key: ['-17', 'inc-1'] });
    expect(parsePageToken(token, request, 2)).toEqual({ total: 12, key: ['-17', 'inc-1'] });
    expect(token).toMatch(/^[\w-]+$/);
  });

  it('start at the first page without one', () => {
    expect(parsePageToken(undefined, request, 2)).toBeUndefined();
    expect(parsePageToken('', request, 2)).toBeUndefined();
  });

  it.each([
    ['another request', formatPageToken({ ...request, from: 6n }, { total: 1, key: ['1', 'a'] })],
    ['another key length', formatPageToken(request, { total: 1, key: ['1'] })],
    ['garbage', 'bm90IGpzb24'],
    ['JSON of another shape', Buffer.from('{"a":1}').toString('base64url')],
    ['a negative total', formatPageToken(request, { total: -1, key: ['1', 'a'] })],
    ['endless text', 'x'.repeat(100_000)],
  ])('are refused when made of %s', (_, token) => {
    expect(() => parsePageToken(token, request, 2)).toThrow(
      expect.objectContaining({ code: 'CULPRIT_STORE_BAD_PAGE_TOKEN' }),
    );
  });

  it('yield numbers only where numbers are', () => {
    const cursor = { total: 1, key: ['12', "1' OR 1=1"] };
    expect(tokenNumber(cursor, 0)).toBe('12');
    expect(() => tokenNumber(cursor, 1)).toThrow(/pageToken/);
  });

  it.each([0, -1, 1_001, 1.5, Number.NaN])('page size %d is refused', (size) => {
    expect(() => checkPageSize(size)).toThrow(expect.objectContaining({ code: 'CULPRIT_STORE_BAD_REQUEST' }));
  });
});
