import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeText } from './time-text.js';

const text = new TimeText();
const anyTime = fc.integer({ min: 0, max: Date.UTC(2099, 11, 31) });

describe('times in the dress of programs', () => {
  it('agrees with the platform on any time', () => {
    fc.assert(
      fc.property(anyTime, (millis) => {
        expect(text.isoMillis(millis)).toBe(new Date(millis).toISOString());
      }),
    );
  });

  it('writes each form of one moment', () => {
    const at = Date.UTC(2021, 8, 10, 7, 5, 9, 42);
    expect(text.isoSeconds(at)).toBe('2021-09-10T07:05:09Z');
    expect(text.isoMicros(at, 7)).toBe('2021-09-10T07:05:09.042007Z');
    expect(text.spring(at)).toBe('2021-09-10 07:05:09.042');
    expect(text.syslog(at)).toBe('Sep 10 07:05:09');
    expect(text.syslog(Date.UTC(2021, 8, 3))).toBe('Sep  3 00:00:00');
    expect(text.klog(at, 5)).toBe('0910 07:05:09.042005');
    expect(text.slashes(at)).toBe('2021/09/10 07:05:09');
    expect(text.commonLog(at)).toBe('10/Sep/2021:07:05:09 +0000');
    expect(text.erlang(Date.UTC(2015, 4, 4, 14, 52, 7))).toBe('4-May-2015::14:52:07');
  });
});
