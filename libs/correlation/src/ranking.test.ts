import { describe, expect, it } from 'vitest';
import { mentions } from './ranking.js';

describe('mentions', () => {
  it('finds a name as a host, in quotes and at the ends of a text', () => {
    expect(mentions('dial tcp: lookup carts-db: no such host', 'carts-db')).toBe(true);
    expect(mentions('get "http://payment/health": refused', 'payment')).toBe(true);
    expect(mentions('user.shop.svc.cluster.local. a: timeout', 'user')).toBe(true);
    expect(mentions('cannot reach orders', 'orders')).toBe(true);
  });

  it('does not find it inside longer names or in paths', () => {
    expect(mentions('cannot reach carts-db', 'carts')).toBe(false);
    expect(mentions('get /orders 500', 'orders')).toBe(false);
    expect(mentions('my-user failed', 'user')).toBe(false);
    expect(mentions('reorders pending', 'orders')).toBe(false);
  });
});
