import type { RecordBatch } from '@culprit/records';
import { describe, expect, it } from 'vitest';
import { LaneOrder } from './lane-order.js';

const minute = 60_000;

/** Looks at records of one stream, or of the streams named. */
function observe(order: LaneOrder, times: readonly number[], streams: readonly number[] = []): LaneOrder {
  const batch = {
    length: times.length,
    timeMillis: Float64Array.from(times),
    streamIndex: Uint32Array.from(times, (_, i) => streams[i] ?? 0),
  };
  order.observe(batch as unknown as RecordBatch);
  return order;
}

const rising = (count: number, from: number, step = 1_000): number[] =>
  Array.from({ length: count }, (_, i) => from + i * step);

describe('order of a lane', () => {
  it('holds while time goes forward', () => {
    expect(observe(new LaneOrder(), rising(500, 10 * minute)).isBroken).toBe(false);
  });

  it('breaks when time goes back by more than a minute and stays there', () => {
    const order = observe(new LaneOrder(), rising(500, 10 * minute));
    expect(observe(order, rising(15, 5 * minute)).isBroken).toBe(false);
    expect(observe(order, rising(1, 6 * minute)).isBroken).toBe(true);
  });

  it('bears a few stragglers, and less than a minute', () => {
    const order = observe(new LaneOrder(), rising(500, 10 * minute));
    for (let i = 0; i < 20; i++) observe(order, [...rising(10, minute), 10 * minute + 500_000]);
    observe(order, rising(100, 10 * minute + 450_000, 10));
    order.finish();
    expect(order.isBroken).toBe(false);
  });

  it('breaks when the lane ends behind', () => {
    const order = observe(new LaneOrder(), [...rising(100, 10 * minute), 5 * minute]);
    expect(order.isBroken).toBe(false);
    order.finish();
    expect(order.isBroken).toBe(true);
  });

  it('bears a stream whose clock is ahead, and records without any time', () => {
    const times = rising(400, 10 * minute, 100).flatMap((time) => [time, time + 5 * minute, time, 0]);
    const streams = times.map((_, i) => i % 4);
    expect(observe(new LaneOrder(), times, streams).isBroken).toBe(false);
  });
});
