import { describe, expect, it } from 'vitest';
import { badnessOf } from './badness.js';

const say = (text: string, severity = 0, hasStackTrace = false): number =>
  badnessOf({ severity, text, hasStackTrace });

describe('badness', () => {
  it('follows the level a line gives itself', () => {
    expect([5, 9, 13, 17, 21].map((severity) => say('state changed', severity))).toEqual([-1, 0, 2, 4, 6]);
  });

  it('hears words of trouble in lines without a level', () => {
    expect(say('java.util.concurrent.TimeoutException: null')).toBe(2);
    expect(say('dial tcp 10.0.0.3:3306: connect: connection refused')).toBe(1.5);
    expect(say('Killed process 4711 (java), out of memory')).toBeGreaterThanOrEqual(1.5);
    expect(say('GET /cart status 503 in 12 ms')).toBe(1.5);
  });

  it('does not take the absence of errors for an error', () => {
    expect(say('synced 12 files, 0 errors')).toBe(0);
    expect(say('finished without error')).toBe(0);
    expect(say('method=Get result=6 err=null took=1ms')).toBe(0);
    expect(say('GET /status 200')).toBe(0);
  });

  it('takes names of settings for names', () => {
    expect(say('rpc_response_timeout = 60', 5)).toBeLessThanOrEqual(0);
  });

  it('believes a stack trace whatever the level says', () => {
    expect(say('Exception in monitor thread while connecting', 9, true)).toBeGreaterThanOrEqual(4);
    expect(say('failed', 17, true)).toBeGreaterThan(say('failed', 17));
  });

  it('stays between -1 and 8', () => {
    expect(say('panic: fatal OOMKilled out of memory', 24, true)).toBeLessThanOrEqual(8);
    expect(say('', 1)).toBe(-1);
  });
});
