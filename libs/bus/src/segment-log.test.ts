import { open, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PartitionLog } from './partition-log.js';
import { openSegmentLog, type SegmentLogOptions } from './segment-log.js';
import type { OpenAppendFile } from './segment-writer.js';

const everything = { maxRecords: 1_000, maxBytes: 1e9 };
let directory: string;
let warnings: { message: string; fields: Readonly<Record<string, unknown>> }[];
let damage: SegmentLogOptions['damage'];
let opened: PartitionLog[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'culprit-log-'));
  warnings = [];
  damage = { truncatedBytes: 0, corruptBytes: 0 };
  opened = [];
});

afterEach(async () => {
  for (const log of opened) await log.close();
  await rm(directory, { recursive: true });
});

function note(fields: Readonly<Record<string, unknown>>, message: string): void {
  warnings.push({ message, fields });
}

async function openLog(options: Partial<SegmentLogOptions> = {}): Promise<PartitionLog> {
  const log = await openSegmentLog({
    directory,
    topic: 't',
    partition: 0,
    minEndOffset: 0,
    segmentBytes: 1_000,
    tailBytes: 0,
    onAppended() {},
    damage,
    logger: { debug() {}, info() {}, warn: note, error: note },
    ...options,
  });
  opened.push(log);
  return log;
}

function record(text: string) {
  return { key: 'k', value: new TextEncoder().encode(text.padEnd(200)) };
}

async function append(log: PartitionLog, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) expect(await log.append([record(String(n))])).toBe(n);
}

async function readFrom(log: PartitionLog, offset: number): Promise<readonly number[]> {
  const numbers: number[] = [];
  for (let at = offset; at < log.endOffset;) {
    const records = await log.read(at, everything);
    for (const { offset: found, value } of records) {
      expect(Number(new TextDecoder().decode(value))).toBe(found);
      numbers.push(found);
    }
    const last = records.at(-1);
    if (last === undefined) break;
    at = last.offset + 1;
  }
  return numbers;
}

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function fail(code: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(code), { code }));
}

/** Files that fail as told. */
function failing(fault: { write?: string; sync?: string }): OpenAppendFile {
  return async (path, flags) => {
    const file = await open(path, flags);
    return {
      async writev(buffers, position) {
        if (fault.write === undefined) return file.writev([...buffers], position);
        // As a full disk does: a part is written, then nothing more.
        await file.writev([buffers[0]?.subarray(0, 7) ?? new Uint8Array(0)], position);
        return fail(fault.write);
      },
      datasync: () => (fault.sync === undefined ? file.datasync() : fail(fault.sync)),
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    };
  };
}

describe('segment log', () => {
  it('reads across segments, from any offset, from disk and from memory', async () => {
    for (const tailBytes of [0, 700, 1e6]) {
      const log = await openLog({ directory: join(directory, String(tailBytes)), tailBytes });
      await append(log, 0, 20);
      for (const from of [0, 1, 7, 12, 19, 20]) expect(await readFrom(log, from)).toEqual(numbers(from, 20));
    }
    expect((await readdir(join(directory, '0'))).length).toBeGreaterThan(3);
  });

  it('goes on behind the last record after it was opened again', async () => {
    const log = await openLog();
    await append(log, 0, 7);
    await log.close();
    const again = await openLog();
    expect(again.endOffset).toBe(7);
    await append(again, 7, 12);
    expect(await readFrom(again, 0)).toEqual(numbers(0, 12));
    expect(damage).toEqual({ truncatedBytes: 0, corruptBytes: 0 });
  });

  it('shares syncs among appends that come together', async () => {
    let syncs = 0;
    const log = await openLog({
      segmentBytes: 1e6,
      openFile: async (path, flags) => {
        const file = await open(path, flags);
        return {
          writev: (buffers, position) => file.writev([...buffers], position),
          datasync: () => ((syncs += 1), file.datasync()),
          truncate: (length) => file.truncate(length),
          close: () => file.close(),
        };
      },
    });
    const offsets = await Promise.all(numbers(0, 50).map((n) => log.append([record(String(n))])));
    expect(offsets).toEqual(numbers(0, 50));
    expect(syncs).toBeLessThanOrEqual(3);
  });

  it('cuts off an unfinished end and says how many bytes', async () => {
    const log = await openLog({ segmentBytes: 1e6 });
    await append(log, 0, 5);
    await log.close();
    const [name] = await readdir(directory);
    const path = join(directory, name ?? '');
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 10));
    const again = await openLog({ segmentBytes: 1e6 });
    expect(again.endOffset).toBe(4);
    expect(damage.truncatedBytes).toBeGreaterThan(200);
    expect(warnings.map(({ message }) => message)).toEqual(['unfinished end of a segment cut off']);
    await append(again, 4, 8);
    expect(await readFrom(again, 0)).toEqual(numbers(0, 8));
  });

  it.each([0, 1])('passes over a damaged record in segment %i and reports it once', async (index) => {
    const log = await openLog();
    await append(log, 0, 12);
    await log.close();
    const names = (await readdir(directory)).toSorted();
    const path = join(directory, names[index] ?? '');
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(120) ^ 1, 120);
    await writeFile(path, bytes);
    const again = await openLog();
    const first = Number(names[index]?.slice(0, 20));
    for (let round = 0; round < 2; round++) {
      expect(await readFrom(again, 0)).toEqual(numbers(0, 12).filter((n) => n !== first));
    }
    expect(damage.corruptBytes).toBeGreaterThan(200);
    expect(warnings.map(({ message }) => message)).toEqual(['damaged records passed over']);
  });

  it('sets a file without a header aside and never gives a committed offset out again', async () => {
    await writeFile(join(directory, '00000000000000000000.log'), 'not a segment at all');
    await writeFile(join(directory, '00000000000000000009.log'), 'short');
    const log = await openLog({ minEndOffset: 9 });
    expect(await log.append([record('9')])).toBe(9);
    expect(await readFrom(log, 0)).toEqual([9]);
    expect(damage).toEqual({ truncatedBytes: 0, corruptBytes: 25 });
    expect((await readdir(directory)).toSorted()).toEqual([
      '00000000000000000000.log.unreadable',
      '00000000000000000009.log',
      '00000000000000000009.log.unreadable',
    ]);
  });

  it.each([
    [{ write: 'ENOSPC' }, 'CULPRIT_BUS_NO_SPACE', true],
    [{ sync: 'ENOSPC' }, 'CULPRIT_BUS_NO_SPACE', true],
    [{ sync: 'EIO' }, 'CULPRIT_BUS_IO', true],
    [{ write: 'EACCES' }, 'CULPRIT_BUS_NO_ACCESS', false],
  ])(
    'refuses an append on %o, keeps what was acknowledged and goes on afterwards',
    async (kind, code, isRetryable) => {
      const fault: { write?: string; sync?: string } = {};
      const log = await openLog({ segmentBytes: 1e6, openFile: failing(fault) });
      await append(log, 0, 3);
      Object.assign(fault, kind);
      for (let attempt = 0; attempt < 2; attempt++) {
        await expect(log.append([record('3')])).rejects.toMatchObject({ code, isRetryable });
      }
      expect(await readFrom(log, 0)).toEqual([0, 1, 2]);
      delete fault.write;
      delete fault.sync;
      await append(log, 3, 6);
      expect(await readFrom(log, 0)).toEqual(numbers(0, 6));
      await log.close();
      expect(await readFrom(await openLog(), 0)).toEqual(numbers(0, 6));
    },
  );

  it('deletes segments that are committed, never the one it writes to', async () => {
    const log = await openLog();
    await append(log, 0, 20);
    const before = (await readdir(directory)).length;
    await log.discardBefore(10);
    expect(log.startOffset).toBeGreaterThan(3);
    expect(log.startOffset).toBeLessThanOrEqual(10);
    expect(await readFrom(log, 10)).toEqual(numbers(10, 20));
    expect(await readFrom(log, 0)).toEqual(numbers(log.startOffset, 20));
    await log.discardBefore(20);
    expect((await readdir(directory)).length).toBe(1);
    expect(before).toBeGreaterThan(3);
    await append(log, 20, 22);
    expect(await readFrom(log, 20)).toEqual([20, 21]);
  });

  it('says clearly when it may not write to its directory', async () => {
    await writeFile(join(directory, 'file'), '');
    const options = { directory: join(directory, 'file', 'log') };
    await expect(openLog(options)).rejects.toMatchObject({ code: 'CULPRIT_BUS_IO' });
  });
});
