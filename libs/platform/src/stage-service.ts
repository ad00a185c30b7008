import type { Bus, Subscription } from '@culprit/bus';
import { AppError, type Logger } from '@culprit/kernel';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Health } from './health.js';
import type { StageRunner } from './stage-runner.js';
import type { StageTelemetry } from './telemetry/stage-telemetry.js';

/** Settings of {@link StageService}. */
export interface StageServiceOptions {
  readonly stage: string;
  readonly topic: string;
  /** Consumer group whose offsets the stage commits. */
  readonly group: string;
  readonly bus: Bus;
  readonly runner: StageRunner;
  readonly health: Health;
  readonly logger: Logger;
  readonly telemetry?: StageTelemetry | undefined;
  /** How long stored rows may wait before they can be queried. */
  readonly flushIntervalMs: number;
  /** How much wall time of work a crash may repeat. */
  readonly checkpointIntervalMs: number;
  /** Called after every flush tick; for work that depends on the wall clock. */
  readonly onTick?: (service: StageService) => Promise<void>;
}

/** Records waiting from which a stage counts as behind: more than the one it may be at. */
const behindRecords = 2;
/** Flush ticks in a row that a stage leaves out while it is behind. */
const maxSkippedFlushes = 3;

/** Starts a stage with the application, keeps its timers, and stops it in order: no more input, checkpoint, done. */
export class StageService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #options: StageServiceOptions;
  readonly #timers: NodeJS.Timeout[] = [];
  #subscription: Subscription | undefined;
  #skippedFlushes = 0;

  constructor(options: StageServiceOptions) {
    this.#options = options;
    options.health.addCheck(options.stage, () => this.#readiness());
    options.health.addLag(options.stage, () => this.#lag());
    options.telemetry?.observeLag(() => this.#lag());
  }

  /** The subscription, for lag; undefined before the start. */
  get subscription(): Subscription | undefined {
    return this.#subscription;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { bus, runner, group, topic, flushIntervalMs, checkpointIntervalMs, onTick } = this.#options;
    const subscription = await bus.subscribe({
      topic,
      group,
      onAssigned: (partitions, isOurs) => runner.restore(partitions, isOurs),
      onRevoking: () => runner.checkpoint(),
      fromOffsets: (partition) => runner.nextOffset(partition),
      onBatch: (batch) => runner.handle(batch),
    });
    runner.attach(subscription);
    this.#subscription = subscription;
    this.#every(flushIntervalMs, 'flush', async () => {
      if (!this.#canWait()) await runner.flush();
      await onTick?.(this);
    });
    this.#every(checkpointIntervalMs, 'checkpoint', () => runner.checkpoint());
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#subscription?.close();
  }

  /** Runs `work` again and again, never twice at once; a failure is logged and the next tick tries again. */
  #every(intervalMs: number, what: string, work: () => Promise<void>): void {
    let isBusy = false;
    const tick = async (): Promise<void> => {
      if (isBusy) return;
      isBusy = true;
      try {
        await work();
      } catch (error) {
        const { logger, stage } = this.#options;
        // A store or a broker that is away for a while is no fault of ours: the next tick tries again.
        const isPassing = error instanceof AppError && error.isRetryable;
        if (isPassing)
          logger.warn({ stage, what, code: error.code, reason: error.message }, 'stage timer waits');
        else logger.error({ stage, what, err: error }, 'stage timer failed');
      } finally {
        isBusy = false;
      }
    };
    const timer = setInterval(() => void tick(), intervalMs);
    timer.unref();
    this.#timers.push(timer);
  }

  /**
   * A stage that is behind fills its groups by itself: a flush would hold it up and make them small, and a small insert
   * costs as much as a large one.
   */
  #canWait(): boolean {
    const isBehind = this.#lag() >= behindRecords;
    this.#skippedFlushes =
      isBehind && this.#skippedFlushes < maxSkippedFlushes ? this.#skippedFlushes + 1 : 0;
    return this.#skippedFlushes > 0;
  }

  #lag(): number {
    return (this.#subscription?.lag() ?? []).reduce((sum, { lag }) => sum + lag, 0);
  }

  #readiness(): string | undefined {
    if (this.#subscription === undefined) return `${this.#options.stage} is starting`;
    const failure = this.#options.runner.failure;
    return failure === undefined ? undefined : `${this.#options.stage} stopped: ${failure.message}`;
  }
}
