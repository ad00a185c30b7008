import { createInProcessBus, type InProcessBus } from '@culprit/bus';
import { allTopics, decodeRawRecord, topics } from '@culprit/contracts';
import { StructuringStage } from '@culprit/pipeline';
import { silentLogger } from '@culprit/platform';
import { afterEach, describe, expect, it } from 'vitest';
import { createRuleCatchUp } from './missing-rules.js';

type RuleChange = Parameters<StructuringStage['applyRules']>[1][number];
const about = { environment: '', logType: '', templates: ['job <*> done'] };
const pin: RuleChange = { ruleId: 'a', version: 7, rule: { kind: 'pin', ...about } };
const mute: RuleChange = {
  ruleId: 'b',
  version: 7,
  rule: { kind: 'mute', ...about, untilMillis: Infinity, reason: 'known' },
};

describe('rules that were stored but never handed over', () => {
  let bus: InProcessBus | undefined;
  afterEach(() => bus?.close());

  it('are handed over once after a start, and only those that are missing', async () => {
    const opened = await createInProcessBus({
      topics: allTopics.map((topic) => ({ ...topic, partitions: 1 })),
      logger: silentLogger,
    });
    bus = opened;
    const received: RuleChange[] = [];
    await opened.subscribe({
      topic: topics.rawLogs.name,
      group: 'test',
      onBatch: (batch) => {
        for (const { value } of batch.records) {
          const content = decodeRawRecord(value);
          if (content.kind === 'rules') received.push(...content.changes);
        }
        return Promise.resolve();
      },
    });
    const stage = new StructuringStage({ lane: 0 });
    stage.applyRules(0, [pin]);
    const stages = new Map<number, StructuringStage>();
    const rules = { list: () => Promise.resolve([pin, mute]) };
    const catchUp = createRuleCatchUp({ bus: opened, rules, stages });
    await catchUp();
    stages.set(0, stage);
    await catchUp();
    await catchUp();
    await expect.poll(() => received).toEqual([mute]);
  });
});
