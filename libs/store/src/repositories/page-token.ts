import { hashText } from '@culprit/kernel';
import { storeError } from '../errors.js';

/** Where the next page starts: what the request was, how many items it has, and the last item's sort key. */
export interface PageCursor {
  readonly total: number;
  readonly key: readonly string[];
}

const maxPageSize = 1_000;
const maxTokenLength = 2_048;

/** @throws AppError CULPRIT_STORE_BAD_REQUEST outside of 1..1,000 */
export function checkPageSize(pageSize: number): number {
  return checkCount('pageSize', pageSize, { lowest: 1, highest: maxPageSize });
}

/** @throws AppError CULPRIT_STORE_BAD_REQUEST when the number is not whole or out of bounds */
export function checkCount(
  name: string,
  value: number,
  bounds: { readonly lowest: number; readonly highest: number },
): number {
  if (Number.isInteger(value) && value >= bounds.lowest && value <= bounds.highest) return value;
  throw storeError('CULPRIT_STORE_BAD_REQUEST', {
    message: `${name}: expected a whole number ${bounds.lowest}..${bounds.highest}, got ${value}`,
  });
}

/** An opaque token; `request` is everything that decides which items a list has. */
export function formatPageToken(request: unknown, cursor: PageCursor): string {
  const content = JSON.stringify([hashOf(request), cursor.total, ...cursor.key]);
  return Buffer.from(content).toString('base64url');
}

/**
 * Reads a token of {@link formatPageToken}; undefined for a first page.
 *
 * @throws AppError CULPRIT_STORE_BAD_PAGE_TOKEN when it was made for another request or not by us
 */
export function parsePageToken(
  token: string | undefined,
  request: unknown,
  keyLength: number,
): PageCursor | undefined {
  if (token === undefined || token === '') return undefined;
  const content =
    token.length <= maxTokenLength ? parseJson(Buffer.from(token, 'base64url').toString()) : undefined;
  if (Array.isArray(content) && content.length === keyLength + 2) {
    const [hash, total, ...key]: unknown[] = content;
    if (hash === hashOf(request) && isCount(total) && key.every((part) => typeof part === 'string')) {
      return { total, key };
    }
  }
  throw badToken();
}

/** A part of a token's key that must be a whole decimal number. */
export function tokenNumber(cursor: PageCursor, index: number): string {
  const part = cursor.key[index] ?? '';
  if (!/^-?\d{1,19}$/.test(part)) throw badToken();
  return part;
}

function badToken(): Error {
  return storeError('CULPRIT_STORE_BAD_PAGE_TOKEN', {
    message: 'pageToken: not a token of this list with these filters',
    hint: 'Ask for the first page again, without a token.',
  });
}

function hashOf(request: unknown): string {
  return hashText(
    JSON.stringify(request, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)),
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
