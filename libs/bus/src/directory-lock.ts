import { open, readFile, unlink } from 'node:fs/promises';
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
    const holder = await liveHolder(path);
    if (holder !== undefined) throw inUse(directory, holder);
    await unlink(path).catch(ignoreMissing);
  }
  throw inUse(directory, undefined);
}

/** Process id in the lock file if that very process still runs. */
async function liveHolder(path: string): Promise<number | undefined> {
  const [pidText, start] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ');
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
