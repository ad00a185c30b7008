import { CliError, exitCodes } from '../cli-error.js';
import type { FinishedAnalysis } from '../input/analyze-files.js';
import { plural } from '../output/terminal.js';

/**
 * Ends the command when there is nothing to tell about.
 *
 * @param paths as the user wrote them
 * @throws CliError when the input holds no record
 */
export function requireRecords({ analysis, input }: FinishedAnalysis, paths: readonly string[]): void {
  if (analysis.summary().records > 0) return;
  throw new CliError(
    `no log line in ${paths.join(', ')}: ${input.firstRejection ?? 'it is empty'}.`,
    exitCodes.badInput,
  );
}

/**
 * Ends the command when there is nothing that has an order in time: the remedy depends on what is missing.
 *
 * @param paths as the user wrote them
 * @throws CliError when the input holds no record, or no time
 */
export function requireTimes(finished: FinishedAnalysis, paths: readonly string[]): void {
  requireRecords(finished, paths);
  const { records, timelessRecords } = finished.analysis.summary();
  if (records > timelessRecords) return;
  const lines = plural(finished.input.lines, 'line');
  throw new CliError(
    `no time in any of ${lines} of ${paths.join(', ')}. Without times nothing comes first; add them, for example with "kubectl logs --timestamps" or "docker logs --timestamps".`,
    exitCodes.badInput,
  );
}
