/** What a number measures, as far as its unit tells. `count` has neither unit nor fraction. */
export type QuantityKind = 'time' | 'size' | 'share' | 'count' | 'real';

/** A number with its unit, in seconds, bytes, percent, or as it stands. */
export interface Quantity {
  readonly kind: QuantityKind;
  /** >= 0, finite. */
  readonly amount: number;
}

const maxLength = 32;

const secondsByUnit: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-9],
  ['us', 1e-6],
  ['µs', 1e-6],
  ['μs', 1e-6],
  ['ms', 1e-3],
  ['s', 1],
  ['sec', 1],
  ['secs', 1],
  ['seconds', 1],
  ['min', 60],
  ['m', 60],
  ['h', 3_600],
]);

const bytesByUnit: ReadonlyMap<string, number> = new Map(
  ['', 'k', 'm', 'g', 't'].flatMap((prefix, power): [string, number][] => [
    [`${prefix}b`, 1000 ** power],
    [`${prefix}ib`, 1024 ** power],
  ]),
);

/**
 * Reads a number with its unit, for example `8.1s`, `12.345 ms`, `1m2.5s`, `64KiB`, `97%`, `200`. O(length).
 *
 * @returns undefined for everything else, negative numbers included
 */
export function quantityOf(text: string): Quantity | undefined {
  if (text.length === 0 || text.length > maxLength || !isDigit(text.charCodeAt(0))) return undefined;
  const end = endOfNumber(text, 0);
  const amount = Number(text.slice(0, end));
  if (!Number.isFinite(amount)) return undefined;
  if (end === text.length) return { kind: text.includes('.') ? 'real' : 'count', amount };
  const unit = text.slice(end).trim();
  if (unit === '%') return { kind: 'share', amount };
  const seconds = secondsByUnit.get(unit);
  if (seconds !== undefined) return { kind: 'time', amount: amount * seconds };
  const bytes = bytesByUnit.get(unit.toLowerCase());
  if (bytes !== undefined) return { kind: 'size', amount: amount * bytes };
  return compoundTime(text);
}

/** Times of several units, the way Go prints them: `1h2m3.5s`. */
function compoundTime(text: string): Quantity | undefined {
  let seconds = 0;
  for (let at = 0; at < text.length;) {
    const end = endOfNumber(text, at);
    let next = end;
    while (next < text.length && !isDigit(text.charCodeAt(next))) next += 1;
    const unit = secondsByUnit.get(text.slice(end, next));
    if (unit === undefined || end === at) return undefined;
    seconds += Number(text.slice(at, end)) * unit;
    at = next;
  }
  return Number.isFinite(seconds) ? { kind: 'time', amount: seconds } : undefined;
}

/** Where digits with at most one point end; the point must stand between digits. */
function endOfNumber(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) at += 1;
  if (text[at] !== '.' || !isDigit(text.charCodeAt(at + 1))) return at;
  at += 1;
  while (isDigit(text.charCodeAt(at))) at += 1;
  return at;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** The smallest difference worth telling: a millisecond, a byte, one. What is below adds nothing to a logarithm. */
const resolutionByKind: Record<QuantityKind, number> = {
  time: 1e-3,
  size: 1,
  share: 1,
  count: 1,
  real: 1e-3,
};

/** Amount on a logarithmic scale, which begins to be linear below the resolution of its kind. */
export function logOf({ kind, amount }: Quantity): number {
  return Math.log(amount + resolutionByKind[kind]);
}

/** The inverse of {@link logOf}. */
export function amountOf(kind: QuantityKind, log: number): number {
  return Math.max(0, Math.exp(log) - resolutionByKind[kind]);
}

const timeScale: readonly (readonly [number, string])[] = [
  [1e-3, 'ms'],
  [1, 's'],
  [120, 'min'],
  [7_200, 'h'],
];
const sizeScale: readonly (readonly [number, string])[] = [
  [1, 'B'],
  [1024, 'KiB'],
  [1024 ** 2, 'MiB'],
  [1024 ** 3, 'GiB'],
];
const unitSeconds: Readonly<Record<string, number>> = { min: 60, h: 3_600 };

/** As people say it, in two significant digits: `8.1 s`, `40 ms`, `3.2 MiB`, `97 %`, `1200`. */
export function formatQuantity({ kind, amount }: Quantity): string {
  if (kind === 'share') return `${twoDigits(amount)} %`;
  if (kind === 'count' || kind === 'real') return twoDigits(amount);
  const scale = kind === 'time' ? timeScale : sizeScale;
  const [from, unit] = scale.findLast(([least]) => amount >= least) ?? scale[0] ?? [1, ''];
  return `${twoDigits(amount / (unitSeconds[unit] ?? from))} ${unit}`;
}

function twoDigits(amount: number): string {
  return amount >= 100 ? String(Math.round(amount)) : String(Number(amount.toPrecision(2)));
}
