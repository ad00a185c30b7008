import type { LogTypeName } from '@culprit/kernel';
import type { StreamDescriptor } from '@culprit/records';

/** Log type of the streams over the limit. */
export const overflowLogType = '__other__' as LogTypeName;

const IDLE_MILLIS = 3_600_000;
const SWEEP_MILLIS = 60_000;

interface Activity {
  lastSeenMillis: number;
  isForgotten: boolean;
}

/**
 * Keeps the number of streams that are told apart bounded: a sender that puts a request id into the pod name must not
 * cost memory in every stage. New streams over the limit share one stream per environment until others fall idle.
 */
export class StreamLimiter {
  readonly #maxActive: number;
  readonly #activityByKey = new Map<string, Activity>();
  /** The reader hands out the same object for the same stream, so most lookups need no key. */
  readonly #activityByStream = new WeakMap<StreamDescriptor, Activity>();
  readonly #overflowByEnvironment = new Map<string, StreamDescriptor>();
  #nextSweepMillis = 0;
  #lastFoldMillis = -Infinity;

  constructor(maxActive: number) {
    this.#maxActive = maxActive;
  }

  get activeCount(): number {
    return this.#activityByKey.size;
  }

  /** True when a stream was folded within the last hour. */
  isFolding(nowMillis: number): boolean {
    return nowMillis - this.#lastFoldMillis < IDLE_MILLIS;
  }

  /** The stream itself, or the shared one of its environment. Amortised O(1). */
  admit(stream: StreamDescriptor, nowMillis: number): StreamDescriptor {
    const known = this.#activityByStream.get(stream);
    if (known?.isForgotten === false) {
      known.lastSeenMillis = nowMillis;
      return stream;
    }
    const key = keyOf(stream);
    let activity = this.#activityByKey.get(key);
    if (activity === undefined) {
      if (this.#activityByKey.size >= this.#maxActive) this.#sweep(nowMillis);
      if (this.#activityByKey.size >= this.#maxActive) {
        this.#lastFoldMillis = nowMillis;
        return this.#overflow(stream);
      }
      activity = { lastSeenMillis: nowMillis, isForgotten: false };
      this.#activityByKey.set(key, activity);
    }
    activity.lastSeenMillis = nowMillis;
    this.#activityByStream.set(stream, activity);
    return stream;
  }

  #overflow(stream: StreamDescriptor): StreamDescriptor {
    const known = this.#overflowByEnvironment.get(stream.environment);
    if (known !== undefined) return known;
    const shared: StreamDescriptor = {
      environment: stream.environment,
      logType: overflowLogType,
      namespace: '',
      service: '',
      pod: '',
      container: '',
      host: '',
    };
    // Environments come from the sender too: past the limit they are not remembered, only made anew each time.
    if (this.#overflowByEnvironment.size < this.#maxActive)
      this.#overflowByEnvironment.set(stream.environment, shared);
    return shared;
  }

  /** Forgets streams without a line for an hour; at most once a minute, because it looks at all of them. */
  #sweep(nowMillis: number): void {
    if (nowMillis < this.#nextSweepMillis) return;
    this.#nextSweepMillis = nowMillis + SWEEP_MILLIS;
    for (const [key, activity] of this.#activityByKey) {
      if (activity.lastSeenMillis >= nowMillis - IDLE_MILLIS) continue;
      activity.isForgotten = true;
      this.#activityByKey.delete(key);
    }
  }
}

function keyOf(stream: StreamDescriptor): string {
  const { environment, logType, pod, container, host } = stream;
  return [environment, logType, pod, container, host].join('\u0000');
}
