import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hostname } from 'node:os';
import type { Principal } from '@culprit/platform';

/** A key that both ends know, and who the other end then is. */
export interface ForwarderKey {
  readonly sharedKey: string;
  readonly principal: Principal;
}

/**
 * The server's side of the handshake with a shared key: HELO, PING, PONG. Of several keys the one that fits says who the
 * peer is, as its protocol names keys nowhere.
 * Source: Fluentd wiki, "Forward Protocol Specification v1.5", "Handshake Messages".
 */
export class Handshake {
  readonly #keys: readonly ForwarderKey[];
  readonly #nonce = randomBytes(16);

  constructor(keys: readonly ForwarderKey[]) {
    this.#keys = keys;
  }

  hello(): readonly unknown[] {
    return ['HELO', { nonce: this.#nonce, auth: new Uint8Array(0), keepalive: true }];
  }

  /** Judges a PING and gives the PONG to send. O(keys). */
  judge(ping: unknown): { readonly principal: Principal | undefined; readonly pong: readonly unknown[] } {
    const [kind, host, salt, digest] = Array.isArray(ping) ? (ping as readonly unknown[]) : [];
    const own = hostname();
    if (kind === 'PING' && typeof host === 'string' && isSalt(salt) && typeof digest === 'string') {
      const found = this.#keys.find(({ sharedKey }) => equals(digest, this.#digest(sharedKey, salt, host)));
      if (found !== undefined) {
        const answer = this.#digest(found.sharedKey, salt, own);
        return { principal: found.principal, pong: ['PONG', true, '', own, answer] };
      }
    }
    return { principal: undefined, pong: ['PONG', false, 'shared_key mismatch', own, ''] };
  }

  #digest(sharedKey: string, salt: string | Uint8Array, host: string): string {
    return createHash('sha512').update(salt).update(host).update(this.#nonce).update(sharedKey).digest('hex');
  }
}

function isSalt(salt: unknown): salt is string | Uint8Array {
  return typeof salt === 'string' || salt instanceof Uint8Array;
}

function equals(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
