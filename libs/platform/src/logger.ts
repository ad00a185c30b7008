import type { Logger } from '@culprit/kernel';
import type { LoggerService } from '@nestjs/common';
import pino from 'pino';

/** Levels a user can choose, from loud to quiet. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Options of {@link createLogger}. */
export interface LoggerOptions {
  /** Which program speaks; `culprit` when absent. */
  readonly name?: string;
  readonly level: LogLevel;
  /** Where lines go; standard error when absent, so that standard output stays free for reports. */
  readonly destination?: { write(line: string): void };
  /** Fields that every line carries, such as the trace of the work that it is about. */
  readonly fields?: () => Readonly<Record<string, string>>;
}

/** The system's own log: one JSON object a line, times in RFC 3339, errors with code and cause but no bodies of user logs. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? pino.destination({ dest: 2, sync: true });
  return pino(
    {
      name: options.name ?? 'culprit',
      level: options.level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      ...(options.fields === undefined ? {} : { mixin: options.fields }),
    },
    destination,
  );
}

/** Drops everything; for tests and one-shot commands. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};

/** Lets Nest speak through the same log. Its chatter about modules and routes is debug detail here. */
export function createNestLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown, ...rest: unknown[]) => logger.debug(fields(rest), String(message)),
    debug: (message: unknown, ...rest: unknown[]) => logger.debug(fields(rest), String(message)),
    verbose: (message: unknown, ...rest: unknown[]) => logger.debug(fields(rest), String(message)),
    warn: (message: unknown, ...rest: unknown[]) => logger.warn(fields(rest), String(message)),
    error: (message: unknown, ...rest: unknown[]) => logger.error(fields(rest), String(message)),
    fatal: (message: unknown, ...rest: unknown[]) => logger.error(fields(rest), String(message)),
  };
}

/** Nest passes the speaking class last. */
function fields(rest: readonly unknown[]): Record<string, unknown> {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}
