import type { Socket } from 'node:net';
import { encode } from '@msgpack/msgpack';
import type { Access } from '@culprit/platform';
import type { Intake } from '../../intake.js';
import { ConnectionGroup } from '../../ports/connection-group.js';
import type { Conversation } from '../../ports/connection-group.js';
import { acceptPatiently, peerOf } from '../../ports/patience.js';
import type { Port } from '../../ports/port.js';
import { DecodeError } from '../decode-error.js';
import { chunkOf, decodeMessage, forwardDoor } from './forward.door.js';
import { Handshake } from './handshake.js';
import { MessageFramer } from './message-framer.js';

const maxMessageBytes = 16_777_216;

/** The port Fluentd, Fluent Bit and Docker's `fluentd` driver forward to. */
export class ForwardPort implements Port {
  readonly name = 'Fluent forward';
  readonly #intake: Intake;
  readonly #access: Access;
  readonly #sharedKey: string;
  readonly #connections: ConnectionGroup;

  constructor(intake: Intake, access: Access, sharedKey: string) {
    this.#intake = intake;
    this.#access = access;
    this.#sharedKey = sharedKey;
    this.#connections = new ConnectionGroup((socket) => this.#start(socket));
  }

  open(host: string, port: number): Promise<number> {
    return this.#connections.open(host, port);
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  #start(socket: Socket): Conversation | undefined {
    const hasKey = this.#sharedKey !== '';
    const tenant = this.#access.tenantOfPeer(socket.remoteAddress ?? '', hasKey);
    if (tenant === undefined) return undefined;
    const handshake = hasKey ? new Handshake(this.#sharedKey) : undefined;
    if (handshake !== undefined) socket.write(encode(handshake.hello()));
    return new ForwardConversation({ socket, tenant, handshake, intake: this.#intake });
  }
}

class ForwardConversation implements Conversation {
  readonly #socket: Socket;
  readonly #tenant: string;
  readonly #intake: Intake;
  readonly #framer = new MessageFramer(maxMessageBytes);
  /** Undefined once there is nothing left to prove. */
  #handshake: Handshake | undefined;

  constructor(parts: {
    readonly socket: Socket;
    readonly tenant: string;
    readonly intake: Intake;
    readonly handshake: Handshake | undefined;
  }) {
    this.#socket = parts.socket;
    this.#tenant = parts.tenant;
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
      const { isTrusted, pong } = this.#handshake.judge(message);
      this.#socket.write(encode(pong));
      if (!isTrusted) throw new DecodeError('the shared key is another one');
      this.#handshake = undefined;
      return;
    }
    const chunk = chunkOf(message);
    await acceptPatiently(this.#intake, {
      tenant: this.#tenant,
      door: forwardDoor,
      bytes,
      mediaType: '',
      defaults: { environment: 'default', host: peerOf(this.#socket) },
      batchId: chunk === undefined ? undefined : `forward ${chunk}`,
    });
    if (chunk !== undefined) this.#socket.write(encode({ ack: chunk }));
  }
}
