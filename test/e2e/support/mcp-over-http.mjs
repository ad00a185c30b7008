// Passes messages between standard input and output and the official client's Streamable HTTP transport: a process of its own,
// because one of its dependencies has TypeScript under the condition that tests resolve workspaces with.
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

const [address = '', token = ''] = process.argv.slice(2);
const remote = new StreamableHTTPClientTransport(new URL('/mcp', address), {
  requestInit: { headers: { authorization: `Bearer ${token}` } },
});
const local = new StdioServerTransport();
Object.assign(remote, { onmessage: (message) => void local.send(message) });
Object.assign(local, { onmessage: (message) => void forward(message) });
await remote.start();
await local.start();

async function forward(message) {
  try {
    await remote.send(message);
  } catch (error) {
    if (message.id === undefined) return;
    const said = { code: -32_000, message: `${error.code} ${error.message}` };
    await local.send({ jsonrpc: '2.0', id: message.id, error: said });
  }
}
