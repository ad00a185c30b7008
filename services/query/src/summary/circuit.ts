/** Failures in a row after which nobody is asked for a while. */
const maxFailures = 3;
const openMs = 600_000;

/** Stops asking a provider that does not answer, and lets one question try again later. Source: Nygard 2007, "Release It!". */
export class Circuit {
  #failures = 0;
  #openUntil = 0;

  /** ms since 1970 until which nobody is asked; undefined while asking is fine. */
  openUntil(now: number): number | undefined {
    return now < this.#openUntil ? this.#openUntil : undefined;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(now: number): void {
    this.#failures++;
    if (this.#failures >= maxFailures) this.#openUntil = now + openMs;
  }
}
