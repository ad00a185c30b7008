import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The process that holds the engine's lock on a data directory, as far as this system tells.
 * The engine itself only says that it cannot connect, so the lock is looked up where the kernel lists it; where it
 * lists none (not Linux, or a holder in another container) the answer is undefined and opening must find out.
 */
export function findLockHolder(directory: string): number | undefined {
  const statusFile = join(directory, 'status');
  try {
    const { ino } = statSync(statusFile);
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const [, kind, , , pid = '', file = ''] = line.split(/\s+/);
      if (kind !== '->' && file.endsWith(`:${ino}`) && Number(pid) === readOwner(statusFile))
        return Number(pid);
    }
  } catch {
    return undefined;
  }
  return undefined;
}

/** The running process, other than this one, that last opened the directory: who is to blame when opening failed. */
export function findLikelyHolder(directory: string): number | undefined {
  try {
    const pid = readOwner(join(directory, 'status'));
    if (pid === undefined || pid === process.pid) return undefined;
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

function readOwner(statusFile: string): number | undefined {
  const match = /^PID: (\d+)/m.exec(readFileSync(statusFile, 'utf8'));
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
