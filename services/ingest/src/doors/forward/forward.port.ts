import type { Socket } from 'node:net';
import { encode } from '@msgpack/msgpack';
import type { Access, AccessLedger, Principal, TlsSource } from '@culprit/platform';
import type { Intake } from '../../intake.js';
import { ConnectionGroup } from '../../ports/connection-group.js';
import type { Conversation } from '../../ports/connection-group.js';
import { acceptPatiently, peerOf } from '../../ports/patience.js';
import type { Port } from '../../ports/port.js';
import { DecodeError } from '../decode-error.js';
import { chunkOf, decodeMessage, forwardDoor } from './forward.door.js';
import { Handshake, type ForwarderKey } from './handshake.js';
import { MessageFramer } from './message-framer.js';

const maxMessageBytes = 16_777_216;

/** The port Fluentd, Fluent Bit and Docker's `fluentd` driver forward to. */
export class ForwardPort implements Port {
  readonly name = 'Fluent forward';
  readonly #intake: Intake;
  readonly #access: Access;
  readonly #ledger: AccessLedger | undefined;
  readonly #sharedKey: string;
  readonly #provesCallers: boolean;
  readonly #connections: ConnectionGroup;

  constructor(parts: {
    readonly intake: Intake;
    readonly access: Access;
    readonly ledger: AccessLedger | undefined;
    readonly tls: TlsSource | undefined;
    /** That of the configuration; empty for none. */
    readonly sharedKey: string;
  }) {
    this.#intake = parts.intake;
    this.#access = parts.access;
    this.#ledger = parts.ledger;
    this.#sharedKey = parts.sharedKey;
    this.#connections = new ConnectionGroup((socket) => this.#start(socket), parts.tls);
    this.#provesCallers = parts.tls?.provesCallers === true;
  }

  open(host: string, port: number): Promise<number> {
    return this.#connections.open(host, port);
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  #start(socket: Socket): Conversation | undefined {
    const keys = this.#keys();
    const peer = this.#access.admitPeer(socket.remoteAddress ?? '', this.#provesCallers || keys.length > 0);
    if (peer === undefined) return undefined;
    const handshake = keys.length > 0 ? new Handshake(keys) : undefined;
    if (handshake !== undefined) socket.write(encode(handshake.hello()));
    return new ForwardConversation({ socket, peer, handshake, intake: this.#intake });
  }

  /** Whoever may forward, by the key he must know; a connection is judged by those of its beginning. */
  #keys(): readonly ForwarderKey[] {
    const configured = this.#sharedKey === '' ? undefined : this.#access.admitPeer('', true);
    const given = this.#ledger?.forwarders() ?? [];
    return configured === undefined
      ? given
      : [{ sharedKey: this.#sharedKey, principal: configured }, ...given];
  }
}

class ForwardConversation implements Conversation {
  readonly #socket: Socket;
  #sender: Principal;
  readonly #intake: Intake;
  readonly #framer = new MessageFramer(maxMessageBytes);
  /** Undefined once there is nothing left to prove. */
  #handshake: Handshake | undefined;

  constructor(parts: {
    readonly socket: Socket;
    readonly peer: Principal;
    readonly intake: Intake;
    readonly handshake: Handshake | undefined;
  }) {
    this.#socket = parts.socket;
    this.#sender = parts.peer;
    this.#intake = parts.intake;
    this.#handshake = parts.handshake;
  }

  async onPiece(piece: Buffer): Promise<void> {
    for (const message of this.#framer.push(piece)) await this.#take(message);
  }

  async onEnd(): Promise<void> {}

  async #take(bytes: Buffer): Promise<void> {
    const message = decodeMessage(bytes);
    if (this.#handshake !== undefined) {
      const { principal, pong } = this.#handshake.judge(message);
      this.#socket.write(encode(pong));
      if (principal === undefined) throw new DecodeError('the shared key is another one');
      this.#sender = principal;
      this.#handshake = undefined;
      return;
    }
    const chunk = chunkOf(message);
    await acceptPatiently(this.#intake, {
      tenant: this.#sender.tenant,
      environment: this.#sender.environment,
      door: forwardDoor,
      bytes,
      mediaType: '',
      defaults: { environment: 'default', host: peerOf(this.#socket) },
      batchId: chunk === undefined ? undefined : `forward ${chunk}`,
    });
    if (chunk !== undefined) this.#socket.write(encode({ ack: chunk }));
  }
}
