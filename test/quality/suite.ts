/** How much of a suite to run. */
export interface SuiteOptions {
  /** A directory of its own, removed afterwards. */
  readonly directory: string;
  readonly seeds: number;
  readonly isFast: boolean;
  /** Only cases of this family, and nothing else; of a suite that has families. */
  readonly family?: string;
  /** Writes a progress line. */
  readonly say: (text: string) => void;
}

/** One row of a suite's table: a scenario, an experiment or a fault. */
export type Row = Readonly<Record<string, string | number | boolean>>;

/** A statement that holds or does not, with the numbers that show it. */
export interface Claim {
  readonly claim: string;
  readonly isMet: boolean;
  readonly measured: string;
}

/** A further table of a suite. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface SuiteResult {
  readonly rows: readonly Row[];
  readonly claims: readonly Claim[];
  readonly tables?: readonly Table[];
  /** What a reader must know before believing the numbers. */
  readonly notes: readonly string[];
}

export type Suite = (options: SuiteOptions) => Promise<SuiteResult>;

/** Number of rows for which a column is true. */
export function countTrue(rows: readonly Row[], column: string): number {
  return rows.filter((row) => row[column] === true).length;
}

/** Sum of a numeric column. */
export function sum(rows: readonly Row[], column: string): number {
  return rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
}

/** One decimal, or a dash where there is no number. */
export function oneDecimal(value: number): string {
  return Number.isFinite(value) ? value.toFixed(1) : '-';
}

/** The value below which the given part of the finite values lies; NaN when there are none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
