import type { EpochNanos } from '@culprit/kernel';
import type { SqlRow } from '../sql-driver.js';

/** A text column. @throws Error when the statement and its reader disagree */
export function readText(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw unexpected(column, 'a text', value);
  return value;
}

/** A number column; 64-bit integers come as decimal text and must be exact as a double. */
export function readNumber(row: SqlRow, column: string): number {
  const value = row[column];
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw unexpected(column, 'a number', value);
  return number;
}

/** A time column, selected as whole nanoseconds since 1970. */
export function readNanos(row: SqlRow, column: string): EpochNanos {
  return BigInt(readText(row, column)) as EpochNanos;
}

function unexpected(column: string, wanted: string, value: unknown): Error {
  return new Error(`column ${column}: expected ${wanted}, got ${typeof value}`);
}
