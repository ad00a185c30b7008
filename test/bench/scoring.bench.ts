import { StructuringStage } from '@culprit/pipeline';
import { detectFormat, EnvelopeReader, RawBatchBuilder } from '@culprit/records';
import { Scorer, type StructuredBatch } from '@culprit/scoring';
import { measure } from './cost.ts';
import type { Bench } from './run.ts';
import { blocksOf, createLoad } from './scenario-lines.ts';

/** What scoring costs a line: batches are structured beforehand, so that only the scorer is measured. */
export const benchScoring: Bench = async ({ isFast, lines = isFast ? 100_000 : 1_000_000 }) => {
  const batches = structured(lines);
  const scorer = new Scorer();
  let anomalies = 0;
  const scoring = await measure(() => {
    for (const batch of batches) anomalies += scorer.push(batch).anomalies.length;
    anomalies += scorer.flush().anomalies.length;
    return Promise.resolve();
  });
  if (anomalies === 0) throw new Error('a scorer that finds nothing was measured');
  let bytes: Uint8Array = new Uint8Array();
  const saving = await measure(() => {
    bytes = scorer.snapshot();
    return Promise.resolve();
  });
  const templates = templatesOf(batches);
  const exemplars = batches.reduce((sum, batch) => sum + batch.exemplars.length, 0);
  return [
    { name: 'lines', value: lines, unit: 'lines' },
    { name: 'whole events among them', value: exemplars, unit: 'events' },
    { name: 'scoring, CPU a line', value: (scoring.cpuMs * 1_000) / lines, unit: 'µs', goal: '< 1' },
    { name: 'scoring, CPU a whole event', value: (scoring.cpuMs * 1_000) / exemplars, unit: 'µs' },
    { name: 'snapshot, bytes a template', value: bytes.length / templates, unit: 'bytes' },
    { name: 'snapshot, CPU', value: saving.cpuMs, unit: 'ms' },
  ];
};

/** Batches of about a thousand lines, as they come from the bus. */
function structured(lines: number): StructuredBatch[] {
  const stage = new StructuringStage({ lane: 0 });
  const defaults = { environment: 'bench', file: 'bench.ndjson' };
  const reader = new EnvelopeReader({ defaults, builder: new RawBatchBuilder() });
  const batches: StructuredBatch[] = [];
  for (const { text } of blocksOf(createLoad(7, 12), { limit: lines, blockBytes: 1 << 19 })) {
    const bytes = new TextEncoder().encode(text);
    const { batch } = reader.read(bytes, detectFormat(bytes), Number.NaN);
    batches.push(stage.push(batches.length, batch).batch);
  }
  batches.push(stage.flush(batches.length).batch);
  return batches;
}

function templatesOf(batches: readonly StructuredBatch[]): number {
  const ids = new Set<string>();
  for (const { counts } of batches) for (const { templateId } of counts) ids.add(templateId);
  return ids.size;
}
