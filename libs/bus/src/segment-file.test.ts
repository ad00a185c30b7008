import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  array,
  assert,
  asyncProperty,
  nat,
  property,
  record,
  string,
  uint8Array,
  dictionary,
} from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReceivedRecord } from './bus.js';
import { encodeFrame } from './frame.js';
import { newSegment, readRecords, scanEnd, segmentHeaderBytes } from './segment-file.js';

const anyRecord = record({
  key: string({ unit: 'binary', maxLength: 5 }),
  value: uint8Array({ maxLength: 60 }),
  headers: dictionary(string({ maxLength: 4 }), string({ maxLength: 4 }), {
    maxKeys: 2,
    noNullPrototype: true,
  }),
});
const limits = { maxRecords: 1_000, maxBytes: 1e9 };
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'culprit-segment-'));
});
afterAll(() => rm(directory, { recursive: true }));

interface Written {
  readonly bytes: Buffer;
  readonly segment: ReturnType<typeof newSegment>['segment'];
  /** End of each frame in the file. */
  readonly ends: readonly number[];
}

function write(
  records: readonly { key: string; value: Uint8Array; headers: Record<string, string> }[],
): Written {
  const { segment, header } = newSegment(directory, 100);
  const frames = records.map((item, index) => Buffer.concat(encodeFrame(segment.marker, 100 + index, item)));
  const bytes = Buffer.concat([header, ...frames]);
  let end = header.length;
  const ends = frames.map((frame) => (end += frame.length));
  segment.size = bytes.length;
  return { bytes, segment, ends };
}

/** Everything that can be read from the file, in order. */
async function readAll({ segment }: Written, fromOffset = 0): Promise<readonly ReceivedRecord[]> {
  const found: ReceivedRecord[] = [];
  let position = segmentHeaderBytes;
  while (position < segment.size) {
    const result = await readRecords({ segment, position, fromOffset, endOffset: Infinity, limits });
    expect(result.position).toBeGreaterThan(position);
    found.push(...result.records);
    position = result.position;
  }
  return found;
}

describe('segment file', () => {
  it('gives back every record as it was', async () => {
    await assert(
      asyncProperty(array(anyRecord, { maxLength: 12 }), nat({ max: 12 }), async (records, skip) => {
        const written = write(records);
        await writeFile(written.segment.path, written.bytes);
        const found = await readAll(written, 100 + skip);
        const expected = records.map((item, index) => ({ ...item, offset: 100 + index })).slice(skip);
        expect(found.map((item) => ({ ...item, value: Uint8Array.from(item.value) }))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('loses only the record in which a byte is damaged', async () => {
    await assert(
      asyncProperty(
        array(anyRecord, { minLength: 1, maxLength: 8 }),
        nat(),
        nat({ max: 254 }),
        async (records, place, change) => {
          const written = write(records);
          const at = segmentHeaderBytes + (place % (written.bytes.length - segmentHeaderBytes));
          written.bytes[at] = (written.bytes[at] ?? 0) ^ (change + 1);
          await writeFile(written.segment.path, written.bytes);
          const hit = written.ends.findIndex((end) => at < end);
          const found = (await readAll(written)).map(({ offset }) => offset - 100);
          expect(found).toEqual([...records.keys()].filter((index) => index !== hit));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('finds the end of the last whole record wherever a write broke off', () => {
    assert(
      property(array(anyRecord, { minLength: 1, maxLength: 8 }), nat(), (records, place) => {
        const { bytes, segment, ends } = write(records);
        const cut = segmentHeaderBytes + (place % (bytes.length - segmentHeaderBytes + 1));
        const whole = ends.filter((end) => end <= cut);
        expect(scanEnd(segment, bytes.subarray(0, cut))).toEqual({
          size: whole.at(-1) ?? segmentHeaderBytes,
          nextOffset: 100 + whole.length,
        });
      }),
    );
  });

  it('does not take a frame inside a value for a record, because the mark of the file is not known', async () => {
    const forged = write([{ key: 'forged', value: new Uint8Array(3), headers: {} }]);
    const written = write([
      { key: 'a', value: forged.bytes, headers: {} },
      { key: 'b', value: new Uint8Array(1), headers: {} },
    ]);
    written.bytes.writeUInt8(0xff, segmentHeaderBytes);
    await writeFile(written.segment.path, written.bytes);
    expect((await readAll(written)).map(({ key }) => key)).toEqual(['b']);
  });
});
