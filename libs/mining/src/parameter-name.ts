const maxNameLength = 64;

const quote = 0x22;
const apostrophe = 0x27;
const blank = 0x20;
const equals = 0x3d;
const colon = 0x3a;

/**
 * The name that a line itself gives to one of its parameters: `took` in `took=31ms`, `status` in `"status": 200`,
 * `user.id` in `user.id: '17'`.
 *
 * @param line bytes of the line
 * @param start first byte of the parameter, a span of the miner
 * @returns undefined where no `=` or `:` stands between a name and the parameter; linear in the name's length
 */
export function parameterNameOf(line: Uint8Array, start: number): string | undefined {
  let at = start - 1;
  if (isQuote(line[at])) at--;
  while (line[at] === blank) at--;
  const sign = line[at];
  if (sign !== equals && sign !== colon) return undefined;
  at--;
  while (line[at] === blank) at--;
  if (isQuote(line[at])) at--;
  const end = at + 1;
  while (isNameByte(line[at]) && end - at <= maxNameLength) at--;
  const name = String.fromCharCode(...line.subarray(at + 1, end));
  // A number before a colon is a time or an address, not a name.
  return end - at <= maxNameLength && /[A-Za-z_]/.test(name) ? name : undefined;
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
