import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hostname } from 'node:os';

/**
 * The server's side of the handshake with a shared key: HELO, PING, PONG.
 * Source: Fluentd wiki, "Forward Protocol Specification v1.5", "Handshake Messages".
 */
export class Handshake {
  readonly #sharedKey: string;
  readonly #nonce = randomBytes(16);

  constructor(sharedKey: string) {
    this.#sharedKey = sharedKey;
  }

  hello(): readonly unknown[] {
    return ['HELO', { nonce: this.#nonce, auth: new Uint8Array(0), keepalive: true }];
  }

  /** Judges a PING and gives the PONG to send. */
  judge(ping: unknown): { readonly isTrusted: boolean; readonly pong: readonly unknown[] } {
    const [kind, host, salt, digest] = Array.isArray(ping) ? (ping as readonly unknown[]) : [];
    const isTrusted =
      kind === 'PING' &&
      typeof host === 'string' &&
      isSalt(salt) &&
      typeof digest === 'string' &&
      equals(digest, this.#digest(salt, host));
    const own = hostname();
    const answer = isTrusted && isSalt(salt) ? this.#digest(salt, own) : '';
    const reason = isTrusted ? '' : 'shared_key mismatch';
    return { isTrusted, pong: ['PONG', isTrusted, reason, own, answer] };
  }

  #digest(salt: string | Uint8Array, host: string): string {
    return createHash('sha512')
      .update(salt)
      .update(host)
      .update(this.#nonce)
      .update(this.#sharedKey)
      .digest('hex');
  }
}

function isSalt(salt: unknown): salt is string | Uint8Array {
  return typeof salt === 'string' || salt instanceof Uint8Array;
}

function equals(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
