import type { EpochMillis } from './time.js';

/** Wall clock, injected: only the edges (ingest, services, command line) may read it. */
export interface Clock {
  now(): EpochMillis;
}

/** Structured log of the system itself: a constant message, data in fields. */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
