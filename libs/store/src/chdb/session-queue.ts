import { storeError } from '../errors.js';
import type { EngineSession } from './engine-session.js';

/** Statements that may wait for a session before new ones are refused. */
const maxWaiting = 256;

/** Hands sessions of one kind to one statement at a time, first come first served. */
export class SessionQueue {
  readonly #sessions: readonly EngineSession[];
  readonly #idle: EngineSession[];
  readonly #waiting: ((session: EngineSession) => void)[] = [];
  #whenIdle: (() => void) | undefined;

  constructor(sessions: readonly EngineSession[]) {
    this.#sessions = sessions;
    this.#idle = [...sessions];
  }

  /** Runs `work` with a session of its own; the session is free again when the engine, not the caller, is done. */
  async use<Result>(work: (session: EngineSession) => Promise<Result>): Promise<Result> {
    const session = await this.#acquire();
    try {
      return await work(session);
    } finally {
      this.#release(session);
    }
  }

  /** Waits until every accepted statement has ended, then closes the sessions. */
  async close(): Promise<void> {
    if (this.#idle.length < this.#sessions.length) {
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve;
      });
    }
    for (const session of this.#sessions) session.close();
  }

  #acquire(): Promise<EngineSession> {
    const session = this.#idle.pop();
    if (session !== undefined) return Promise.resolve(session);
    if (this.#waiting.length >= maxWaiting) {
      throw storeError('CULPRIT_STORE_BUSY', {
        message: `${maxWaiting} statements wait for the engine already`,
        isRetryable: true,
        hint: 'Send fewer requests at a time.',
      });
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #release(session: EngineSession): void {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next(session);
      return;
    }
    this.#idle.push(session);
    if (this.#idle.length === this.#sessions.length) this.#whenIdle?.();
  }
}
