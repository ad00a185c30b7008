import { once } from 'node:events';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Ask } from './ask.js';
import { createMcpServer } from './mcp-server.js';

/** Serves the Model Context Protocol on standard input and output until the input ends. Nothing else may be printed there. */
export async function serveMcpOverStdio(ask: Ask): Promise<void> {
  const server = createMcpServer(ask);
  await server.connect(new StdioServerTransport());
  await once(process.stdin, 'end');
  await server.close();
}
