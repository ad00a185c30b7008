import type { FaultKind } from '../../scenario.js';
import type { Fault } from './fault.js';
import { networkCorruption } from './network-corruption.js';

/** Every fault by its kind. */
export const faultByKind: Readonly<Partial<Record<FaultKind, Fault>>> = {
  'network-corruption': networkCorruption,
};
