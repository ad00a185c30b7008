import type { Dice } from '@culprit/testkit';
import { composeCorpus, pickSkewed, plainTime } from '../corpus.js';

const topics = ['orders', 'payments', 'audit', 'clicks'] as const;

function partition(dice: Dice): string {
  return `${dice.pick(topics)}-${dice.below(12)}`;
}

const statements: readonly [(dice: Dice) => string, ...((dice: Dice) => string)[]] = [
  (dice) =>
    `INFO [UnifiedLog partition=${partition(dice)}, dir=/var/lib/kafka] Rolled new log segment at offset ${dice.below(1e9)} in ${dice.below(90)} ms. (kafka.log.UnifiedLog)`,
  (dice) =>
    `INFO [GroupCoordinator ${dice.below(3)}]: Stabilized group ${dice.pick(['billing', 'search', 'mail'])} generation ${dice.below(400)} (__consumer_offsets-${dice.below(50)}) with ${1 + dice.below(6)} members (kafka.coordinator.group.GroupCoordinator)`,
  (dice) =>
    `INFO [ProducerStateManager partition=${partition(dice)}] Wrote producer snapshot at offset ${dice.below(1e9)} with ${dice.below(9)} producer ids in ${dice.below(9)} ms. (org.apache.kafka.storage.internals.log.ProducerStateManager)`,
  (dice) =>
    `INFO [ReplicaFetcherManager on broker ${dice.below(3)}] Removed fetcher for partitions Set(${Array.from({ length: 1 + dice.below(4) }, () => partition(dice)).join(', ')}) (kafka.server.ReplicaFetcherManager)`,
  (dice) =>
    `WARN [ReplicaFetcher replicaId=${dice.below(3)}, leaderId=${dice.below(3)}, fetcherId=0] Partition ${partition(dice)} marked as failed (kafka.server.ReplicaFetcherThread)`,
  (dice) =>
    `ERROR Error while appending records to ${partition(dice)} in dir /var/lib/kafka (kafka.server.LogDirFailureChannel)\njava.io.IOException: No space left on device\n\tat java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)\n\tat kafka.log.LogSegment.append(LogSegment.scala:${150 + dice.below(9)})`,
];

/** A message broker with brackets round the time and the logger at the end. */
export const kafkaBroker = composeCorpus(
  'kafka-broker',
  300,
  (dice, millis) => `[${plainTime(millis, ',')}] ${pickSkewed(dice, statements)(dice)}`,
);
