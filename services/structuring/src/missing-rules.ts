import type { Bus } from '@culprit/bus';
import { encodeRuleChanges, topics } from '@culprit/contracts';
import type { StructuringStage } from '@culprit/pipeline';
import type { TemplateRuleRepository } from '@culprit/store';

/** Dependencies of {@link createRuleCatchUp}. */
export interface RuleCatchUpOptions {
  readonly bus: Bus;
  readonly rules: Pick<TemplateRuleRepository, 'list'>;
  /** By partition; filled when the stage starts. */
  readonly stages: readonly StructuringStage[];
}

/**
 * Hands rules over that were stored but never reached a partition, because a process died between the two. Runs once
 * after a start: what is set while the process runs is handed over by those who set it.
 */
export function createRuleCatchUp({ bus, rules, stages }: RuleCatchUpOptions): () => Promise<void> {
  let isDone = false;
  return async function catchUp(): Promise<void> {
    if (isDone || stages.length === 0) return;
    const known = await rules.list();
    const { name, maxRecordBytes } = topics.rawLogs;
    for (const [partition, stage] of stages.entries()) {
      const missing = stage.missingRules(known);
      if (missing.length === 0) continue;
      const values = encodeRuleChanges(missing, maxRecordBytes);
      await bus.publish(
        name,
        values.map((value) => ({ key: 'rules', value, partition })),
      );
    }
    isDone = true;
  };
}
