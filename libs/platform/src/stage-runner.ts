import {
  deadLetterOf,
  type BusBatch,
  type BusProducer,
  type BusRecord,
  type ReceivedRecord,
  type Subscription,
} from '@culprit/bus';
import { AppError, type Logger } from '@culprit/kernel';
import type { SnapshotStore } from '@culprit/store';
import type { StageTelemetry } from './telemetry/stage-telemetry.js';
import {
  silentTracing,
  traceHeader,
  tracedHeaders,
  type ActiveSpan,
  type Tracing,
} from './telemetry/tracing.js';

/** A record for another topic. */
export interface StageOutput extends BusRecord {
  readonly topic: string;
}

/** The state machine of one stage on one partition, behind its codec. */
export interface StageState {
  /**
   * Applies one record and says what to publish. A record that can never be read throws a non-retryable AppError and
   * leaves the state as it was: it becomes a dead letter.
   */
  apply(record: ReceivedRecord): Promise<readonly StageOutput[]>;
  /** Makes side effects (stored rows) durable; called before every checkpoint and on the flush timer. */
  flush(): Promise<void>;
  /** Gives up side effects under way; called before somebody opens the partition anew. */
  close?(): Promise<void>;
  /** Bytes from which the state continues exactly. */
  snapshot(): Uint8Array;
}

/** Settings of {@link StageRunner}. */
export interface StageRunnerOptions {
  readonly stage: string;
  readonly snapshots: SnapshotStore;
  readonly producer: BusProducer;
  readonly logger: Logger;
  /** Consumer group of the stage, named in dead letters. */
  readonly group: string;
  /** Where records go that can never be read. */
  readonly deadLetterTopic: string;
  /** Called before partitions are opened anew: what was opened before is used no more. */
  readonly onReset?: (() => void) | undefined;
  /** Called when a partition cannot go on before it is opened anew. */
  readonly onBroken?: ((error: Error) => void) | undefined;
  /** Opens the state of a partition, from a snapshot where there is one. */
  readonly open: (partition: number, snapshot: Uint8Array | undefined, isOurs: () => boolean) => StageState;
  /** Bytes of input between two checkpoints, default 64 MiB. */
  readonly checkpointBytes?: number;
  readonly telemetry?: StageTelemetry | undefined;
  /** Follows every record through the stage; off by default. */
  readonly tracing?: Tracing | undefined;
}

interface Lane {
  readonly partition: number;
  readonly state: StageState;
  readonly isOurs: () => boolean;
  /** Offset of the last record applied, -1 before the first. */
  applied: number;
  checkpointed: number;
  bytesSinceCheckpoint: number;
  /** Outputs of applied records whose publication has not succeeded yet. */
  unpublished: StageOutput[];
  /** Set when a record was applied in part: only a restart from the snapshot makes the state whole again. */
  broken: Error | undefined;
  /** Calls of one lane never overlap. */
  tail: Promise<unknown>;
}

/**
 * Runs a stage over a topic so that nothing is lost and nothing counts twice: apply, publish, then checkpoint.
 *
 * A checkpoint makes side effects durable, saves the state and only then commits the offset; after a crash the state
 * goes back to the snapshot and the records behind it come again, with the same outputs.
 */
export class StageRunner {
  readonly #options: StageRunnerOptions;
  readonly #tracing: Tracing;
  readonly #lanes = new Map<number, Lane>();
  #subscription: Pick<Subscription, 'commit'> | undefined;
  #deadLetters = 0;

  constructor(options: StageRunnerOptions) {
    this.#options = options;
    this.#tracing = options.tracing ?? silentTracing;
  }

  /** Records that could not be read since the start. */
  get deadLetters(): number {
    return this.#deadLetters;
  }

  /**
   * Opens the partitions from their snapshots and forgets all others: somebody else may have worked on them since, and
   * a state that was ahead would store rows a second time. {@link nextOffset} is known afterwards.
   */
  async restore(partitions: readonly number[], isOurs: () => boolean = () => true): Promise<void> {
    const { stage, snapshots, open, onReset } = this.#options;
    const left = [...this.#lanes.values()];
    this.#lanes.clear();
    await Promise.all(left.map(async ({ state }) => state.close?.()));
    onReset?.();
    for (const partition of partitions) {
      const snapshot = await snapshots.loadLatest({ stage, lane: partition });
      const applied = snapshot?.sequence ?? -1;
      this.#lanes.set(partition, {
        partition,
        state: open(partition, snapshot?.payload, isOurs),
        isOurs,
        applied,
        checkpointed: applied,
        bytesSinceCheckpoint: 0,
        unpublished: [],
        broken: undefined,
        tail: Promise.resolve(),
      });
    }
  }

  /** What stopped a partition until the next restart, undefined while all is well. */
  get failure(): Error | undefined {
    for (const lane of this.#lanes.values()) if (lane.broken !== undefined) return lane.broken;
    return undefined;
  }

  /** First offset to read after {@link restore}; undefined where nothing is known. */
  nextOffset(partition: number): number | undefined {
    const applied = this.#lanes.get(partition)?.applied ?? -1;
    return applied < 0 ? undefined : applied + 1;
  }

  /** Where checkpoints commit offsets to. */
  attach(subscription: Pick<Subscription, 'commit'>): void {
    this.#subscription = subscription;
  }

  /** Handles one bus batch; may be called again with the same batch after a failure. */
  async handle(batch: BusBatch): Promise<void> {
    const { telemetry } = this.#options;
    const start = performance.now();
    try {
      const bytes = await exclusively(this.#laneOf(batch.partition), (lane) => this.#work(lane, batch));
      const seconds = (performance.now() - start) / 1_000;
      telemetry?.handled({ records: batch.records.length, bytes, seconds });
    } catch (error) {
      telemetry?.failed();
      throw error;
    }
  }

  /** Makes side effects durable on every partition; for the flush timer. */
  async flush(): Promise<void> {
    for (const lane of this.#lanes.values()) await exclusively(lane, () => this.#flush(lane));
  }

  /**
   * Checkpoints every partition that moved; for the checkpoint timer and shutdown. One whose state a record changed in
   * part keeps its last snapshot: with a newer one the record would come again to a state that has seen it.
   */
  async checkpoint(): Promise<void> {
    for (const lane of this.#lanes.values()) {
      await exclusively(lane, async () => {
        if (lane.broken !== undefined) return;
        await this.#publish(lane);
        if (lane.applied > lane.checkpointed) await this.#checkpoint(lane);
      });
    }
  }

  /** Applies the records of a batch that are new and publishes what comes out. Returns their bytes. */
  async #work(lane: Lane, batch: BusBatch): Promise<number> {
    if (lane.broken !== undefined) {
      // It broke while it might have been somebody else's, and was not given away after all.
      if (lane.isOurs()) this.#options.onBroken?.(lane.broken);
      throw lane.broken;
    }
    await this.#publish(lane);
    let bytes = 0;
    for (const record of batch.records) {
      if (record.offset <= lane.applied) continue;
      lane.unpublished.push(...(await this.#traced(lane, batch, record)));
      lane.applied = record.offset;
      bytes += record.value.length;
    }
    lane.bytesSinceCheckpoint += bytes;
    await this.#publish(lane);
    if (lane.bytesSinceCheckpoint >= (this.#options.checkpointBytes ?? 64 * 1_048_576))
      await this.#checkpoint(lane);
    return bytes;
  }

  /** One span a record: what comes out of it belongs to the same trace. */
  #traced(lane: Lane, batch: BusBatch, record: ReceivedRecord): Promise<readonly StageOutput[]> {
    const start = {
      name: this.#options.stage,
      kind: 'consumer',
      parent: record.headers[traceHeader],
      attributes: {
        'messaging.destination.name': batch.topic,
        'messaging.destination.partition.id': batch.partition,
        'messaging.kafka.offset': record.offset,
      },
    } as const;
    return this.#tracing.run(start, async (span) => {
      const outputs = await this.#apply(lane, { batch, record, span });
      if (span.traceparent === undefined) return outputs;
      span.set({ 'culprit.outputs': outputs.length });
      return outputs.map((output) => ({ ...output, ...tracedHeaders(output.headers, span) }));
    });
  }

  async #apply(
    lane: Lane,
    { batch, record, span }: { batch: BusBatch; record: ReceivedRecord; span: ActiveSpan },
  ): Promise<readonly StageOutput[]> {
    try {
      return await lane.state.apply(record);
    } catch (error) {
      if (!(error instanceof AppError) || error.isRetryable || !lane.isOurs()) {
        lane.broken = error instanceof Error ? error : new Error(String(error));
        // A partition that went to somebody else is opened anew, or never again: nothing is broken.
        if (lane.isOurs()) this.#options.onBroken?.(lane.broken);
        throw lane.broken;
      }
      this.#deadLetters++;
      this.#options.telemetry?.deadLetter();
      span.set({ 'culprit.dead_letter': error.code });
      const { stage, group, deadLetterTopic, logger } = this.#options;
      const position = { stage, topic: batch.topic, partition: batch.partition, offset: record.offset };
      logger.error({ ...position, code: error.code, reason: error.message }, 'record became a dead letter');
      const { topic, partition } = batch;
      return [{ topic: deadLetterTopic, ...deadLetterOf({ topic, partition, group, record, error }) }];
    }
  }

  /** Writes nothing for a partition that may be somebody else's by now. */
  async #flush(lane: Lane): Promise<void> {
    if (!lane.isOurs()) throw fenced(lane);
    await lane.state.flush();
    if (!lane.isOurs()) throw fenced(lane);
  }

  async #publish(lane: Lane): Promise<void> {
    while (lane.unpublished.length > 0) {
      const topic = lane.unpublished[0]?.topic ?? '';
      const next = lane.unpublished.findIndex((output) => output.topic !== topic);
      const run = next < 0 ? lane.unpublished.length : next;
      await this.#options.producer.publish(topic, lane.unpublished.slice(0, run));
      this.#options.telemetry?.published(run);
      lane.unpublished.splice(0, run);
    }
  }

  async #checkpoint(lane: Lane): Promise<void> {
    const { stage, snapshots, telemetry } = this.#options;
    const start = performance.now();
    const offset = lane.applied;
    await this.#flush(lane);
    const payload = lane.state.snapshot();
    await snapshots.save({ stage, lane: lane.partition }, { sequence: offset, payload });
    await this.#subscription?.commit(lane.partition, offset + 1);
    telemetry?.checkpoint({ seconds: (performance.now() - start) / 1_000, bytes: payload.length });
    lane.checkpointed = offset;
    lane.bytesSinceCheckpoint = 0;
  }

  #laneOf(partition: number): Lane {
    const lane = this.#lanes.get(partition);
    if (lane === undefined) throw new Error(`partition ${partition} was not restored`);
    return lane;
  }
}

function exclusively<Result>(lane: Lane, work: (lane: Lane) => Promise<Result>): Promise<Result> {
  const start = (): Promise<Result> => work(lane);
  const result = lane.tail.then(start, start);
  lane.tail = result.catch(() => {});
  return result;
}

function fenced({ partition }: Lane): AppError {
  return new AppError({
    code: 'CULPRIT_PLATFORM_FENCED',
    message: `partition ${partition} may be somebody else's by now`,
    isRetryable: true,
  });
}
