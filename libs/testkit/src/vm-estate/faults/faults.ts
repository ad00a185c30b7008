import type { VmFaultKind } from '../vm-scenario.js';
import { apiKeyExpired, badRelease, certificateExpired, consumerStuck } from './application.js';
import { connectionsLeaked } from './connections-leaked.js';
import type { PlantFault } from './fault.js';
import { diskReadOnly } from './disk-read-only.js';
import { lockWait } from './lock-wait.js';
import { cacheOutOfMemory, clockJump } from './machine.js';
import { settingChanged, workersKilled } from './memory.js';
import { linkFlaps, resolverBroken } from './network.js';
import { batchStopped, currencyWrong, storageSlow } from './quiet.js';
import { walDiskFull } from './wal-disk-full.js';

/** Every fault by its kind. */
export const faultByKind: Readonly<Record<VmFaultKind, PlantFault>> = {
  'wal-disk-full': walDiskFull,
  'connections-leaked': connectionsLeaked,
  'certificate-expired': certificateExpired,
  'bad-release': badRelease,
  'cache-out-of-memory': cacheOutOfMemory,
  'clock-jump': clockJump,
  'disk-read-only': diskReadOnly,
  'consumer-stuck': consumerStuck,
  'lock-wait': lockWait,
  'api-key-expired': apiKeyExpired,
  'link-flaps': linkFlaps,
  'resolver-broken': resolverBroken,
  'workers-killed': workersKilled,
  'setting-changed': settingChanged,
  'storage-slow': storageSlow,
  'currency-wrong': currencyWrong,
  'batch-stopped': batchStopped,
};
