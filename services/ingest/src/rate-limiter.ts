/** Bytes a tenant may send: a token bucket each, refilled by the clock. */
export class RateLimiter {
  readonly #bytesPerSecond: number;
  readonly #burstBytes: number;
  readonly #bucketByTenant = new Map<string, { tokens: number; millis: number }>();

  /** @param bytesPerSecond 0 turns the limiter off */
  constructor(bytesPerSecond: number, burstBytes: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#burstBytes = burstBytes;
  }

  /**
   * Charges a request. One that starts with any allowance left passes whole and may leave a debt, so a single large
   * batch is slowed, not refused for ever.
   *
   * @returns 0 when it passes, else the whole seconds until the debt is paid, >= 1
   */
  charge(tenant: string, bytes: number, nowMillis: number): number {
    if (this.#bytesPerSecond === 0) return 0;
    const bucket = this.#bucketByTenant.get(tenant) ?? { tokens: this.#burstBytes, millis: nowMillis };
    const elapsedMillis = Math.max(0, nowMillis - bucket.millis);
    const tokens = Math.min(this.#burstBytes, bucket.tokens + (elapsedMillis * this.#bytesPerSecond) / 1000);
    const isAllowed = tokens > 0;
    this.#bucketByTenant.set(tenant, { tokens: isAllowed ? tokens - bytes : tokens, millis: nowMillis });
    return isAllowed ? 0 : Math.max(1, Math.ceil((1 - tokens) / this.#bytesPerSecond));
  }
}
