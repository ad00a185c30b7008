import pc from 'picocolors';

/** Colours for a terminal; every function returns its argument unchanged where colour is off or not a terminal. */
export const paint = pc.createColors(process.stdout.isTTY && pc.isColorSupported);

/** Width to wrap at: the terminal's, 100 where there is none, never above 160. */
export function terminalWidth(): number {
  return Math.min(160, Math.max(60, process.stdout.columns ?? 100));
}

/** Cuts text to `width` characters with an ellipsis; width >= 1. */
export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** `12,345` */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `1 line`, `12,345 lines`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1.4 MB`, decimal units as in disk sizes. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? 'B'}`;
}

/** `45 s`, `3 min`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 90) return `${whole} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}
