import { AppError } from '@culprit/kernel';
import { CommanderError } from 'commander';
import { CliError, exitCodes } from './cli-error.js';
import { createProgram } from './program.js';

/** Code of platform's ConfigError; named here, because loading that library would slow every command down. */
const configErrorCode = 'CULPRIT_PLATFORM_CONFIG_INVALID';

/** Runs the command line; errors become one line on standard error and an exit code, never a stack trace. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of a pipe may leave early (`| head`); that is not a failure.
    if (error.code === 'EPIPE') process.exit(0);
  });
  try {
    await createProgram().parseAsync([...argv]);
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  process.stderr.write(`culprit: ${messageOf(error)}\n`);
  if (process.env['CULPRIT_DEBUG'] === '1' && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  if (error instanceof CliError) return error.exitCode;
  return error instanceof AppError && error.code === configErrorCode
    ? exitCodes.badConfig
    : exitCodes.failure;
}

/** What failed and, where we know it, what to do next. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AppError) || error.hint === undefined) return message;
  // A list of problems keeps its lines; a sentence ends before the hint begins.
  const gap = message.includes('\n') ? '\n' : /[.!?]$/.test(message) ? ' ' : '. ';
  return `${message}${gap}${error.hint}`;
}
