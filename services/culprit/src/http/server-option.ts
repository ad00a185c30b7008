import type { Command } from 'commander';
import { CliError, exitCodes } from '../cli-error.js';
import { ApiClient } from './api-client.js';

/** Port that `culprit up` listens on unless told otherwise. */
export const defaultPort = 4680;

/** Options of every command that talks to a running Culprit. */
export interface ServerFlags {
  readonly url: string;
  readonly token?: string;
}

/** Adds `--url` and `--token`. */
export function addServerOptions(command: Command): Command {
  return command
    .option(
      '--url <address>',
      'address of a running Culprit (or CULPRIT_URL)',
      parseUrl,
      process.env['CULPRIT_URL'] ?? `http://127.0.0.1:${defaultPort}`,
    )
    .option('--token <token>', 'access token (or CULPRIT_TOKEN)');
}

/** The client that the flags describe. */
export function clientOf(flags: ServerFlags): ApiClient {
  return new ApiClient({ url: parseUrl(flags.url), token: flags.token ?? process.env['CULPRIT_TOKEN'] });
}

function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CliError(`--url takes an http or https address, not "${text}".`, exitCodes.usage);
  }
  return url.href;
}
