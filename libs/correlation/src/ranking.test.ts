import { describe, expect, it } from 'vitest';
import { anomalyOf, onset } from './anomalies.test-data.js';
import type { Said } from './anomalies.test-data.js';
import { mentions, rankCandidates } from './ranking.js';

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

describe('the rank of a cause', () => {
  const context = { onset, members: new Set(['shop/cart', 'shop/orders']) };
  const failed: Said = {
    logType: 'shop/cart',
    body: 'write refused',
    seconds: 0,
    surprise: 6,
    badness: 4.5,
    kind: 'novelty',
  };

  function ranksOf(said: readonly Said[]): readonly number[] {
    return rankCandidates(said.map(anomalyOf), context).map(({ causeRank }) => causeRank);
  }

  it('is lower for what is said again, however much more surprising that is', () => {
    const [first = 0, again = 0] = ranksOf([failed, { ...failed, seconds: 20, surprise: 8 }]);
    expect(first).toBeGreaterThan(again);
  });

  it('is not raised without end by how far out a value lies', () => {
    const slow: Said = { ...failed, logType: 'shop/orders', body: 'took 9 s', badness: 0, kind: 'parameter' };
    const [far = 0, farther = 0] = [8, 14].map((surprise) => ranksOf([{ ...slow, surprise }])[0] ?? 0);
    expect(farther).toBe(far);
  });
});
