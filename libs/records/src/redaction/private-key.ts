import { hasText } from './byte-classes.js';
import type { Detector, Span } from './detector.js';

/** What a pseudonym begins with, and no key does. */
const PSEUDONYM_START = 0x3c;

const header = '-----BEGIN ';
const privateKeyWords = 'PRIVATE KEY-----';
const maxLabelBytes = 32;

/** Where the body of a PEM block with a private key starts; -1 when there is none. Source: RFC 7468. */
export function privateKeyBody({ bytes, start, end }: Span, at: number): number {
  const from = at - 7;
  if (from < start || !hasText(bytes, from, end, header)) return -1;
  const label = from + header.length;
  for (let i = label; i < Math.min(end, label + maxLabelBytes); i++)
    if (hasText(bytes, i, end, privateKeyWords)) return i + privateKeyWords.length;
  return -1;
}

/** Where the `-----END` of a PEM block is; the end of the span when it is not in it. */
export function privateKeyEnd({ bytes, end }: Span, from: number): number {
  for (let i = from; i < end; i++) if (bytes[i] === 0x2d && hasText(bytes, i, end, '-----END')) return i;
  return end;
}

/** The body of a private key that is on the line with its header. */
export const privateKeyDetector: Detector = (span, at, found) => {
  const body = privateKeyBody(span, at);
  if (body < found.end || span.bytes[body] === PSEUDONYM_START) return false;
  const end = privateKeyEnd(span, body);
  found.hasOpenKey ||= end === span.end;
  if (end > body) found.add(body, end, 'private-key');
  return end > body;
};
