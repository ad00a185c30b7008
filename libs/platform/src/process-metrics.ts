import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createMetrics, type Metrics } from './metrics.js';

/** How long the delays are gathered that are told: the last whole stretch of this length. */
const delayWindowMs = 10_000;
const delayQuantiles = [0.5, 0.99, 1] as const;
const nanosPerSecond = 1e9;

/** A registry that also tells what the process itself holds, an embedded engine included, and whether it keeps up. */
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
  metrics.observeTotal('culprit_process_cpu_seconds_total', 'Processor time used, engine included.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.observeTotal(
    'culprit_process_event_loop_busy_seconds_total',
    'Time in which the event loop had work.',
    () => performance.eventLoopUtilization().active / 1e3,
  );
  observeLoopDelay(metrics);
  return metrics;
}

function observeLoopDelay(metrics: Metrics): void {
  const monitor = monitorEventLoopDelay({ resolution: 20 });
  monitor.enable();
  const delays = new Map<number, number>();
  setInterval(() => {
    for (const quantile of delayQuantiles)
      delays.set(quantile, monitor.percentile(quantile * 100) / nanosPerSecond);
    monitor.reset();
  }, delayWindowMs).unref();
  for (const quantile of delayQuantiles) {
    metrics.observe(
      'culprit_process_event_loop_delay_seconds',
      'How late timers of the process were.',
      () => delays.get(quantile) ?? 0,
      { name: 'quantile', value: String(quantile) },
    );
  }
}
