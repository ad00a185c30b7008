import { skeletonOf } from '@culprit/testkit';

const MINUTE = 60_000;
const CERTAIN_DEVIATIONS = 3;
/** Letters that Kubernetes appends to names. */
const GENERATED_SUFFIX = /-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g;

/**
 * How often every kind of line came, minute by minute. Two runs of a scenario with the same seed, one with the fault
 * and one without, tell which lines the fault caused, written by whom it may be.
 */
export class LineCounts {
  readonly #from: number;
  readonly #minutes = new Map<string, Map<number, number>>();

  /** @param from lines before it are remembered as a kind, but not by minute; ms */
  constructor(from: number) {
    this.#from = from;
  }

  add(timeMillis: number, message: string): void {
    const kind = kindOf(message);
    let minutes = this.#minutes.get(kind);
    if (minutes === undefined) {
      minutes = new Map();
      this.#minutes.set(kind, minutes);
    }
    if (timeMillis < this.#from) return;
    const minute = Math.floor(timeMillis / MINUTE);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }

  /** True when the kind came at all, at whatever time. */
  has(kind: string): boolean {
    return this.#minutes.has(kind);
  }

  /** How often a kind came in the minutes that a stretch touches. */
  countIn(kind: string, { from, to }: { readonly from: number; readonly to: number }): number {
    let count = 0;
    for (const [minute, many] of this.#minutes.get(kind) ?? [])
      if (minute >= Math.floor(from / MINUTE) && minute <= Math.floor(to / MINUTE)) count += many;
    return count;
  }
}

/**
 * True when the fault made a difference to the kind of a line in a stretch: the other run never has it, or its number
 * differs by three standard deviations.
 */
export function isCaused(
  text: string,
  stretch: { readonly from: number; readonly to: number },
  runs: { readonly fault: LineCounts; readonly control: LineCounts },
): boolean {
  const kind = kindOf(text);
  const here = runs.fault.countIn(kind, stretch);
  if (!runs.control.has(kind)) return here > 0;
  const there = runs.control.countIn(kind, stretch);
  return Math.abs(here - there) > CERTAIN_DEVIATIONS * Math.sqrt(here + there + 1);
}

function kindOf(message: string): string {
  const end = message.indexOf('\n');
  const line = (end === -1 ? message : message.slice(0, end)).trim();
  return skeletonOf(line).replaceAll(GENERATED_SUFFIX, '-#');
}
