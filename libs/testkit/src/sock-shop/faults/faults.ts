import type { FaultKind } from '../../scenario.js';
import { badDeploy } from './bad-deploy.js';
import { configTypo } from './config-typo.js';
import { dbDown } from './db-down.js';
import { diskFull } from './disk-full.js';
import { dnsFailure } from './dns-failure.js';
import type { Fault } from './fault.js';
import { networkCorruption } from './network-corruption.js';
import { queueBlocked } from './queue-blocked.js';
import { secretRotated } from './secret-rotated.js';

/** Every fault by its kind. */
export const faultByKind: Readonly<Record<FaultKind, Fault>> = {
  'network-corruption': networkCorruption,
  'db-down': dbDown,
  'bad-deploy': badDeploy,
  'disk-full': diskFull,
  'dns-failure': dnsFailure,
  'secret-rotated': secretRotated,
  'queue-blocked': queueBlocked,
  'config-typo': configTypo,
};
