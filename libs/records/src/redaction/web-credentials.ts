import { DIGIT, JOINT, LETTER, SPACE, TOKEN_SIGN, hasText, hasWord, isOf, skipOver } from './byte-classes.js';
import type { Detector, Span } from './detector.js';
import type { Findings } from './findings.js';
import { isOpaque } from './value-shape.js';

const minHeaderBytes = 10;

/**
 * JSON web tokens, found by their second part: both parts are objects, and `{"` is `eyJ` in base64. The signature may be
 * missing. Source: RFC 7519, RFC 7515.
 */
export const jwtDetector: Detector = (span, at, found) => {
  const { bytes } = span;
  const dot = at - 3;
  const headerStart = skipBackOverBase64Url(bytes, dot, Math.max(span.start, found.end));
  if (dot - headerStart < minHeaderBytes || !hasText(bytes, headerStart, dot, 'eyJ')) return false;
  let end = skipOverBase64Url(bytes, dot + 1, span.end);
  if (bytes[end] === 0x2e && end < span.end) end = skipOverBase64Url(bytes, end + 1, span.end);
  found.add(headerStart, end, 'jwt');
  return true;
};

function skipBackOverBase64Url(bytes: Uint8Array, at: number, floor: number): number {
  let i = at;
  while (i > floor && isBase64Url(bytes, i - 1)) i--;
  return i;
}

function skipOverBase64Url(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && isBase64Url(bytes, i)) i++;
  return i;
}

function isBase64Url(bytes: Uint8Array, at: number): boolean {
  return isOf(bytes, at, LETTER | DIGIT) || bytes[at] === 0x2d || bytes[at] === 0x5f;
}

/** `Bearer …` and `Basic …` where no header's name stands before them. Source: RFC 6750, RFC 7617. */
export const bearerDetector: Detector = (span, at, found) => schemeAt(span, at - 3, 'bearer', found);
export const basicDetector: Detector = (span, at, found) => schemeAt(span, at - 5, 'basic', found);

function schemeAt(span: Span, start: number, scheme: 'bearer' | 'basic', found: Findings): boolean {
  const { bytes, end } = span;
  if (start < span.start || (start > span.start && isOf(bytes, start - 1, LETTER | DIGIT | JOINT)))
    return false;
  if (!hasWord(bytes, start, end, scheme)) return false;
  let value = start + scheme.length;
  if (bytes[value] !== 0x20) return false;
  value = skipOver(bytes, value, Math.min(end, value + 4), SPACE);
  const valueEnd = skipOver(bytes, value, end, LETTER | DIGIT | TOKEN_SIGN);
  if (value < found.end) return false;
  const isCredential =
    scheme === 'bearer' ? isOpaque(bytes, value, valueEnd) : hidesPair(bytes, value, valueEnd);
  if (!isCredential) return false;
  found.add(value, valueEnd, hasText(bytes, value, valueEnd, 'eyJ') ? 'jwt' : 'token');
  return true;
}

/** True for the base64 of printable text with a colon in it: `user:password`. */
function hidesPair(bytes: Uint8Array, start: number, end: number): boolean {
  let bits = 0;
  let held = 0;
  let hasColon = false;
  for (let i = start; i < end && bytes[i] !== 0x3d; i++) {
    const value = base64Value(bytes[i] ?? 0);
    if (value < 0) return false;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const decoded = (held >> bits) & 0xff;
    if (decoded < 0x20 || decoded === 0x7f) return false;
    hasColon ||= decoded === 0x3a;
  }
  return hasColon;
}

function base64Value(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return byte - 0x41;
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x61 + 26;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30 + 52;
  if (byte === 0x2b || byte === 0x2d) return 62;
  return byte === 0x2f || byte === 0x5f ? 63 : -1;
}
