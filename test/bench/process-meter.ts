import { readFileSync } from 'node:fs';

/** What a process used so far. */
export interface Usage {
  /** User and system time in seconds, all threads. */
  readonly cpuSeconds: number;
  /** Resident memory now and its peak, in megabytes. */
  readonly rssMegabytes: number;
  readonly peakRssMegabytes: number;
}

const ticksPerSecond = 100;

/** Reads a living process's usage from /proc; undefined once it is gone. Linux only. */
export function readUsage(pid: number): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      rssMegabytes: kilobytes(status, 'VmRSS') / 1000,
      peakRssMegabytes: kilobytes(status, 'VmHWM') / 1000,
    };
  } catch {
    return undefined;
  }
}

/** Samples a process until it ends; what it used in all is known short of the sampling interval. */
export function meter(pid: number, intervalMs = 100): { stop(): Usage | undefined; samples: Usage[] } {
  const samples: Usage[] = [];
  const timer = setInterval(() => {
    const usage = readUsage(pid);
    if (usage !== undefined) samples.push(usage);
  }, intervalMs);
  return {
    samples,
    stop() {
      clearInterval(timer);
      const last = samples.at(-1);
      if (last === undefined) return undefined;
      // A process that has ended but was not waited for yet shows its time and no memory.
      return { ...last, peakRssMegabytes: Math.max(...samples.map((sample) => sample.peakRssMegabytes)) };
    },
  };
}

function kilobytes(status: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}
