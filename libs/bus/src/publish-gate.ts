import { busError } from './errors.js';

/** Options of {@link PublishGate}. */
export interface PublishGateOptions {
  readonly topic: string;
  readonly isFull: () => boolean;
  /** Longest wait, then the publisher is turned away. */
  readonly timeoutMs: number;
}

interface Waiter {
  readonly enter: () => void;
  readonly reject: (error: Error) => void;
}

/** Lets publishers in while there is room, first come first served, so that order is kept under back-pressure. */
export class PublishGate {
  readonly #options: PublishGateOptions;
  readonly #waiters = new Set<Waiter>();
  #isClosing = false;

  constructor(options: PublishGateOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Runs `action` as soon as there is room; it runs before anybody who came later. */
  enter<Result>(action: () => Promise<Result>): Promise<Result> {
    if (this.#waiters.size === 0 && !this.#options.isFull()) return action();
    if (this.#isClosing) return Promise.reject(this.#closed());
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        enter: () => {
          leave();
          action().then(resolve, reject);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const timer = setTimeout(() => waiter.reject(this.#full()), this.#options.timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  /** Looks again whether there is room; call it when something was read or freed. */
  changed(): void {
    for (const waiter of this.#waiters) {
      if (this.#options.isFull()) return;
      waiter.enter();
    }
  }

  /** Turns everybody away who waits or would have to. */
  close(): void {
    this.#isClosing = true;
    for (const waiter of this.#waiters) waiter.reject(this.#closed());
  }

  #full(): Error {
    return busError({
      code: 'CULPRIT_BUS_FULL',
      message: `${this.#options.topic}: no room after ${this.#options.timeoutMs} ms`,
      isRetryable: true,
      hint: 'The stage that reads this topic is behind or stopped; try again later.',
    });
  }

  #closed(): Error {
    return busError({ code: 'CULPRIT_BUS_CLOSED', message: `${this.#options.topic}: the bus is closing` });
  }
}
