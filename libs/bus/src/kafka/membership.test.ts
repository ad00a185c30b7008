import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Membership, type MemberEvents } from './membership.js';

const session = 30_000;

/** A consumer that says what a test wants. */
class Client implements MemberEvents {
  #answered: Parameters<MemberEvents['onAnswer']>[0] = () => undefined;
  #alive: () => void = () => undefined;

  onAnswer(listener: Parameters<MemberEvents['onAnswer']>[0]): void {
    this.#answered = listener;
  }

  onAlive(listener: () => void): void {
    this.#alive = listener;
  }

  /** An answer comes `waitMs` after its request was sent. */
  answered(apiName: string, isAlive: boolean, waitMs = 0): void {
    this.#answered({ apiName, createdAt: Date.now() - waitMs });
    if (isAlive) this.#alive();
  }
}

describe('membership', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('is certain for two thirds of the session after the last sign of life', () => {
    const client = new Client();
    const membership = new Membership(client, session);
    expect(membership.isCertain).toBe(false);
    client.answered('SyncGroup', true);
    vi.advanceTimersByTime(19_999);
    expect(membership.isCertain).toBe(true);
    vi.advanceTimersByTime(1);
    expect(membership.isCertain).toBe(false);
    client.answered('Heartbeat', true);
    expect(membership.isCertain).toBe(true);
  });

  it('counts from the sending: an answer that was read after a long freeze proves nothing', () => {
    const client = new Client();
    const membership = new Membership(client, session);
    client.answered('SyncGroup', true);
    vi.advanceTimersByTime(60_000);
    client.answered('Heartbeat', true, 60_000);
    expect(membership.isCertain).toBe(false);
  });

  it('takes no other answer, and no refusal, for a sign of life', () => {
    const client = new Client();
    const membership = new Membership(client, session);
    client.answered('SyncGroup', true);
    vi.advanceTimersByTime(25_000);
    client.answered('Fetch', true);
    client.answered('Heartbeat', false);
    expect(membership.isCertain).toBe(false);
  });
});
