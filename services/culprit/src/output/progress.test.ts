import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgress } from './progress.js';

describe('progress where there is no terminal', () => {
  const written: string[] = [];
  beforeEach(() => {
    written.length = 0;
    vi.useFakeTimers({ toFake: ['performance'] });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('is a plain line every five seconds, not one for every block', () => {
    const progress = createProgress('analyze', 4_000_000);
    for (let i = 1; i <= 20; i++) {
      vi.advanceTimersByTime(500);
      progress.update(i * 100_000, i * 1_000);
    }
    progress.stop();
    expect(written).toEqual([
      'analyze: 25 %, 10,000 lines, 1.0 MB, 2,000 lines/s\n',
      'analyze: 50 %, 20,000 lines, 2.0 MB, 2,000 lines/s\n',
    ]);
  });

  it('says no share when the total is unknown, and event time where that is what counts', () => {
    const reading = createProgress('analyze', 0);
    const replaying = createProgress('replay', 7_200_000, 'milliseconds');
    vi.advanceTimersByTime(5_000);
    reading.update(1_000, 10);
    replaying.update(3_600_000, 50_000);
    expect(written).toEqual([
      'analyze: 10 lines, 1.0 kB, 2 lines/s\n',
      'replay: 50 %, 50,000 lines, 60 min of events, 10,000 lines/s\n',
    ]);
  });
});
