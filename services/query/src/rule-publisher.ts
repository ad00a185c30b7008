import type { Bus } from '@culprit/bus';
import { encodeRuleChanges, topics } from '@culprit/contracts';
import { anonymousTenant } from '@culprit/platform';
import type { RulePublisher } from './rules.service.js';

/** Rules go among the lines of every partition: a stage applies them where it meets them, in any replay. */
export function createRulePublisher(bus: Pick<Bus, 'publish' | 'partitionCount'>): RulePublisher {
  return {
    async publish(tenant, changes) {
      // The pipeline structures the logs of one tenant; rules of another wait in the store.
      if (tenant !== anonymousTenant || changes.length === 0) return;
      const { name, maxRecordBytes } = topics.rawLogs;
      const values = encodeRuleChanges(changes, maxRecordBytes);
      for (let partition = 0; partition < bus.partitionCount(name); partition++)
        await bus.publish(
          name,
          values.map((value) => ({ key: 'rules', value, partition })),
        );
    },
  };
}
