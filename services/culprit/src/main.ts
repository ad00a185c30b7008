import { AppError } from '@culprit/kernel';
import { CommanderError } from 'commander';
import { CliError, exitCodes } from './cli-error.js';
import { createProgram } from './program.js';

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
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof AppError && error.hint !== undefined ? ` ${error.hint}` : '';
  process.stderr.write(`culprit: ${message}${hint}\n`);
  if (process.env['CULPRIT_DEBUG'] === '1' && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  return error instanceof CliError ? error.exitCode : exitCodes.failure;
}
