import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';

/**
 * Bytes of a plain state (objects, arrays, Maps, bigints, every double), exact and in insertion order.
 *
 * Strings pass untouched; Map, bigint and non-finite numbers are wrapped in one-key objects, so keys of plain objects
 * in a state must be field names of ours, never text from outside (that belongs in a Map). O(size).
 */
export function encodeState(state: unknown): Uint8Array {
  return encodeUtf8(JSON.stringify(state, wrap));
}

/** The inverse of {@link encodeState}. Throws SyntaxError on anything else. */
export function decodeState(bytes: Uint8Array): unknown {
  return JSON.parse(decodeUtf8(bytes), unwrap);
}

function wrap(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $int: String(value) };
  if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
  if (typeof value === 'number' && Object.is(value, -0)) return { $number: '-0' };
  if (value instanceof Map) return { $map: [...value] };
  return value;
}

function unwrap(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if ('$int' in value) return BigInt(String(value.$int));
  if ('$number' in value) return Number(value.$number);
  if ('$map' in value && Array.isArray(value.$map)) return new Map(value.$map as [unknown, unknown][]);
  return value;
}
