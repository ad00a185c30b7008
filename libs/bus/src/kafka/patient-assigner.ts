import type { PartitionAssigner } from 'kafkajs';
import type { KafkaLibrary } from './codecs.js';

/** Says whether a member may join the group again. */
export interface JoinGate {
  /** True while the member finishes what it began with the partitions that may go to others. */
  isBusy: boolean;
}

/**
 * The client's own assignment, which joins only when the member is done with what it had. The client asks for the
 * protocol right before it joins and knows nothing to wait for; told that a rebalance goes on, it asks again a little
 * later. Without this the next owner of a partition would begin while the last one still stores its rows.
 */
export function patientAssigner(kafka: KafkaLibrary, gate: JoinGate): PartitionAssigner {
  return (config) => {
    const inner = kafka.PartitionAssigners.roundRobin(config);
    return {
      name: inner.name,
      version: inner.version,
      assign: (members) => inner.assign(members),
      protocol(subscription) {
        if (gate.isBusy)
          throw Object.assign(new Error('last words are being said'), { type: 'REBALANCE_IN_PROGRESS' });
        return inner.protocol(subscription);
      },
    };
  };
}
