import { AppError } from '@culprit/kernel';
import type { Clock, Logger } from '@culprit/kernel';
import type { EpochMillis } from '@culprit/kernel';
import { ConfigError, exitCodeConfig } from './config.js';
import type { Health } from './health.js';

/** The wall clock of the machine; only the edges of the system may hold it. */
export const systemClock: Clock = { now: () => Date.now() as EpochMillis };

/** Options of {@link closeOnSignal}. */
export interface CloseOptions {
  readonly health: Health;
  readonly logger: Logger;
  /** Stops accepting, drains and releases everything; called once. */
  readonly close: () => Promise<void>;
  /** How long closing may take before it counts as failed. */
  readonly drainTimeoutMs: number;
}

/**
 * Waits for SIGTERM or SIGINT and closes in order: not ready, stop accepting, drain, release.
 *
 * @returns the exit code: 0 when everything closed in time, 1 otherwise
 */
export async function closeOnSignal(options: CloseOptions): Promise<number> {
  const signal = await new Promise<string>((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
  });
  options.logger.info({ signal }, 'shutting down');
  options.health.beginShutdown();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), options.drainTimeoutMs);
  });
  try {
    const outcome = await Promise.race([options.close().then(() => 'closed' as const), deadline]);
    if (outcome === 'late')
      options.logger.error({ drainTimeoutMs: options.drainTimeoutMs }, 'drain took too long');
    return outcome === 'closed' ? 0 : 1;
  } catch (error) {
    options.logger.error({ err: error }, 'shutdown failed');
    return 1;
  } finally {
    clearTimeout(timer);
  }
}

/** What a person reads when the process cannot go on, and what it exits with. */
export interface FatalMessage {
  readonly text: string;
  readonly exitCode: number;
}

/** One or a few lines without a stack: what failed, and what to do next where we know it. */
export function describeFatal(error: unknown): FatalMessage {
  if (error instanceof AppError) {
    const hint = error.hint === undefined ? '' : `\n${error.hint}`;
    return {
      text: `culprit: ${error.message}${hint}`,
      exitCode: error instanceof ConfigError ? exitCodeConfig : 1,
    };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { text: `culprit: unexpected ${message}`, exitCode: 70 };
}
