import { BLANK, WEIGHTS, isLetter } from './bytes.js';
import { isNamingWord } from './evidence.js';

const maxNameLength = 64;

const quote = 0x22;
const apostrophe = 0x27;
const blank = 0x20;
const equals = 0x3d;
const colon = 0x3a;

/**
 * The name that a line itself gives to one of its parameters: `took` in `took=31ms`, `status` in `"status": 200`,
 * `user.id` in `user.id: '17'`, `user` in `user bob`.
 *
 * @param line bytes of the line
 * @param start first byte of the parameter, a span of the miner
 * @returns undefined where neither `=` or `:` stands between a name and the parameter nor a noun before it that
 * introduces names; linear in the name's length
 */
export function parameterNameOf(line: Uint8Array, start: number): string | undefined {
  let at = start - 1;
  if (isQuote(line[at])) at--;
  while (line[at] === blank) at--;
  const sign = line[at];
  if (sign !== equals && sign !== colon) return nounBefore(line, start);
  at--;
  while (line[at] === blank) at--;
  if (isQuote(line[at])) at--;
  const end = at + 1;
  while (isNameByte(line[at]) && end - at <= maxNameLength) at--;
  const name = String.fromCharCode(...line.subarray(at + 1, end));
  // A number before a colon is a time or an address, not a name.
  return end - at <= maxNameLength && /[A-Za-z_]/.test(name) ? name : undefined;
}

/** The word before, one blank away, if it is a noun as `user` and `host` are. */
function nounBefore(line: Uint8Array, start: number): string | undefined {
  const end = isQuote(line[start - 1]) ? start - 2 : start - 1;
  if (line[end] !== blank) return undefined;
  let at = end;
  while (at > 0 && end - at < maxNameLength && isLetter(line[at - 1] ?? 0)) at--;
  const isWord = at < end && (at === 0 || WEIGHTS[line[at - 1] ?? 0] === BLANK);
  return isWord && isNamingWord(line, at, end) ? String.fromCharCode(...line.subarray(at, end)) : undefined;
}

function isQuote(byte: number | undefined): boolean {
  return byte === quote || byte === apostrophe;
}

/** Letters, digits, `_`, `-`, `.` and `@`. */
function isNameByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  if (byte >= 0x30 && byte <= 0x39) return true;
  const lower = byte | 0x20;
  if (lower >= 0x61 && lower <= 0x7a) return true;
  return byte === 0x5f || byte === 0x2d || byte === 0x2e || byte === 0x40;
}
