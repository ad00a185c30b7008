import { LaneClock, type RecordBatch } from '@culprit/records';

/** How far a record may lie behind its lane without a jump: streams of one file are never written at once. */
const toleranceMillis = 60_000;
/** Records in a row behind their lane that make a jump lasting; fewer are stragglers. */
const lastingRecords = 16;

/**
 * Notices when the records of a lane go back in time by more than a minute and stay there, as in files that were
 * written one behind the other. Stragglers and one fast clock are none of that. O(1) per record.
 */
export class LaneOrder {
  readonly #clock = new LaneClock();
  #behind = 0;
  #isBroken = false;

  /** True once the lane went back in time for good. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Looks at the next records of the lane; those without any time (0) say nothing. */
  observe({ length, timeMillis, streamIndex }: RecordBatch): void {
    for (let i = 0; i < length; i++) {
      const time = timeMillis[i] ?? 0;
      if (time === 0) continue;
      if (time < this.#clock.millis - toleranceMillis) {
        this.#behind++;
        if (this.#behind >= lastingRecords) this.#isBroken = true;
      } else {
        this.#behind = 0;
        this.#clock.observe(streamIndex[i] ?? 0, time);
      }
    }
  }

  /** The lane is over: what is behind now did not come back. */
  finish(): void {
    if (this.#behind > 0) this.#isBroken = true;
  }
}
