import { randomUUID } from 'node:crypto';
import type { Bus, BusBatch, BusRecord } from '@culprit/bus';
import { expect } from 'vitest';

const deadlineMs = 20_000;

export function record(value: string, key = 'key'): BusRecord {
  return { key, value: new TextEncoder().encode(value) };
}

export function text(value: Uint8Array | undefined): string {
  return new TextDecoder().decode(value);
}

export async function values(batches: Promise<readonly BusBatch[]>): Promise<readonly string[]> {
  return (await batches).flatMap(({ records }) => records.map((item) => text(item.value)));
}

/** A group that knows the topic and commits nothing: records below the committed offsets of all groups may go. */
export async function keepEverything(bus: Bus, topic: string): Promise<string> {
  const group = randomUUID();
  const subscription = await bus.subscribe({ topic, group, onBatch: turn });
  await subscription.close();
  return group;
}

interface CollectOptions {
  readonly group?: string;
  readonly fromOffsets?: () => number | undefined;
  /** Commit behind this many records of each partition. */
  readonly commitAfter?: number;
}

/** Reads until `count` records came, and makes sure that no more come right after them. */
export async function collect(
  bus: Bus,
  topic: string,
  count: number,
  { group = randomUUID(), fromOffsets, commitAfter }: CollectOptions = {},
): Promise<readonly BusBatch[]> {
  const batches: BusBatch[] = [];
  let seen = 0;
  const subscription = await bus.subscribe({
    topic,
    group,
    ...(fromOffsets && { fromOffsets }),
    async onBatch(batch) {
      batches.push(batch);
      seen += batch.records.length;
      await turn();
    },
  });
  await until(() => seen >= count);
  await turn();
  if (commitAfter !== undefined) {
    const byPartition = Map.groupBy(batches, ({ partition }) => partition);
    for (const [partition, parts] of byPartition) {
      const last = parts.flatMap(({ records }) => records)[commitAfter - 1];
      if (last !== undefined) await subscription.commit(partition, last.offset + 1);
    }
  }
  await subscription.close();
  expect(seen).toBe(count);
  return batches;
}

/** Waits for a condition with a deadline. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error('the condition did not come true in time');
    await pause(2);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

export function turn(): Promise<void> {
  return pause(0);
}
