import type { LineMatcher } from '../../scenario.js';
import type { Dice } from '../../dice.js';
import type { World } from '../world.js';

/** What a planted fault knows about itself. */
export interface PlantedFault {
  readonly culprit: string;
  /** Milliseconds since the epoch. */
  readonly end: number;
  readonly rootLines: readonly LineMatcher[];
  readonly symptomLines: readonly LineMatcher[];
}

/** A kind of fault: schedules its lines and its effects on the services' health from the onset on. */
export interface Fault {
  /** Workloads that no benign rollout may touch. */
  readonly reserved: readonly string[];
  plant(world: World, dice: Dice, onset: number): PlantedFault;
}
