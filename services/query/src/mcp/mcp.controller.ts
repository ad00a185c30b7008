import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { AccessGuard, Operation } from '@culprit/platform';
import { Controller, Post, Req, Res, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import type { Ask } from './ask.js';
import { createMcpServer } from './mcp-server.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

interface McpRequest {
  readonly headers: Headers;
  readonly ip: string;
  readonly body: unknown;
  /** Fastify, which answers a request that never went over the network as any other. */
  readonly server: {
    inject(request: {
      readonly method: 'GET' | 'POST';
      readonly url: string;
      readonly headers: Headers;
      readonly remoteAddress: string;
      readonly payload?: object;
    }): Promise<{ readonly statusCode: number; readonly body: string }>;
  };
}

interface McpReply {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string): unknown;
}

/**
 * The Model Context Protocol over Streamable HTTP. Without sessions: every request is answered by itself, by any process,
 * and there is no stream to keep open. A tool asks the REST interface with the headers of the request that called it.
 */
@Controller('mcp')
@UseGuards(AccessGuard)
export class McpController {
  @Operation({
    summary: 'Tools for language models (Model Context Protocol, Streamable HTTP)',
    tag: 'mcp',
    body: { 'application/json': 'A message of JSON-RPC 2.0' },
    answers: { 200: z.looseObject({}), 202: 'nothing' },
    errors: 'own',
  })
  @Post()
  async receive(@Req() request: McpRequest, @Res() reply: McpReply): Promise<void> {
    const server = createMcpServer(askingAs(request));
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    try {
      await server.connect(transport);
      const answer = await transport.handleRequest(messageOf(request), { parsedBody: request.body });
      const body = await answer.text();
      reply.status(answer.status);
      for (const [name, value] of answer.headers) reply.header(name, value);
      reply.send(body);
    } finally {
      await server.close();
    }
  }
}

/** Only what the transport looks at; the body was read already. */
function messageOf({ headers }: McpRequest): Request {
  const seen = ['accept', 'content-type', 'mcp-protocol-version', 'mcp-session-id'].flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as [string, string]] : [];
  });
  return new Request('http://localhost/mcp', { method: 'POST', headers: seen });
}

/** Headers that belong to the message and not to who sent it. */
const ofTheMessage = /^(?:content-|transfer-|accept|connection$|if-|mcp-|expect$)/;

function askingAs({ headers, ip, server }: McpRequest): Ask {
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheMessage.test(name)));
  return async ({ method, path, body }) => {
    const answer = await server.inject({
      method,
      url: path,
      headers: own,
      remoteAddress: ip,
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: answer.statusCode, body: JSON.parse(answer.body) as unknown };
  };
}
