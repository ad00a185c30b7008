import { SingleBar } from 'cli-progress';
import { formatBytes, formatCount, formatDuration } from './terminal.js';

/** Progress of long work, shown on standard error. */
export interface Progress {
  /** Cumulative: bytes of the total read and lines seen so far. */
  update(bytes: number, lines: number): void;
  /** Removes the bar, or prints the last plain line. */
  stop(): void;
}

const plainIntervalMs = 5_000;

/**
 * A bar with lines a second and time left on a terminal, a plain line every five seconds elsewhere.
 *
 * @param label      what is being done, for example "reading"
 * @param totalBytes 0 when unknown: then no share and no time left are shown
 */
export function createProgress(label: string, totalBytes: number): Progress {
  return process.stderr.isTTY ? createBar(label, totalBytes) : createPlainLines(label, totalBytes);
}

function createBar(label: string, totalBytes: number): Progress {
  const startedAt = performance.now();
  const hasTotal = totalBytes > 0;
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
  bar.start(hasTotal ? totalBytes : 1, 0, { lines: '0', rate: '–', left: '–' });
  return {
    update(bytes, lines) {
      const seconds = (performance.now() - startedAt) / 1000;
      const left = bytes > 0 && hasTotal ? formatDuration((seconds / bytes) * (totalBytes - bytes)) : '–';
      bar.update(hasTotal ? Math.min(bytes, totalBytes) : 0, {
        lines: formatCount(lines),
        rate: formatCount(lines / Math.max(seconds, 0.001)),
        left,
      });
    },
    stop: () => bar.stop(),
  };
}

function createPlainLines(label: string, totalBytes: number): Progress {
  const startedAt = performance.now();
  let printedAt = startedAt;
  return {
    update(bytes, lines) {
      const now = performance.now();
      if (now - printedAt < plainIntervalMs) return;
      printedAt = now;
      const share = totalBytes > 0 ? `${Math.floor((100 * bytes) / totalBytes)} %, ` : '';
      const rate = formatCount(lines / ((now - startedAt) / 1000));
      process.stderr.write(
        `${label}: ${share}${formatCount(lines)} lines, ${formatBytes(bytes)}, ${rate} lines/s\n`,
      );
    },
    stop: () => {},
  };
}
