/** Records in a row after which a stream that speaks alone moves the clock by itself. */
const aloneAfter = 64;

/**
 * Event time of a lane: the highest time that two streams agree on.
 *
 * One stream whose clock is ahead must not make every other stream late, so a record counts only as far as the latest
 * record of another stream confirms it; a stream that is alone confirms itself. Depends on the order of records only.
 * O(1) per record.
 */
export class LaneClock {
  /** Milliseconds since the epoch, -Infinity before the first record. Never goes back. */
  millis = Number.NEGATIVE_INFINITY;
  #stream = -1;
  #streamMillis = Number.NaN;
  #otherMillis = Number.NaN;
  #run = 0;

  /** A record of `stream` at `millis`. */
  observe(stream: number, millis: number): void {
    if (stream !== this.#stream) {
      this.#otherMillis = this.#streamMillis;
      this.#stream = stream;
      this.#run = 0;
    }
    this.#streamMillis = millis;
    this.#run += 1;
    const isAlone = this.#run > aloneAfter || Number.isNaN(this.#otherMillis);
    this.moveTo(isAlone ? millis : Math.min(millis, this.#otherMillis));
  }

  /** Time has passed for another reason. */
  moveTo(millis: number): void {
    if (millis > this.millis) this.millis = millis;
  }

  /** All state as numbers; the inverse of {@link restore}. */
  toNumbers(): readonly number[] {
    return [this.millis, this.#stream, this.#streamMillis, this.#otherMillis, this.#run];
  }

  /** Number of values of {@link toNumbers}. */
  static readonly size = 5;

  restore(numbers: readonly number[]): void {
    this.millis = numbers[0] ?? Number.NEGATIVE_INFINITY;
    this.#stream = numbers[1] ?? -1;
    this.#streamMillis = numbers[2] ?? Number.NaN;
    this.#otherMillis = numbers[3] ?? Number.NaN;
    this.#run = numbers[4] ?? 0;
  }
}
