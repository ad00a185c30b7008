/** Wrong passwords in a row after which a name, or an address, has to wait. */
const freeFailures = 5;
const firstWaitMillis = 15_000;
const longestWaitMillis = 900_000;
const maxEntries = 10_000;

interface Entry {
  readonly failures: number;
  readonly waitUntil: number;
}

/** Makes guessing passwords slow: waits double with every failure. Bounded: of too many keys the oldest is forgotten. */
export class SignInThrottle {
  readonly #entries = new Map<string, Entry>();

  /** Milliseconds to wait before any of these keys may try; 0 for now. */
  waitMillis(keys: readonly string[], nowMillis: number): number {
    return Math.max(0, ...keys.map((key) => (this.#entries.get(key)?.waitUntil ?? 0) - nowMillis));
  }

  failed(keys: readonly string[], nowMillis: number): void {
    for (const key of keys) {
      const failures = (this.#entries.get(key)?.failures ?? 0) + 1;
      const doublings = failures - freeFailures;
      const wait = doublings < 0 ? 0 : Math.min(longestWaitMillis, firstWaitMillis * 2 ** doublings);
      this.#entries.delete(key);
      this.#entries.set(key, { failures, waitUntil: nowMillis + wait });
    }
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries) break;
      this.#entries.delete(key);
    }
  }

  succeeded(keys: readonly string[]): void {
    for (const key of keys) this.#entries.delete(key);
  }
}
