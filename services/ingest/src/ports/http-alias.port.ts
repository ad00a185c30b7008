import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Server as SecureServer } from 'node:https';
import type { TlsSource } from '@culprit/platform';
import { listenTcp, closeServer } from './sockets.js';
import type { Port } from './port.js';

const REQUEST_TIMEOUT_MS = 30_000;

/** What handles a request of the main HTTP port. */
export type Route = (request: IncomingMessage, response: ServerResponse) => void;

/** The HTTP port under another number: some clients have a port of their protocol built in. */
export class HttpAliasPort implements Port {
  readonly name: string;
  readonly #server: Server | SecureServer;

  constructor(name: string, route: Route, tls: TlsSource | undefined) {
    this.name = name;
    const limits = {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      maxHeaderSize: 32_768,
    };
    if (tls === undefined) {
      this.#server = createServer(limits, route);
      return;
    }
    const server = createSecureServer({ ...limits, ...tls.options }, route);
    tls.renew(server);
    this.#server = server;
  }

  open(host: string, port: number): Promise<number> {
    return listenTcp(this.#server, host, port);
  }

  async close(): Promise<void> {
    this.#server.closeIdleConnections();
    await closeServer(this.#server);
  }
}
