import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { addServerOptions, clientOf, type ServerFlags } from '../http/server-option.js';

/** Adds `culprit mcp`: tools for language models on standard input and output, answered by a running Culprit. */
export function addMcpCommand(program: Command): void {
  const mcp = program
    .command('mcp')
    .description(
      'serve the Model Context Protocol on standard input and output, for assistants that start their servers',
    )
    .addHelpText('after', '\nA running Culprit also serves it over HTTP at /mcp.');
  addServerOptions(mcp).action(serve);
}

async function serve(flags: ServerFlags): Promise<void> {
  const { serveMcpOverStdio } = await import('@culprit/service-query/module');
  const client = clientOf(flags);
  await serveMcpOverStdio(async ({ method, path, body }) => {
    try {
      const answer = await client.request({
        method,
        path,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return { status: 200, body: answer };
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return { status: 500, body: { detail: error.message } };
    }
  });
}
