import type { FaultKind } from '../../scenario.js';
import { badDeploy } from './bad-deploy.js';
import { configTypo } from './config-typo.js';
import { dbDown } from './db-down.js';
import { diskFull } from './disk-full.js';
import { dnsFailure } from './dns-failure.js';
import type { Fault } from './fault.js';
import { networkCorruption } from './network-corruption.js';
import { queueBlocked } from './queue-blocked.js';
import { packetLoss } from './packet-loss.js';
import { userDbDelayed } from './user-db-delayed.js';
import { podKilled } from './pod-killed.js';
import { cpuStarved } from './cpu-starved.js';
import { certificateExpired } from './certificate-expired.js';
import { heapExhausted } from './heap-exhausted.js';
import { consumerHung } from './consumer-hung.js';
import { tagsLost } from './tags-lost.js';
import { indexDropped } from './index-dropped.js';
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
  'packet-loss': packetLoss,
  'user-db-delayed': userDbDelayed,
  'pod-killed': podKilled,
  'cpu-starved': cpuStarved,
  'certificate-expired': certificateExpired,
  'heap-exhausted': heapExhausted,
  'consumer-hung': consumerHung,
  'tags-lost': tagsLost,
  'index-dropped': indexDropped,
};
