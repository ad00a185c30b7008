import { createKafkaBus, type KafkaBusOptions } from '@culprit/bus';
import { inject } from 'vitest';
import type { BusUnderTest, ContractTopic } from './bus.contract.js';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Options for the broker of this run: nothing in them waits longer than a test should. */
export function kafkaOptions(topics: readonly ContractTopic[]): KafkaBusOptions {
  return {
    brokers: inject('kafkaBrokers').split(','),
    clientId: 'culprit-test',
    topics,
    logger: silent,
    retry: { firstMs: 1, maxMs: 20 },
    onFatal(error) {
      throw error;
    },
  };
}

/** A bus over the broker; what it keeps outlives it, so the same topics can be opened again. */
export async function openKafka(topics: readonly ContractTopic[]): Promise<BusUnderTest> {
  const bus = await createKafkaBus(kafkaOptions(topics));
  return {
    bus,
    async reopen() {
      await bus.close();
      return openKafka(topics);
    },
    dispose: () => bus.close(),
  };
}
