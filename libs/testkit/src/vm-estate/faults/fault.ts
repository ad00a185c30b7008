import type { Dice } from '../../dice.js';
import type { LineMatcher } from '../../scenario.js';
import type { Estate } from '../estate.js';

/** What a planted fault knows about itself. */
export interface PlantedFault {
  /** The program where it sits, as its lines are named. */
  readonly culprit: string;
  /** Milliseconds since the epoch. */
  readonly end: number;
  readonly rootLines: readonly LineMatcher[];
  readonly symptomLines: readonly LineMatcher[];
}

/** Schedules a fault's lines and its effects on {@link Estate.health} from the onset on. */
export type PlantFault = (estate: Estate, dice: Dice, onset: number) => PlantedFault;

/** A matcher in one line. */
export function line(name: string, logType: string, ...contains: readonly string[]): LineMatcher {
  return { name, logType, contains };
}

/** Repeats a task at random gaps between two times. */
export function between(
  estate: Estate,
  span: { readonly from: number; readonly to: number; readonly gap: () => number },
  task: (now: number) => void,
): void {
  const run = (now: number): void => {
    if (now >= span.to) return;
    task(now);
    estate.sim.schedule(now + span.gap() + 1, run);
  };
  estate.sim.schedule(span.from, run);
}

/** Pages that fail show so at the balancers. */
export const serverErrors: readonly LineMatcher[] = [
  line('nginx 500', 'lb/nginx/access.log', 'HTTP/2.0" 500 145'),
  line('application error', 'app/shop/django.log', 'Internal Server Error'),
];
