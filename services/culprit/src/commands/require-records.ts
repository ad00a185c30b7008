import { CliError, exitCodes } from '../cli-error.js';
import type { FinishedAnalysis } from '../input/analyze-files.js';
import { plural } from '../output/terminal.js';

/**
 * Ends the command when there is nothing that has an order in time: the remedy depends on what is missing.
 *
 * @param paths as the user wrote them
 * @throws CliError when the input holds no line, or no time
 */
export function requireRecords({ analysis, input }: FinishedAnalysis, paths: readonly string[]): void {
  const { records, timelessRecords } = analysis.summary();
  if (records > timelessRecords) return;
  const names = paths.join(', ');
  if (records > 0) {
    const lines = plural(input.lines, 'line');
    throw new CliError(
      `no time in any of ${lines} of ${names}. Without times nothing comes first; add them, for example with "kubectl logs --timestamps" or "docker logs --timestamps".`,
      exitCodes.badInput,
    );
  }
  throw new CliError(
    `no log line in ${names}: ${input.firstRejection ?? 'it is empty'}.`,
    exitCodes.badInput,
  );
}
