const secondsOfMonth = 30 * 86_400;
/** Fewer say little about what one takes. */
const fewestEvents = 10_000;

interface Stored {
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly diskBytes: number;
}

/** Bytes that thirty days of records take at the present rate; undefined while too little is known. */
export function bytesOfMonth({ events, eventsPerSecond, diskBytes }: Stored): number | undefined {
  if (events < fewestEvents || eventsPerSecond === 0) return undefined;
  return (diskBytes / events) * eventsPerSecond * secondsOfMonth;
}

/** `29 MiB`, `1.4 GiB`. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1_024 ** step;
  return `${value < 10 && step > 0 ? value.toFixed(1) : Math.round(value)} ${units[step] ?? ''}`;
}
