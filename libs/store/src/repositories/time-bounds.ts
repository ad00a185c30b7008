import type { EpochNanos } from '@culprit/kernel';
import type { TimeWindow } from '../store.js';

/** Range of DateTime64(9). */
const lowestNanos = -2_208_988_800_000_000_000n;
const highestNanos = 9_223_372_036_854_775_807n;

/** Ends of a window as the engine can compare them; an open end is the edge of what can be stored. */
export function timeBounds(window: TimeWindow): { readonly from: bigint; readonly until: bigint } {
  return { from: clampNanos(window.from ?? lowestNanos), until: clampNanos(window.until ?? highestNanos) };
}

/** The nearest time that can be stored. */
export function clampNanos(nanos: EpochNanos | bigint): bigint {
  if (nanos < lowestNanos) return lowestNanos;
  return nanos > highestNanos ? highestNanos : nanos;
}
