import type { HeaderLayout } from './header-layout.js';
import { HeaderReader } from './header.js';
import { layoutSampleLines, learnLayout } from './layout-learner.js';
import type { RawLogBatch } from './raw-log-batch.js';
import { timeKind } from './timestamp.js';

const maxSampleBytes = 256;

/** A layout with the lines it was learned from: enough to learn it again. */
export interface PeekedLayout {
  readonly layout: HeaderLayout;
  readonly samples: readonly Uint8Array[];
}

/**
 * The header of a stream of which nobody said when its lines were written, and whose time the general rules do not
 * find: learned from the stream's next lines in the batch. Undefined when there is a time, or no layout that has one.
 */
export function peekLayout(batch: RawLogBatch, from: number): PeekedLayout | undefined {
  const header = new HeaderReader();
  const samples: Uint8Array[] = [];
  const stream = batch.streamIndex[from];
  for (let i = from; i < batch.lineCount && samples.length < layoutSampleLines; i++) {
    if (batch.streamIndex[i] !== stream) continue;
    if (!Number.isNaN(batch.timeMillis[i] ?? Number.NaN)) return undefined;
    const start = batch.lineStart[i] ?? 0;
    const end = batch.lineEnd[i] ?? 0;
    header.read(batch.bytes, start, end);
    if (header.time.kind !== timeKind.none) return undefined;
    samples.push(batch.bytes.slice(start, Math.min(end, start + maxSampleBytes)));
  }
  return fromSamples(samples);
}

/** The layout that {@link peekLayout} learned from these samples. */
export function fromSamples(samples: readonly Uint8Array[]): PeekedLayout | undefined {
  const layout = learnLayout(samples);
  return layout === undefined || layout.origin !== 'line' || layout.time < 0
    ? undefined
    : { layout, samples };
}
