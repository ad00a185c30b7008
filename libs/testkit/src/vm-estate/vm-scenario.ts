import type { EpochMillis } from '@culprit/kernel';
import type { GroundTruth } from '../scenario.js';

/** Every fault the virtual machine scenario can plant. */
export const vmFaultKinds = [
  'wal-disk-full',
  'connections-leaked',
  'certificate-expired',
  'bad-release',
  'cache-out-of-memory',
  'clock-jump',
  'disk-read-only',
  'consumer-stuck',
  'lock-wait',
  'api-key-expired',
  'link-flaps',
  'resolver-broken',
  'workers-killed',
  'setting-changed',
  'storage-slow',
  'currency-wrong',
  'batch-stopped',
] as const;

/** A fault that can be planted in the virtual machine scenario. */
export type VmFaultKind = (typeof vmFaultKinds)[number];

/** One line of one file. */
export interface VmLine {
  /** When it was written, milliseconds since the epoch; a wrong clock may have stamped it otherwise. */
  readonly timeMillis: number;
  /** Path of the file, `host/name`. */
  readonly file: string;
  /** Without line feed. */
  readonly text: string;
}

/** A stretch of log files with a known answer. */
export interface VmScenario {
  readonly start: EpochMillis;
  readonly end: EpochMillis;
  readonly groundTruth: GroundTruth<VmFaultKind>;
  /** The lines of all files in order of writing. Each call starts the same sequence from its beginning. */
  lines(): Generator<VmLine>;
}
