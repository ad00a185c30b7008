import { createMetrics, type Metrics } from './metrics.js';

/** A registry that also tells what the process itself holds, an embedded engine included. */
export function createProcessMetrics(): Metrics {
  const metrics = createMetrics();
  const memory: readonly (readonly [keyof NodeJS.MemoryUsage, string])[] = [
    ['rss', 'Resident memory of the process, engine included.'],
    ['heapUsed', 'JavaScript heap in use.'],
    ['heapTotal', 'JavaScript heap reserved.'],
    ['arrayBuffers', 'Byte buffers outside of the heap.'],
  ];
  for (const [key, help] of memory) {
    const name = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    metrics.observe(`culprit_process_${name}_bytes`, help, () => process.memoryUsage()[key]);
  }
  return metrics;
}
