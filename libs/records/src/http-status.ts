import { errorSeverity } from '@culprit/kernel';
import { isDigit } from './header-tokens.js';

const QUOTE = 0x22;
const SLASH = 0x2f;
const BLANK = 0x20;
const LETTER_P = 0x50;
const DIGIT_5 = 0x35;

/**
 * Severity of a line of an access log, from the status behind its quoted request line: `"GET / HTTP/1.1" 502 157`.
 *
 * A status of 500 to 599 says that the server failed (RFC 9110, section 15.6) and is an ERROR. Other statuses, and lines
 * that are no such line, say nothing: what a client did wrong is not a failure of the program.
 *
 * @returns 17 or 0. O(length), no allocation.
 */
export function statusSeverity(bytes: Uint8Array, start: number, end: number): number {
  // A loop, not indexOf: that would run on past the line to the next quote of the whole arena.
  for (let quote = start; quote + 4 < end; quote++) {
    if (bytes[quote] !== QUOTE || bytes[quote + 1] !== BLANK || !endsRequestLine(bytes, start, quote))
      continue;
    const isStatus =
      isDigit(bytes[quote + 2]) &&
      isDigit(bytes[quote + 3]) &&
      isDigit(bytes[quote + 4]) &&
      (quote + 5 >= end || bytes[quote + 5] === BLANK);
    if (isStatus) return bytes[quote + 2] === DIGIT_5 ? errorSeverity : 0;
  }
  return 0;
}

/** `HTTP/1.1`, `HTTP/1.0`, `HTTP/2.0`, `HTTP/2` or `HTTP/3` just before the quote. */
function endsRequestLine(bytes: Uint8Array, start: number, quote: number): boolean {
  if (!isDigit(bytes[quote - 1])) return false;
  const slash = bytes[quote - 2] === SLASH ? quote - 2 : quote - 4;
  return slash - 4 >= start && bytes[slash] === SLASH && bytes[slash - 1] === LETTER_P;
}
