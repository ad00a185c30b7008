import { DecodeError, TooLargeError } from './decode-error.js';

/** A JSON object of which nothing is known. */
export type Json = Readonly<Record<string, unknown>>;

/** JSON is parsed as a whole, which takes several times its size of memory. */
const maxJsonBytes = 16_777_216;

/** @throws DecodeError when the body is no JSON object, or too large to be parsed as a whole */
export function parseObject(bytes: Uint8Array): Json {
  const request = asObject(parseJson(bytes));
  if (request === undefined) throw new DecodeError('expected a JSON object');
  return request;
}

/** @throws DecodeError */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > maxJsonBytes) throw new TooLargeError(`expected JSON of at most ${maxJsonBytes} bytes`);
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch (cause) {
    throw new DecodeError('the body is not valid JSON', { cause });
  }
}

export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** The items of a list; empty for anything else. */
export function unknownsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The tag of a Protocol Buffers field that has a length: wire type 2. */
export function tag(field: number): number {
  return field * 8 + 2;
}

/** By media type, and by looking where the sender named none that tells. */
export function isJsonBody(body: { readonly mediaType: string; readonly bytes: Uint8Array }): boolean {
  return body.mediaType.endsWith('json') || (!body.mediaType.includes('protobuf') && body.bytes[0] === 0x7b);
}
