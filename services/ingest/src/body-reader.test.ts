import { AppError } from '@culprit/kernel';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBody } from './body-reader.js';
import { ByteBudget } from './byte-budget.js';

const limits = { maxWireBytes: 100_000, maxInflatedBytes: 8_000_000, maxInflateRatio: 100 };

/** A stream that hands out the bytes in pieces of the given sizes. */
function inPieces(bytes: Buffer, sizes: readonly number[]): Readable {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let i = 0; start < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(bytes.subarray(start, start + size));
    start += size;
  }
  return Readable.from(pieces, { objectMode: false });
}

function read(
  bytes: Buffer,
  options: Partial<Parameters<typeof readBody>[1]> = {},
  sizes: readonly number[] = [1_000],
) {
  return readBody(inPieces(bytes, sizes), {
    encoding: 'identity',
    limits,
    budget: new ByteBudget(100_000_000),
    declaredBytes: undefined,
    ...options,
  });
}

describe('body reader', () => {
  it('gives back what was sent, however it was cut and packed', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3_000 }),
        sizes,
        fc.boolean(),
        async (content, cuts, isPacked) => {
          const bytes = Buffer.from(content);
          const body = await read(
            isPacked ? gzipSync(bytes) : bytes,
            { encoding: isPacked ? 'gzip' : 'identity' },
            cuts,
          );
          expect(Buffer.compare(body.bytes, bytes)).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('never accepts damaged gzip as something else than what was sent', async () => {
    const content = Buffer.from('line one\nline two\n'.repeat(20));
    const packed = gzipSync(content);
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(packed);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        const outcome = await read(damaged, { encoding: 'gzip' }).then(
          ({ bytes }) => bytes.toString(),
          (error: unknown) => (error instanceof AppError ? error.code : error),
        );
        // Some header bytes (time, operating system) carry no content.
        expect([content.toString(), 'CULPRIT_INGEST_ENCODING_BROKEN']).toContain(outcome);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['in the same chunk', [100_000]],
    ['later', [10]],
  ])('refuses bytes behind the compressed data that come %s', async (_when, sizes) => {
    const bytes = Buffer.concat([
      gzipSync('line one\n'),
      Buffer.from('line two, not compressed\n'.repeat(50)),
    ]);
    await expect(read(bytes, { encoding: 'gzip' }, sizes)).rejects.toMatchObject({
      code: 'CULPRIT_INGEST_ENCODING_BROKEN',
    });
  });

  it('reads several compressed members as one body', async () => {
    const bytes = Buffer.concat([gzipSync('line one\n'), gzipSync('line two\n')]);
    for (const sizes of [[7], [100_000]]) {
      expect((await read(bytes, { encoding: 'gzip' }, sizes)).bytes.toString()).toBe('line one\nline two\n');
    }
  });

  it('stops inflating soon after the ratio is passed', async () => {
    const budget = new ByteBudget(100_000_000);
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    await expect(read(bomb, { encoding: 'gzip', budget })).rejects.toMatchObject({
      code: 'CULPRIT_INGEST_TOO_LARGE',
    });
    expect(budget.usedBytes).toBe(0);
  });

  it('turns a body away when memory for requests is used up, and gives memory back', async () => {
    const budget = new ByteBudget(10_000);
    const first = await read(Buffer.alloc(8_000), { budget });
    await expect(read(Buffer.alloc(5_000), { budget })).rejects.toMatchObject({
      code: 'CULPRIT_INGEST_BUSY',
    });
    first.release();
    const second = await read(Buffer.alloc(5_000), { budget });
    second.release();
    expect(budget.usedBytes).toBe(0);
  });

  it('lets a body larger than the whole budget through when it is alone', async () => {
    const body = await read(Buffer.alloc(50_000), { budget: new ByteBudget(10_000) });
    expect(body.bytes).toHaveLength(50_000);
  });

  it.each(['identity', 'gzip'] as const)('reports a %s body whose sender went away', async (encoding) => {
    const stream = new Readable({ read() {} });
    const reading = readBody(stream, {
      encoding,
      limits,
      budget: new ByteBudget(1e6),
      declaredBytes: undefined,
    });
    stream.push(gzipSync('x'.repeat(1_000)).subarray(0, 12));
    stream.destroy(new Error('ECONNRESET'));
    await expect(reading).rejects.toMatchObject({ code: 'CULPRIT_INGEST_BODY_BROKEN' });
  });
});
