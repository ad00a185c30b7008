import { link, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { busError, fileError } from './errors.js';

/** Directories locked by this process. */
const ownLocks = new Set<string>();

/** Keeps a second process away from a data directory. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Locks a directory by a file that names the process. A file left behind by a process that is gone, or by an earlier
 * process with our own id (usual in containers), is taken over.
 *
 * @throws AppError CULPRIT_BUS_IN_USE
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'lock');
  if (ownLocks.has(path)) throw inUse(directory, process.pid);
  ownLocks.add(path);
  try {
    await writeLock(path, directory);
  } catch (error) {
    ownLocks.delete(path);
    throw error;
  }
  return {
    async release() {
      ownLocks.delete(path);
      await unlink(path).catch(ignoreMissing);
    },
  };
}

async function writeLock(path: string, directory: string): Promise<void> {
  const mine = `${process.pid} ${(await startOf(process.pid)) ?? ''}\n`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(mine);
      await file.close();
      return;
    } catch (cause) {
      if (!hasCode(cause, 'EEXIST')) throw fileError(`lock ${directory}`, cause);
    }
    const found = await readFile(path, 'utf8').catch(() => '');
    const holder = await liveHolder(found);
    if (holder !== undefined) throw inUse(directory, holder);
    if (!(await takeAway(path, found))) break;
  }
  throw inUse(directory, undefined);
}

/**
 * Removes a lock file whose owner is gone. Two processes may try at the same time: the one that finds that it took
 * the fresh lock of the other puts it back.
 */
async function takeAway(path: string, expected: string): Promise<boolean> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    ignoreMissing(error);
    return true;
  }
  const isExpected = (await readFile(aside, 'utf8')) === expected;
  if (!isExpected) await link(aside, path).catch(() => undefined);
  await unlink(aside);
  return isExpected;
}

/** Process id of a lock file's content if that very process still runs. */
async function liveHolder(content: string): Promise<number | undefined> {
  const [pidText, start] = content.trim().split(' ');
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid || !isRunning(pid)) return undefined;
  const runningSince = await startOf(pid);
  return start === undefined || runningSince === undefined || start === runningSince ? pid : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** Start time of a process in clock ticks since boot, where the system tells: tells a reused id from its first owner. */
async function startOf(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return line?.slice(line.lastIndexOf(')') + 2).split(' ')[19];
}

function inUse(directory: string, pid: number | undefined): Error {
  return busError({
    code: 'CULPRIT_BUS_IN_USE',
    message: `${directory} is in use${pid === undefined ? '' : ` by process ${pid}`}`,
    hint: 'Stop the other process or choose another data directory.',
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function ignoreMissing(error: unknown): void {
  if (!hasCode(error, 'ENOENT')) throw error;
}
