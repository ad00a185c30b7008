import type { ReceivedRecord } from '@culprit/bus';
import { decodeRawRecord, encodeStructuredBatch, topics } from '@culprit/contracts';
import type { StructuringStage, TemplateRow } from '@culprit/pipeline';
import type { StageOutput, StageState } from '@culprit/platform';
import type { EventWriter, TemplateRepository } from '@culprit/store';

/** Dependencies of {@link createStructuringState}. */
export interface StructuringStateOptions {
  readonly partition: number;
  readonly stage: StructuringStage;
  readonly writer: EventWriter;
  readonly templates: TemplateRepository;
}

/** Structuring on one partition: raw records in, stored rows and structured batches out. */
export function createStructuringState(options: StructuringStateOptions): StageState {
  const { partition, stage, writer, templates } = options;
  let pendingTemplates: TemplateRow[] = [];

  return {
    async apply(record: ReceivedRecord): Promise<readonly StageOutput[]> {
      const content = decodeRawRecord(record.value);
      const structured =
        content.kind === 'lines'
          ? stage.push(record.offset, content.batch)
          : stage.advance(record.offset, content.progress.highestTimeMillis);
      pendingTemplates.push(...structured.rows.templates);
      await writer.append(structured.rows);
      const value = encodeStructuredBatch(structured.batch);
      return [{ topic: topics.structuredEvents.name, key: record.key, value, partition }];
    },
    async flush() {
      if (pendingTemplates.length > 0) {
        await templates.save(pendingTemplates, stage.lastSequence);
        pendingTemplates = [];
      }
      await writer.flush();
    },
    snapshot: () => stage.snapshot(),
  };
}
