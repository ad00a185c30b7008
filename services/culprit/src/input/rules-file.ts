import { readFileSync } from 'node:fs';
import type { AnalysisOptions } from '@culprit/pipeline';
import { CliError, exitCodes, fileError } from '../cli-error.js';

/**
 * Rules about event types from a file, or standard input for `-`: JSON as `culprit templates rules --export` writes it.
 *
 * @throws CliError that names the file and what is wrong with it
 */
export async function readRulesFile(path: string): Promise<NonNullable<AnalysisOptions['templateRules']>> {
  const content = parseRulesJson(path);
  // The service's schema is the one that a server holds rules against.
  const { parseRules } = await import('@culprit/service-query/module');
  try {
    return parseRules(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path}: ${reason}.`, exitCodes.badInput, error);
  }
}

/** The JSON of a file of rules, not yet held against anything. */
export function parseRulesJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw fileError(path, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(
      `${path}: it is not JSON. Write rules with "culprit templates rules --export".`,
      exitCodes.badInput,
      error,
    );
  }
}
