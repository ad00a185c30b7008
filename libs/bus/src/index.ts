export type {
  Bus,
  BusBatch,
  BusConsumer,
  BusProducer,
  BusRecord,
  PartitionLag,
  ReceivedRecord,
  RecordPosition,
  SubscribeOptions,
  Subscription,
} from './bus.js';
export type { BusErrorCode } from './errors.js';
export { createInProcessBus } from './in-process-bus.js';
export type { BusStats, InProcessBus, InProcessBusOptions } from './in-process-bus.js';
export type { BusTopic, TopicLimits } from './topic-state.js';
export type { RetryPause } from './partition-reader.js';
export { OffsetLedger } from './offset-ledger.js';
export type { OffsetLedgerOptions, OffsetRange } from './offset-ledger.js';
export { partitionOf } from './partitioner.js';
export { deadLetterOf } from './dead-letters.js';
export type { RejectedRecord } from './dead-letters.js';
export { createKafkaBus } from './kafka/kafka-bus.js';
export type { KafkaBus } from './kafka/kafka-bus.js';
export type {
  KafkaBusOptions,
  KafkaCompression,
  KafkaSasl,
  KafkaTls,
  KafkaTopic,
} from './kafka/kafka-options.js';
