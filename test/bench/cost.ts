/** What some work took: wall time, and CPU time of all threads of this process. */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Runs `work` once. */
export async function measure(work: () => Promise<unknown>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  await work();
  const used = process.cpuUsage(cpu);
  return { wallMs: performance.now() - from, cpuMs: (used.user + used.system) / 1_000 };
}

/** Value below which `share` (0..1) of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

/** Wall times of `count` calls, one after the other, in milliseconds. */
export async function wallTimes(
  count: number,
  work: (index: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) times.push((await measure(() => work(i))).wallMs);
  return times;
}
