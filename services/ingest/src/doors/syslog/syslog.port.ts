import { createSocket } from 'node:dgram';
import type { Socket as DatagramSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import type { Access, Principal, TlsSource } from '@culprit/platform';
import type { Intake } from '../../intake.js';
import { ConnectionGroup } from '../../ports/connection-group.js';
import type { Conversation } from '../../ports/connection-group.js';
import { acceptPatiently, peerOf } from '../../ports/patience.js';
import type { Port } from '../../ports/port.js';
import { DecodeError } from '../decode-error.js';
import { FrameSplitter } from './frame-splitter.js';
import { runsOfSenders, senderOfMessage } from './sender-of-message.js';
import type { SenderRun } from './sender-of-message.js';
import { joinMessages, syslogDoor } from './syslog.door.js';

const maxMessageBytes = 262_144;
/** Datagrams wait this long for others: one batch costs as much as one line. */
const gatherMs = 100;
const maxGathered = 1_000;
/** Datagrams beyond these are dropped, and counted, while earlier ones are stored. */
const maxWaiting = 20_000;
const receiveBufferBytes = 4_194_304;

/** Syslog over UDP and TCP on the same number. */
export class SyslogPort implements Port {
  readonly name = 'syslog UDP+TCP';
  readonly #intake: Intake;
  readonly #access: Access;
  readonly #connections: ConnectionGroup;
  /** Whoever connects over TCP has shown a certificate. */
  readonly #provesCallers: boolean;
  #datagrams: DatagramSocket | undefined;
  #waiting: { readonly sender: Principal; readonly message: Buffer }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #storing: Promise<void> = Promise.resolve();
  #isStoring = false;

  constructor(intake: Intake, access: Access, tls: TlsSource | undefined) {
    this.#intake = intake;
    this.#access = access;
    this.#connections = new ConnectionGroup((socket) => this.#start(socket), tls);
    this.#provesCallers = tls?.provesCallers === true;
  }

  async open(host: string, port: number): Promise<number> {
    const actual = await this.#connections.open(host, port);
    const socket = createSocket({
      type: host.includes(':') ? 'udp6' : 'udp4',
      recvBufferSize: receiveBufferBytes,
    });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind(actual, host, resolve);
      });
    } catch (error) {
      await this.#connections.close();
      throw error;
    }
    socket.removeAllListeners('error');
    socket.on('error', () => undefined);
    socket.on('message', (message, peer) => {
      const sender = senderOfMessage(message, this.#access, this.#access.admitPeer(peer.address));
      if (sender === undefined) this.#refuse();
      else this.#gather({ sender, message });
    });
    this.#datagrams = socket;
    return actual;
  }

  async close(): Promise<void> {
    this.#datagrams?.close();
    await this.#connections.close();
    this.#flush();
    await this.#storing;
  }

  /** Where tokens exist a peer that proves nothing may still send messages that carry one. */
  #start(socket: Socket): Conversation | undefined {
    const peer = this.#access.admitPeer(socket.remoteAddress ?? '', this.#provesCallers);
    if (peer === undefined && this.#access.isOpen) return undefined;
    return new SyslogConversation((messages) => this.#take(messages, peer, peerOf(socket)));
  }

  async #take(messages: readonly Buffer[], peer: Principal | undefined, host: string): Promise<void> {
    const { runs, isRefused } = runsOfSenders(messages, this.#access, peer);
    for (const run of runs) await this.#store(run, host);
    if (!isRefused) return;
    this.#refuse();
    throw new DecodeError('a message has no token, or one that is not known');
  }

  #refuse(): void {
    this.#intake.telemetry.refusal('CULPRIT_HTTP_UNAUTHENTICATED');
  }

  #gather(datagram: { readonly sender: Principal; readonly message: Buffer }): void {
    if (this.#waiting.length >= maxWaiting) {
      this.#intake.telemetry.refusal('CULPRIT_INGEST_DATAGRAM_DROPPED');
      return;
    }
    this.#waiting.push(datagram);
    if (this.#waiting.length >= maxGathered) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), gatherMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isStoring) this.#storing = this.#storeWaiting();
  }

  /** Stores what waits, one batch after the other. */
  async #storeWaiting(): Promise<void> {
    this.#isStoring = true;
    while (this.#waiting.length > 0) {
      try {
        await this.#store(this.#nextRun(), '');
      } catch {
        this.#intake.telemetry.refusal('CULPRIT_INGEST_DATAGRAM_DROPPED');
      }
    }
    this.#isStoring = false;
  }

  /** Takes the longest run of one sender from what waits. */
  #nextRun(): SenderRun {
    const [first] = this.#waiting;
    if (first === undefined) throw new Error('expected something to wait');
    const { sender } = first;
    const end = this.#waiting.findIndex((one) => one.sender.digest !== sender.digest);
    const taken = this.#waiting.splice(0, Math.min(maxGathered, end < 0 ? maxGathered : end));
    return { sender, messages: taken.map(({ message }) => message) };
  }

  #store({ sender, messages }: SenderRun, host: string): Promise<void> {
    return acceptPatiently(this.#intake, {
      tenant: sender.tenant,
      environment: sender.environment,
      door: syslogDoor,
      bytes: joinMessages(messages),
      mediaType: '',
      defaults: { environment: 'default', host },
      batchId: undefined,
    });
  }
}

class SyslogConversation implements Conversation {
  readonly #frames = new FrameSplitter(maxMessageBytes);
  readonly #store: (messages: readonly Buffer[]) => Promise<void>;

  constructor(store: (messages: readonly Buffer[]) => Promise<void>) {
    this.#store = store;
  }

  async onPiece(piece: Buffer): Promise<void> {
    const messages = this.#frames.push(piece);
    if (messages.length > 0) await this.#store(messages);
  }

  async onEnd(): Promise<void> {
    const rest = this.#frames.rest();
    if (rest.length > 0) await this.#store(rest);
  }
}
