import type { DispatchFaultKind } from '../dispatch-scenario.js';
import { configPushed, flagSlows, lagGrows, poisonMessage, surgeWrong } from './application.js';
import {
  halfOpen,
  intermediateExpired,
  leaderStorm,
  namesNegative,
  poolLeaked,
  portsExhausted,
} from './connections.js';
import { cacheStampede, jobStopped, migrationLocks } from './data.js';
import type { Plant } from './fault.js';
import { clockAdrift, inodesFull, noisyNeighbour } from './machines.js';

/** Every fault by its kind. */
export const faultByKind: Readonly<Record<DispatchFaultKind, Plant>> = {
  'pool-leaked': poolLeaked,
  'poison-message': poisonMessage,
  'ports-exhausted': portsExhausted,
  'flag-slows': flagSlows,
  'job-stopped': jobStopped,
  'config-pushed': configPushed,
  'leader-storm': leaderStorm,
  'intermediate-expired': intermediateExpired,
  'clock-adrift': clockAdrift,
  'names-negative': namesNegative,
  'inodes-full': inodesFull,
  'noisy-neighbour': noisyNeighbour,
  'migration-locks': migrationLocks,
  'cache-stampede': cacheStampede,
  'half-open': halfOpen,
  'lag-grows': lagGrows,
  'surge-wrong': surgeWrong,
};
