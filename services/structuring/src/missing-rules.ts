import type { Bus } from '@culprit/bus';
import { encodeRuleChanges, topics } from '@culprit/contracts';
import type { StructuringStage } from '@culprit/pipeline';
import type { TemplateRuleRepository } from '@culprit/store';

/** Dependencies of {@link createRuleCatchUp}. */
export interface RuleCatchUpOptions {
  readonly bus: Bus;
  readonly rules: Pick<TemplateRuleRepository, 'list'>;
  /** By partition; filled when the stage starts, and anew when other partitions are assigned. */
  readonly stages: ReadonlyMap<number, StructuringStage>;
}

/**
 * Hands rules over that were stored but never reached a partition, because a process died between the two. Runs once
 * after the start of a partition: what is set while the process runs is handed over by those who set it.
 */
export function createRuleCatchUp({ bus, rules, stages }: RuleCatchUpOptions): () => Promise<void> {
  const done = new WeakSet<StructuringStage>();
  return async function catchUp(): Promise<void> {
    const started = [...stages].filter(([, stage]) => !done.has(stage));
    if (started.length === 0) return;
    const known = await rules.list();
    const { name, maxRecordBytes } = topics.rawLogs;
    for (const [partition, stage] of started) {
      done.add(stage);
      const missing = stage.missingRules(known);
      if (missing.length === 0) continue;
      const values = encodeRuleChanges(missing, maxRecordBytes);
      await bus.publish(
        name,
        values.map((value) => ({ key: 'rules', value, partition })),
      );
    }
  };
}
