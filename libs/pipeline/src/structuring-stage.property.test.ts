import { encodeUtf8 } from '@culprit/kernel';
import { EnvelopeReader } from '@culprit/records';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StructuringStage, type Structured } from './structuring-stage.js';

const runs = { seed: 20_260_304, numRuns: 40 };

const text = fc.oneof(
  fc
    .tuple(fc.constantFrom('ann', 'bob', 'cleo', 'dan'), fc.nat(999))
    .map(([a, n]) => `user ${a} opened ${n} files`),
  fc.nat(99_999).map((n) => `request ${n} took ${n % 70} ms`),
  fc.constantFrom('ready', 'cache is cold', 'ERROR disk full on /data'),
);
const batch = fc.array(text, { minLength: 1, maxLength: 25 });
const batches = fc.array(batch, { minLength: 1, maxLength: 8 });

/** Pushes one batch of lines, a second apart from line to line, and keeps what came out. */
function deliver(stage: StructuringStage, sequence: number, lines: readonly string[]): Outcome {
  const records = lines.map((line, i) => {
    const time = new Date(Date.UTC(2026, 2, 3, 9, sequence, i)).toISOString();
    return `${JSON.stringify({ time, service: 'shop', log: line })}\n`;
  });
  const reader = new EnvelopeReader({ defaults: { environment: 'test' } });
  const read = reader.read(encodeUtf8(records.join('')), 'ndjson', Number.NaN);
  return copyOf(stage.push(sequence, read.batch));
}

/** What came out, copied: the stage reuses its rows. */
interface Outcome {
  readonly counted: Structured['batch'];
  readonly templateOfRecord: readonly (string | undefined)[];
  readonly templates: Structured['rows']['templates'];
}

function copyOf({ batch: counted, rows }: Structured): Outcome {
  const indices = [...rows.templateIndex.subarray(0, rows.records.length)];
  const templateOfRecord = indices.map((index) => rows.templateIds[index]);
  return { counted, templateOfRecord, templates: rows.templates };
}

describe('delivery', () => {
  it('that is repeated after a restart from a snapshot has the same outcome', () => {
    fc.assert(
      fc.property(batches, fc.nat(), (log, at) => {
        const stage = new StructuringStage({ lane: 0 });
        const saveAt = at % log.length;
        let snapshot = stage.snapshot();
        const outcomes = log.map((lines, sequence) => {
          if (sequence === saveAt) snapshot = stage.snapshot();
          return deliver(stage, sequence, lines);
        });
        const restored = StructuringStage.restore(snapshot, { lane: 0 });
        expect(restored.lastSequence).toBe(saveAt - 1);
        const again = log.slice(saveAt).map((lines, i) => deliver(restored, saveAt + i, lines));
        expect(again).toEqual(outcomes.slice(saveAt));
        expect(restored.snapshot()).toEqual(stage.snapshot());
      }),
      runs,
    );
  });

  it('of lines that are known teaches nothing', () => {
    fc.assert(
      fc.property(batches, (log) => {
        const stage = new StructuringStage({ lane: 0 });
        log.forEach((lines, sequence) => deliver(stage, sequence, lines));
        stage.flush(log.length);
        const again = log.map((lines, i) => deliver(stage, log.length + 1 + i, lines));
        const last = copyOf(stage.flush(2 * log.length + 1));
        expect([...again, last].flatMap(({ templates }) => templates)).toEqual([]);
      }),
      runs,
    );
  });
});
