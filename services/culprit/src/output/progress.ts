import { SingleBar } from 'cli-progress';
import { formatBytes, formatCount, formatDuration } from './terminal.js';

/** Progress of long work, shown on standard error. */
export interface Progress {
  /** Cumulative: how much of the total is done, and lines seen so far. */
  update(done: number, lines: number): void;
  /** Removes the bar, or prints the last plain line. */
  stop(): void;
}

const plainIntervalMs = 5_000;

/** What the first number of {@link Progress.update} counts. */
export type ProgressUnit = 'bytes' | 'milliseconds';

/**
 * A bar with lines a second and time left on a terminal, a plain line every five seconds elsewhere.
 *
 * @param label      what is being done, for example "reading"
 * @param total  0 when unknown: then no share and no time left are shown
 * @param unit   what `total` counts; milliseconds are event time
 */
export function createProgress(label: string, total: number, unit: ProgressUnit = 'bytes'): Progress {
  return process.stderr.isTTY ? createBar(label, total) : createPlainLines(label, total, unit);
}

function createBar(label: string, total: number): Progress {
  const startedAt = performance.now();
  const hasTotal = total > 0;
  const bar = new SingleBar({
    format: hasTotal
      ? `${label} {bar} {percentage}% | {lines} lines | {rate} lines/s | {left} left`
      : `${label} {lines} lines | {rate} lines/s`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 28,
    fps: 5,
  });
  bar.start(hasTotal ? total : 1, 0, { lines: '0', rate: '–', left: '–' });
  return {
    update(done, lines) {
      const seconds = (performance.now() - startedAt) / 1000;
      const left = done > 0 && hasTotal ? formatDuration((seconds / done) * (total - done)) : '–';
      bar.update(hasTotal ? Math.min(done, total) : 0, {
        lines: formatCount(lines),
        rate: formatCount(lines / Math.max(seconds, 0.001)),
        left,
      });
    },
    stop: () => bar.stop(),
  };
}

function createPlainLines(label: string, total: number, unit: ProgressUnit): Progress {
  const startedAt = performance.now();
  let printedAt = startedAt;
  return {
    update(done, lines) {
      const now = performance.now();
      if (now - printedAt < plainIntervalMs) return;
      printedAt = now;
      const share = total > 0 ? `${Math.floor((100 * done) / total)} %, ` : '';
      const amount = unit === 'bytes' ? formatBytes(done) : `${formatDuration(done / 1000)} of events`;
      const rate = formatCount(lines / ((now - startedAt) / 1000));
      process.stderr.write(`${label}: ${share}${formatCount(lines)} lines, ${amount}, ${rate} lines/s\n`);
    },
    stop: () => {},
  };
}
