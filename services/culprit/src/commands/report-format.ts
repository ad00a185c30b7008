import { CliError, exitCodes } from '../cli-error.js';

/** How reports are written. */
export type ReportFormat = 'text' | 'json' | 'md';

/** Reads `--report`. */
export function parseReportFormat(text: string): ReportFormat {
  if (text === 'text' || text === 'json' || text === 'md') return text;
  throw new CliError(`--report takes text, json or md, not "${text}".`, exitCodes.usage);
}
