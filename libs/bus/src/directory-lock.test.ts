import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from './directory-lock.js';

let directory: string;
const inUse = { code: 'CULPRIT_BUS_IN_USE' };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'culprit-lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('lock of a data directory', () => {
  it('is held by one owner at a time', async () => {
    const lock = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toMatchObject(inUse);
    await lock.release();
    const next = await lockDirectory(directory);
    await next.release();
  });

  it('is respected while the other process runs and taken over when it is gone', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const gone = new Promise((resolve) => {
      other.on('close', resolve);
    });
    await writeFile(join(directory, 'lock'), `${other.pid}\n`);
    await expect(lockDirectory(directory)).rejects.toMatchObject({
      ...inUse,
      message: `${directory} is in use by process ${other.pid}`,
    });
    other.kill('SIGKILL');
    await gone;
    const lock = await lockDirectory(directory);
    expect(await readFile(join(directory, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    await lock.release();
  });

  it.each([
    ['with our own id, left by an earlier container', String(process.pid)],
    ['that is empty', ''],
  ])('takes over a file %s', async (_, content) => {
    await writeFile(join(directory, 'lock'), content);
    const lock = await lockDirectory(directory);
    await lock.release();
    await expect(readFile(join(directory, 'lock'))).rejects.toThrow('ENOENT');
  });
});
