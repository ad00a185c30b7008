import { createRng } from '@culprit/kernel';
import type { EventRows } from '@culprit/pipeline';
import { buildRows } from '../../../libs/store/src/testing/build-rows.js';

/** Raw batches that both the process that dies and the one that checks can make again from their number. */
export const batchCount = 600;

/** Rows of a batch: mostly a few hundred, sometimes none, sometimes more than one insert holds. */
export function rowCountOf(sequence: number): number {
  const draw = createRng(sequence + 1).next();
  if (draw < 0.05) return 0;
  return draw > 0.99 ? 12_000 : Math.floor(draw * 500);
}

export function batchOf(sequence: number): EventRows {
  const body = `batch ${sequence} ${'x'.repeat(150)}`;
  return buildRows(
    { lane: 0, sequence },
    Array.from({ length: rowCountOf(sequence) }, (_, i) => ({ body: `${body} ${i}` })),
  );
}
