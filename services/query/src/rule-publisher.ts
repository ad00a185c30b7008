import type { Bus } from '@culprit/bus';
import { encodeDecisions, encodeRuleChanges, topics } from '@culprit/contracts';
import { anonymousTenant } from '@culprit/platform';
import type { DecisionPublisher } from './decisions.service.js';
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

/** Decisions go among the anomalies of every partition: correlation applies them where it meets them, in any replay. */
export function createDecisionPublisher(bus: Pick<Bus, 'publish' | 'partitionCount'>): DecisionPublisher {
  return {
    async publish(tenant, changes) {
      // The pipeline works for one tenant; decisions of another wait in the store.
      if (tenant !== anonymousTenant || changes.length === 0) return;
      const { name } = topics.scoredAnomalies;
      // One by one: a record has a largest size, and people decide one thing at a time.
      for (let partition = 0; partition < bus.partitionCount(name); partition++)
        await bus.publish(
          name,
          changes.map((change) => ({ key: 'decisions', value: encodeDecisions([change]), partition })),
        );
    },
  };
}
