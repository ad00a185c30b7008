import type { Consumer } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Membership } from './membership.js';

const session = 30_000;

/** The events of a consumer that tell of its membership. */
class Client {
  readonly #listeners = new Map<string, (event: { payload: unknown }) => void>();
  readonly consumer = {
    events: { REQUEST: 'request', HEARTBEAT: 'heartbeat', GROUP_JOIN: 'join' },
    on: (name: string, listener: (event: { payload: unknown }) => void) => {
      this.#listeners.set(name, listener);
      return () => undefined;
    },
  } as unknown as Pick<Consumer, 'events' | 'on'>;

  /** An answer comes `waitMs` after its request was sent. */
  answered(apiName: string, event: 'heartbeat' | 'join' | undefined, waitMs = 0): void {
    const payload = { apiName, createdAt: Date.now() - waitMs };
    this.#listeners.get('request')?.({ payload });
    if (event !== undefined) this.#listeners.get(event)?.({ payload: {} });
  }
}

describe('membership', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('is certain for two thirds of the session after the last sign of life', () => {
    const client = new Client();
    const membership = new Membership(client.consumer, session);
    expect(membership.isCertain).toBe(false);
    client.answered('SyncGroup', 'join');
    vi.advanceTimersByTime(19_999);
    expect(membership.isCertain).toBe(true);
    vi.advanceTimersByTime(1);
    expect(membership.isCertain).toBe(false);
    client.answered('Heartbeat', 'heartbeat');
    expect(membership.isCertain).toBe(true);
  });

  it('counts from the sending: an answer that was read after a long freeze proves nothing', () => {
    const client = new Client();
    const membership = new Membership(client.consumer, session);
    client.answered('SyncGroup', 'join');
    vi.advanceTimersByTime(60_000);
    client.answered('Heartbeat', 'heartbeat', 60_000);
    expect(membership.isCertain).toBe(false);
  });

  it('takes no other answer, and no refusal, for a sign of life', () => {
    const client = new Client();
    const membership = new Membership(client.consumer, session);
    client.answered('SyncGroup', 'join');
    vi.advanceTimersByTime(25_000);
    client.answered('Fetch', 'heartbeat');
    client.answered('Heartbeat', undefined);
    expect(membership.isCertain).toBe(false);
  });
});
