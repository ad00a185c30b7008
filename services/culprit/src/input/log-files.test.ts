import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { findLogFiles, readBlocks, type LogFile } from './log-files.js';

const folder = mkdtempSync(join(tmpdir(), 'culprit-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function contentOf(
  file: LogFile | undefined,
): Promise<{ readonly text: string; readonly read: number }> {
  const blocks: Uint8Array[] = [];
  let read = 0;
  if (file !== undefined)
    for await (const block of readBlocks(file, (bytes) => (read += bytes))) blocks.push(block);
  return { text: Buffer.concat(blocks).toString(), read };
}

describe('log files', () => {
  it('are found in directories, in order of name, hidden ones left out', () => {
    mkdirSync(join(folder, 'logs', 'web'), { recursive: true });
    for (const name of ['logs/z.log', 'logs/a.log.gz', 'logs/.hidden', 'logs/web/w.log']) write(name, 'x');
    const files = findLogFiles([join(folder, 'logs')]);
    expect(files.map(({ name }) => name)).toEqual(['a.log', 'web/w.log', 'z.log']);
    expect(files.every(({ sizeBytes, modifiedMillis }) => sizeBytes === 1 && modifiedMillis > 0)).toBe(true);
  });

  it('take "-" for standard input, whose size and age nobody knows', () => {
    expect(findLogFiles(['-'])).toEqual([{ path: '-', name: '', sizeBytes: 0, modifiedMillis: Number.NaN }]);
  });

  it('are unpacked by what they begin with, whatever they are called', async () => {
    const text = 'line\n'.repeat(300_000);
    const packed = gzipSync(text);
    const [file] = findLogFiles([write('packed.txt', packed)]);
    expect(await contentOf(file)).toEqual({ text, read: packed.length });
    const [plain] = findLogFiles([write('plain.gz', 'no gzip at all')]);
    expect((await contentOf(plain)).text).toBe('no gzip at all');
  });

  it('are read to the end when they are several gzip files one behind the other', async () => {
    const [file] = findLogFiles([write('two.gz', Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]))]);
    expect((await contentOf(file)).text).toBe('one\ntwo\n');
  });

  it('give a part of themselves as it is', async () => {
    const [file] = findLogFiles([write('parts.log', 'one\ntwo\nthree\n')]);
    const part = { start: 4, end: 8 };
    expect(await contentOf(file && { ...file, part })).toEqual({ text: 'two\n', read: 4 });
    expect((await contentOf(file && { ...file, part: { start: 4, end: 4 } })).text).toBe('');
  });

  it('name the file that cannot be read', async () => {
    expect(() => findLogFiles([join(folder, 'none.log')])).toThrow(/none\.log: there is no such file/);
    const [file] = findLogFiles([write('torn.gz', gzipSync('line\n'.repeat(99)).subarray(0, 18))]);
    await expect(contentOf(file)).rejects.toThrow(/torn\.gz: the gzip data ends too early/);
  });
});
