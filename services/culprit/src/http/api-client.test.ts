import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.js';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

describe('a request to a running Culprit', () => {
  let close: (() => void) | undefined;
  afterEach(() => close?.());

  /** A server that gives these answers one after the other, the last one for ever. */
  async function serve(
    ...answers: readonly Answer[]
  ): Promise<{ readonly url: string; readonly seen: Seen[] }> {
    const seen: Seen[] = [];
    const server = createServer((request, response) => {
      const answering = async (): Promise<void> => {
        const body = await text(request);
        const { status, headers, body: answer } = answers[Math.min(seen.length, answers.length - 1)] ?? ok;
        seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
        response.writeHead(status, { connection: 'close', ...headers }).end(answer);
      };
      void answering();
    }).listen(0, '127.0.0.1');
    close = () => server.close();
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, seen };
  }

  const ok: Answer = { status: 200, body: '{"accepted":1}' };
  const busy: Answer = { status: 503, body: '{}', headers: { 'retry-after': '0' } };

  it('is repeated with the same bytes and headers while the server asks for it', async () => {
    const { url, seen } = await serve(busy, { ...busy, status: 429 }, ok);
    const request = {
      method: 'POST',
      path: '/ingest',
      headers: { 'x-batch-id': 'b' },
      body: 'lines',
    } as const;
    expect(await new ApiClient({ url }).request(request)).toEqual({ accepted: 1 });
    expect(seen.map(({ body, headers }) => [body, headers['x-batch-id']])).toEqual(
      Array.from({ length: 3 }, () => ['lines', 'b']),
    );
  });

  it('gives up after eight times and says what the server said', async () => {
    const { url, seen } = await serve({ ...busy, body: '{"detail":"the disk is full"}' });
    await expect(new ApiClient({ url }).request({ path: '/x?q=secret' })).rejects.toMatchObject({
      message: 'GET /x: 503 the disk is full',
      exitCode: 4,
    });
    expect(seen).toHaveLength(8);
  });

  it('is not repeated when it can never succeed', async () => {
    const { url, seen } = await serve({ status: 400, body: 'no json' });
    await expect(new ApiClient({ url }).request({ path: '/x' })).rejects.toThrow('GET /x: 400');
    expect(seen).toHaveLength(1);
  });

  it('carries the token, and asks for one when it is missing', async () => {
    const { url, seen } = await serve(ok, { status: 401, body: '{}' });
    await new ApiClient({ url, token: 't0k' }).request({ path: '/x' });
    expect(seen[0]?.headers['authorization']).toBe('Bearer t0k');
    await expect(new ApiClient({ url }).request({ path: '/x' })).rejects.toThrow(/--token or CULPRIT_TOKEN/);
    expect(seen[1]?.headers['authorization']).toBeUndefined();
  });

  it('says how to start a server when none answers', async () => {
    const { url } = await serve(ok);
    close?.();
    await expect(new ApiClient({ url }).request({ path: '/x' })).rejects.toThrow(
      /^no answer from .* Start it with "culprit up"/,
    );
  });
});
