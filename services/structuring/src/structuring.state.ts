import type { ReceivedRecord } from '@culprit/bus';
import {
  batchHeader,
  decodeRawRecord,
  encodeStructuredBatch,
  topics,
  type RawRecordContent,
} from '@culprit/contracts';
import { assertNever, ByteReader, ByteWriter } from '@culprit/kernel';
import {
  StructuringStage,
  type Structured,
  type StructuringOptions,
  type TemplateRow,
} from '@culprit/pipeline';
import type { StageOutput, StageState } from '@culprit/platform';
import type { EventWriter, TemplateRepository } from '@culprit/store';
import { SeenBatches } from './seen-batches.js';
import { spreadBatch } from './spread-batch.js';

/** Dependencies of {@link createStructuringState}. */
export interface StructuringStateOptions {
  readonly stage: StructuringStage;
  readonly seen: SeenBatches;
  readonly writer: EventWriter;
  readonly templates: TemplateRepository;
  /** Partitions of the topic that structured batches go to. */
  readonly scoringPartitions: number;
}

/** Structuring on one partition: raw records in, stored rows and structured batches out. */
export function createStructuringState(options: StructuringStateOptions): StageState {
  const { stage, seen, writer, templates, scoringPartitions } = options;
  let pendingTemplates: TemplateRow[] = [];

  return {
    async apply(record: ReceivedRecord): Promise<readonly StageOutput[]> {
      const content = decodeRawRecord(record.value);
      const request = record.headers[batchHeader];
      if (request !== undefined && !seen.isNew(request)) return [];
      // Repeats take an offset but no sequence, so that event ids do not tell how often a sender had to try.
      const sequence = record.offset - seen.repeats;
      const before = stage.highestTime;
      const structured = applyContent(stage, sequence, content);
      pendingTemplates.push(...structured.rows.templates);
      await writer.append(structured.rows);
      return spreadBatch(structured.batch, before, scoringPartitions).map(({ partition, batch }) => ({
        topic: topics.structuredEvents.name,
        key: record.key,
        value: encodeStructuredBatch(batch),
        partition,
      }));
    },
    async flush() {
      if (pendingTemplates.length > 0) {
        await templates.save(pendingTemplates, stage.lastSequence);
        pendingTemplates = [];
      }
      await writer.flush();
    },
    close: () => writer.abandon(),
    snapshot() {
      const writer = new ByteWriter();
      seen.write(writer);
      writer.bytes(stage.snapshot());
      return writer.toBytes();
    },
  };
}

function applyContent(stage: StructuringStage, sequence: number, content: RawRecordContent): Structured {
  switch (content.kind) {
    case 'lines':
      return stage.push(sequence, content.batch);
    case 'progress':
      return stage.advance(sequence, content.progress.highestTimeMillis);
    case 'rules':
      return stage.applyRules(sequence, content.changes);
    default:
      return assertNever(content);
  }
}

/** The parts of a snapshot of {@link createStructuringState}; empty ones without a snapshot. */
export function restoreStructuring(
  snapshot: Uint8Array | undefined,
  options: StructuringOptions,
): Pick<StructuringStateOptions, 'stage' | 'seen'> {
  if (snapshot === undefined) return { stage: new StructuringStage(options), seen: new SeenBatches() };
  const reader = new ByteReader(snapshot);
  const seen = SeenBatches.read(reader);
  return { seen, stage: StructuringStage.restore(reader.bytes(), options) };
}
