import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { lineOf } from './ledger.ts';

/** How a sender sends. */
export interface SenderOptions {
  readonly streams: number;
  readonly linesPerRequest: number;
  readonly linesPerSecond: number;
  /** Where ingest is now: its processes come and go. */
  readonly address: () => string;
}

const retryPauseMs = 300;
const requestTimeoutMs = 20_000;

/** Sends numbered lines of several streams, each request again under its id until it is acknowledged. */
export class Sender {
  readonly acknowledged = new Map<string, number>();
  /** Milliseconds from the first attempt of a request to its 200. */
  readonly latencies: number[] = [];
  retries = 0;
  readonly #options: SenderOptions;
  readonly #running: Promise<void>[];
  #isStopping = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#running = Array.from({ length: options.streams }, (_, n) => this.#run(`s${n}`));
  }

  get lines(): number {
    return [...this.acknowledged.values()].reduce((sum, lines) => sum + lines, 0);
  }

  /** Resolves when every request under way is acknowledged. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#running);
  }

  async #run(stream: string): Promise<void> {
    const { streams, linesPerRequest, linesPerSecond } = this.#options;
    const intervalMs = (1_000 * streams * linesPerRequest) / linesPerSecond;
    for (let first = 0; !this.#isStopping; first += linesPerRequest) {
      const start = performance.now();
      const numbers = Array.from({ length: linesPerRequest }, (_, n) => first + n);
      await this.#untilAcknowledged(stream, numbers.map((number) => lineOf(stream, number)).join(''));
      this.acknowledged.set(stream, first + linesPerRequest);
      this.latencies.push(performance.now() - start);
      await sleep(Math.max(0, intervalMs - (performance.now() - start)));
    }
  }

  async #untilAcknowledged(stream: string, body: string): Promise<void> {
    const headers = { 'content-type': 'text/plain', 'x-batch-id': randomUUID() };
    for (;;) {
      const status = await fetch(
        `${this.#options.address()}/ingest/v1/logs?service=${stream}&pod=${stream}-0`,
        {
          method: 'POST',
          headers,
          body,
          signal: AbortSignal.timeout(requestTimeoutMs),
        },
      ).then(
        async (response) => {
          await response.arrayBuffer();
          return response.status;
        },
        () => 0,
      );
      if (status === 200) return;
      if (status >= 400 && status < 500 && status !== 429) throw new Error(`ingest answered ${status}`);
      this.retries += 1;
      await sleep(retryPauseMs);
    }
  }
}
