import type { BusBatch, BusConsumer, Subscription } from '@culprit/bus';
import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';

/** What a batch handler (`@EventPattern(topic)`) gets beside the batch. */
export interface BusBatchContext {
  readonly topic: string;
  /** Says that everything of the partition before `offset` is done; see Subscription.commit. */
  commit(offset: number): Promise<void>;
}

/** Options of {@link BusBatchStrategy}. */
export interface BusBatchStrategyOptions {
  readonly bus: BusConsumer;
  /** Consumer group of this service. */
  readonly group: string;
  /** First offset to read, where a snapshot knows better than the bus. */
  readonly fromOffsets?: (topic: string, partition: number) => number | undefined;
}

/**
 * Nest transport over the bus port: every `@EventPattern(topic)` handler takes whole batches of one partition, one at
 * a time. A handler that rejects gets the same batch again; one that resolves moves reading on but commits nothing,
 * the handler commits through its context once its effects are durable.
 */
export class BusBatchStrategy extends Server implements CustomTransportStrategy {
  readonly #options: BusBatchStrategyOptions;
  readonly #subscriptions: Subscription[] = [];

  constructor(options: BusBatchStrategyOptions) {
    super();
    this.#options = options;
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    let failure: unknown;
    try {
      await this.#subscribeAll();
    } catch (error) {
      failure = error;
    }
    callback(failure);
  }

  async close(): Promise<void> {
    await Promise.all(this.#subscriptions.splice(0).map((subscription) => subscription.close()));
  }

  /** How far every partition of every topic has been read. */
  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions;
  }

  override on(): never {
    throw new Error('the bus has no events of its own');
  }

  override unwrap(): never {
    throw new Error('the bus has no client to unwrap');
  }

  async #subscribeAll(): Promise<void> {
    for (const topic of this.getHandlers().keys()) this.#subscriptions.push(await this.#subscribe(topic));
  }

  async #subscribe(topic: string): Promise<Subscription> {
    const { bus, group, fromOffsets } = this.#options;
    const handler = this.getHandlerByPattern(topic);
    if (handler === null) throw new Error(`no handler for topic ${topic}`);
    let subscription: Subscription | undefined;
    const ready = bus.subscribe({
      topic,
      group,
      ...(fromOffsets === undefined
        ? {}
        : { fromOffsets: (partition: number) => fromOffsets(topic, partition) }),
      onBatch: async (batch: BusBatch) => {
        subscription ??= await ready;
        const { partition } = batch;
        const context: BusBatchContext = {
          topic,
          commit: (offset) => (subscription ?? never()).commit(partition, offset),
        };
        const result: unknown = await handler(batch, context);
        await lastValueFrom(this.transformToObservable(result), { defaultValue: undefined });
      },
    });
    subscription = await ready;
    return subscription;
  }
}

function never(): never {
  throw new Error('a batch arrived before its subscription');
}
