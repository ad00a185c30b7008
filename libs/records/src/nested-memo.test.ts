import { encodeUtf8 } from '@culprit/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvelopeReader } from './envelope-reader.js';

const name = fc.constantFrom('a', 'b', 'orders', 'orders-2', 'x'.repeat(60));
const pod = fc.record(
  {
    pod_name: name,
    namespace_name: name,
    container_name: name,
    host: name,
    labels: fc.record({ app: name }),
  },
  { requiredKeys: [] },
);
const line = fc.record({
  log: fc.constantFrom('one', 'two'),
  stream: fc.constant('stdout'),
  kubernetes: pod,
});

/** Streams of the lines, as a reader finds them that reads `blockSize` lines at a time. */
function streamsOf(lines: readonly object[], blockSize: number): string[] {
  const reader = new EnvelopeReader({ defaults: { environment: 'test', file: 'f.log' } });
  const found: string[] = [];
  for (let at = 0; at < lines.length; at += blockSize) {
    const text = lines.slice(at, at + blockSize).map((one) => `${JSON.stringify(one)}\n`);
    const { batch } = reader.read(encodeUtf8(text.join('')), 'ndjson', Number.NaN);
    for (let i = 0; i < batch.lineCount; i++)
      found.push(JSON.stringify(batch.streams[batch.streamIndex[i] ?? 0]));
  }
  return found;
}

describe('objects that come again', () => {
  it('say what they said the first time, whatever came between', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 60 }),
        (few, order) => {
          const lines = order.map((i) => few[i % few.length] ?? { log: '' });
          // A reader that has read nothing before remembers nothing.
          const alone = lines.map((one) => streamsOf([one], 1)[0]);
          expect(streamsOf(lines, 7)).toEqual(alone);
        },
      ),
      { seed: 88, numRuns: 200 },
    );
  });

  it('mean what the key before them makes of them', () => {
    const inside = { name: 'n'.repeat(60), version: '1' };
    const lines = Array.from({ length: 8 }, (_, i) =>
      i % 2 === 0 ? { log: 'x', host: inside } : { log: 'x', service: inside },
    );
    const [host, service] = streamsOf(lines, 8);
    expect(host).not.toBe(service);
    expect(streamsOf(lines, 8)).toEqual(lines.map((_, i) => (i % 2 === 0 ? host : service)));
  });
});
