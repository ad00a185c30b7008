import type { Corpus } from '../corpus.js';
import { accessLog } from './access-log.js';
import { device } from './device.js';
import { hostSyslog } from './host-syslog.js';
import { javaService } from './java-service.js';
import { jsonService } from './json-service.js';
import { kafkaBroker } from './kafka-broker.js';
import { klog } from './klog.js';
import { logfmt } from './logfmt.js';
import { postgres } from './postgres.js';
import { pythonService } from './python-service.js';
import { redis } from './redis.js';

/** Every corpus with a committed fingerprint. */
export const corpora: readonly Corpus[] = [
  accessLog,
  device,
  hostSyslog,
  javaService,
  jsonService,
  kafkaBroker,
  klog,
  logfmt,
  postgres,
  pythonService,
  redis,
];
