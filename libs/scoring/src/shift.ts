/** Where the middle of a series lies and how far it wandered. */
export interface ShiftStatistics {
  /** The last values, oldest first, at most {@link windowLength}. */
  window: number[];
  /** Values since the last window that was learned. */
  fresh: number;
  /** Windows learned. */
  windows: number;
  /** Decayed mean of the middles of windows. */
  mean: number;
  /** Farthest middle from the mean so far; fades. */
  farthest: number;
}

/** The middle of a series has moved. */
export interface ShiftFinding {
  readonly probability: number;
  /** Middle of the last values and the usual one, on the scale of the series. */
  readonly observed: number;
  readonly expected: number;
}

/** How far a middle must move to be worth telling, and by how much middles wander at least. */
export interface ShiftScale {
  readonly effect: number;
  readonly spread: number;
}

/** Values that one middle is made of. */
export const windowLength = 8;
const minWindows = 12;
const memoryWindows = 200;
/** A middle must lie twice as far out as the farthest so far. */
const reachFactor = 2;

/** A series of which nothing is known, or one that was zero for so many values. */
export function createShift(zeros = 0): ShiftStatistics {
  return {
    window: Array.from({ length: Math.min(zeros, windowLength) }, () => 0),
    fresh: 0,
    windows: Math.floor(zeros / windowLength),
    mean: 0,
    farthest: 0,
  };
}

/**
 * Takes in one value of a series and tells when the middle of the last eight lies where it never did.
 *
 * The middle is their mean without the largest and the smallest, so that one value far out moves nothing while two or three
 * do. The distances of middles from their mean are taken for exponential: the largest of n lies near ln n of their scale, so
 * one r times as far out as the farthest of n has the probability n ** -r. A series that wanders by itself (ids, ports, loads)
 * is thus judged by how far it wanders. An unusual window is learned with a tenth of its weight.
 *
 * @returns undefined where nothing is unusual; O(1)
 */
export function observeShift(
  shift: ShiftStatistics,
  value: number,
  scale: ShiftScale,
): ShiftFinding | undefined {
  shift.window.push(value);
  if (shift.window.length > windowLength) shift.window.shift();
  shift.fresh += 1;
  if (shift.window.length < windowLength) return undefined;
  const middle = middleOf(shift.window);
  const finding = testShift(shift, middle, scale);
  if (shift.fresh >= windowLength) learnWindow(shift, { middle, isUnusual: finding !== undefined });
  return finding;
}

function middleOf(window: readonly number[]): number {
  let sum = 0;
  let least = Infinity;
  let most = -Infinity;
  for (const value of window) {
    sum += value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return (sum - least - most) / (window.length - 2);
}

function testShift(
  { windows, mean, farthest }: ShiftStatistics,
  middle: number,
  { effect, spread }: ShiftScale,
): ShiftFinding | undefined {
  const distance = Math.abs(middle - mean);
  const usual = Math.max(farthest, spread);
  if (windows < minWindows || distance < effect || distance < reachFactor * usual) return undefined;
  const known = Math.min(windows, memoryWindows) + 1;
  const probability = Math.max(1e-6, known ** (-distance / usual));
  return { probability, observed: middle, expected: mean };
}

function learnWindow(
  shift: ShiftStatistics,
  { middle, isUnusual }: { readonly middle: number; readonly isUnusual: boolean },
): void {
  shift.fresh = 0;
  shift.windows += 1;
  const weight = (1 / Math.min(shift.windows, memoryWindows)) * (isUnusual ? 0.1 : 1);
  const distance = Math.abs(middle - shift.mean);
  if (shift.windows > 1) {
    const reach = isUnusual ? shift.farthest + (distance - shift.farthest) * 0.1 : distance;
    shift.farthest = Math.max(shift.farthest * 0.999, reach);
  }
  shift.mean += (middle - shift.mean) * weight;
}
