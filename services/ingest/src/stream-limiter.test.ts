import type { EnvironmentName, LogTypeName } from '@culprit/kernel';
import type { StreamDescriptor } from '@culprit/records';
import { describe, expect, it } from 'vitest';
import { StreamLimiter, overflowLogType } from './stream-limiter.js';

const hour = 3_600_000;

function streamOf(pod: string, environment = 'prod'): StreamDescriptor {
  return {
    environment: environment as EnvironmentName,
    logType: 'orders' as LogTypeName,
    namespace: '',
    service: 'orders',
    pod,
    container: '',
    host: '',
  };
}

describe('stream limiter', () => {
  it('tells streams apart up to its limit and folds later ones, environment by environment', () => {
    const limiter = new StreamLimiter(2);
    const [a, b] = [streamOf('a'), streamOf('b')];
    expect(limiter.admit(a, 0)).toBe(a);
    expect(limiter.admit(b, 0)).toBe(b);
    const folded = limiter.admit(streamOf('c'), 0);
    expect(folded).toMatchObject({ environment: 'prod', logType: overflowLogType, pod: '' });
    expect(limiter.admit(streamOf('d'), 0)).toBe(folded);
    expect(limiter.admit(streamOf('e', 'stage'), 0)).toMatchObject({ environment: 'stage' });
    expect(limiter.activeCount).toBe(2);
    expect(limiter.isFolding(hour - 1)).toBe(true);
    expect(limiter.isFolding(hour)).toBe(false);
  });

  it('recognises a stream whose descriptor was made anew', () => {
    const limiter = new StreamLimiter(1);
    limiter.admit(streamOf('a'), 0);
    expect(limiter.admit(streamOf('a'), 1).logType).toBe('orders');
    expect(limiter.activeCount).toBe(1);
  });

  it('gives the place of a stream that was idle for an hour to another', () => {
    const limiter = new StreamLimiter(1);
    const old = streamOf('old');
    limiter.admit(old, 0);
    expect(limiter.admit(streamOf('new'), hour).logType).toBe(overflowLogType);
    expect(limiter.admit(streamOf('new'), hour + 60_001).logType).toBe('orders');
    expect(limiter.admit(old, hour + 60_002).logType).toBe(overflowLogType);
  });

  it('keeps the place of a stream that goes on', () => {
    const limiter = new StreamLimiter(1);
    const busy = streamOf('busy');
    for (let at = 0; at <= 3 * hour; at += hour / 2) limiter.admit(busy, at);
    expect(limiter.admit(streamOf('new'), 3 * hour + 1).logType).toBe(overflowLogType);
  });
});
