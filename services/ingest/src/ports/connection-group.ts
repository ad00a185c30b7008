import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import type { TlsSource } from '@culprit/platform';
import { closeServer, listenTcp } from './sockets.js';

/** What a port does with one connection: `data` one piece after the other, each when the one before is done. */
export interface Conversation {
  onPiece(piece: Buffer): Promise<void>;
  onEnd(): Promise<void>;
}

const IDLE_MS = 600_000;
const MAX_CONNECTIONS = 1_024;
const HANDSHAKE_MS = 10_000;

/** A TCP server whose connections are read no faster than their lines are stored: the sender's window fills instead. */
export class ConnectionGroup {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** @param start undefined turns a peer away */
  constructor(start: (socket: Socket) => Conversation | undefined, tls: TlsSource | undefined) {
    const serve = (socket: Socket): void => this.#serve(socket, start(socket));
    this.#server = tls === undefined ? createServer(serve) : secureServer(tls, serve);
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  open(host: string, port: number): Promise<number> {
    return listenTcp(this.#server, host, port);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.end();
    const closed = closeServer(this.#server);
    for (const socket of this.#sockets) socket.destroySoon();
    await closed;
  }

  #serve(socket: Socket, conversation: Conversation | undefined): void {
    // A peer that breaks off is its own affair.
    socket.on('error', () => socket.destroy());
    if (conversation === undefined) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    void this.#converse(socket, conversation);
  }

  async #converse(socket: Socket, conversation: Conversation): Promise<void> {
    try {
      for await (const piece of socket) await conversation.onPiece(piece as Buffer);
    } catch {
      socket.destroy();
    }
    await conversation.onEnd().catch(() => undefined);
  }
}

/** Connections come here when they are encrypted; who fails at that is let go by Node after its own deadline. */
function secureServer(tls: TlsSource, serve: (socket: Socket) => void): Server {
  const server = createSecureServer({ ...tls.options, handshakeTimeout: HANDSHAKE_MS }, serve);
  tls.renew(server);
  return server;
}
