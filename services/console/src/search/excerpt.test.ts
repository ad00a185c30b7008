import { describe, expect, it } from 'vitest';
import { excerptOf } from './excerpt.js';

describe('what is shown of a record', () => {
  it('is its first line', () => {
    expect(excerptOf('GET /cart 200\n  at x', '')).toBe('GET /cart 200');
    expect(excerptOf('GET /cart 200\n  at x', 'CART')).toBe('GET /cart 200');
  });

  it('is the line that has the text', () => {
    expect(excerptOf('failed\n\tat Payment.pay\n\tat Shop.run', 'payment')).toBe('… at Payment.pay');
  });

  it('starts shortly before a text that stands far behind', () => {
    const excerpt = excerptOf(`${'a'.repeat(300)} needle`, 'needle');
    expect(excerpt).toMatch(/^… a{59} needle$/);
  });

  it('is cut', () => {
    expect(excerptOf('x'.repeat(10_000), '').length).toBe(500);
  });
});
