import { array, assert, boolean, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OffsetLedger } from './offset-ledger.js';

const roomy = { start: 0, maxRanges: 1_000, maxBytes: 1e9 };

describe('offset ledger', () => {
  it('commits exactly up to the lowest unfinished range, in any order of finishing', () => {
    const step = record({
      isBegin: boolean(),
      gap: integer({ min: 0, max: 3 }),
      length: integer({ min: 1, max: 5 }),
      pick: integer({ min: 0, max: 1_000 }),
    });
    assert(
      property(integer({ min: 0, max: 100 }), array(step, { maxLength: 80 }), (start, steps) => {
        const ledger = new OffsetLedger({ ...roomy, start });
        const open: { from: number; to: number }[] = [];
        let end = start;
        let before = start;
        for (const { isBegin, gap, length, pick } of steps) {
          if (isBegin) {
            const range = { from: end + gap, to: end + gap + length };
            ledger.begin({ ...range, bytes: length });
            open.push(range);
            end = range.to;
          } else if (open.length > 0) {
            const [finished] = open.splice(pick % open.length, 1);
            ledger.done(finished?.from ?? -1);
          }
          // Never past an unfinished record, never back; all the way when nothing is open.
          const lowestOpen = Math.min(...open.map(({ from }) => from));
          expect(ledger.committable).toBeLessThanOrEqual(Math.min(lowestOpen, end));
          expect(ledger.committable).toBeGreaterThanOrEqual(before);
          const gapBelow = open.length === 0 ? 0 : 3;
          expect(ledger.committable).toBeGreaterThanOrEqual(Math.min(lowestOpen, end) - gapBelow);
          before = ledger.committable;
        }
        for (const { from } of open) ledger.done(from);
        expect(ledger.committable).toBe(end);
        expect(ledger.pendingRanges).toBe(0);
        expect(ledger.pendingBytes).toBe(0);
      }),
    );
  });

  it('stays before the first batch when a later one finishes first', () => {
    const ledger = new OffsetLedger(roomy);
    ledger.begin({ from: 0, to: 10, bytes: 1 });
    ledger.begin({ from: 10, to: 20, bytes: 1 });
    ledger.done(10);
    expect(ledger.committable).toBe(0);
    ledger.done(0);
    expect(ledger.committable).toBe(20);
    ledger.done(10);
    expect(ledger.committable).toBe(20);
  });

  it('is full at its limits until the prefix is done', () => {
    const ledger = new OffsetLedger({ start: 0, maxRanges: 2, maxBytes: 100 });
    ledger.begin({ from: 0, to: 1, bytes: 10 });
    expect(ledger.isFull).toBe(false);
    ledger.begin({ from: 1, to: 2, bytes: 10 });
    expect(ledger.isFull).toBe(true);
    ledger.done(1);
    expect(ledger.isFull).toBe(true);
    ledger.done(0);
    expect(ledger.isFull).toBe(false);
    ledger.begin({ from: 2, to: 3, bytes: 100 });
    expect(ledger.isFull).toBe(true);
  });

  it('refuses ranges out of order and ends that never began', () => {
    const ledger = new OffsetLedger(roomy);
    ledger.begin({ from: 5, to: 6, bytes: 0 });
    expect(() => ledger.begin({ from: 4, to: 7, bytes: 0 })).toThrow('after 6');
    expect(() => ledger.begin({ from: 8, to: 8, bytes: 0 })).toThrow('8..8');
    expect(() => ledger.done(7)).toThrow('no range starts at 7');
  });
});
