/** Classes a byte may belong to, as bits. */
export const LETTER = 1;
export const DIGIT = 2;
/** `_ - .`: what joins the parts of a name. */
export const JOINT = 4;
/** What a token in one piece is made of, besides letters and digits: base64, base64url, and `~ %`. */
export const TOKEN_SIGN = 8;
export const SPACE = 16;
/** Ends a value that is not in quotes. */
export const VALUE_END = 32;

const classes = new Uint8Array(256);

function mark(text: string, bit: number): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    classes[code] = (classes[code] ?? 0) | bit;
  }
}

mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', LETTER);
mark('0123456789', DIGIT);
mark('_-.', JOINT);
mark('_-.~+/=%', TOKEN_SIGN);
mark(' \t\r\n', SPACE);
mark(' \t\r\n&,;"\'<>)}]|\\', VALUE_END);

/** True when the byte at `at` belongs to one of the classes; false outside of the array. */
export function isOf(bytes: Uint8Array, at: number, classBits: number): boolean {
  return ((classes[bytes[at] ?? 0] ?? 0) & classBits) !== 0;
}

/** First place from `at` on, before `end`, whose byte is in none of the classes. */
export function skipOver(bytes: Uint8Array, at: number, end: number, classBits: number): number {
  let i = at;
  while (i < end && isOf(bytes, i, classBits)) i++;
  return i;
}

/** Start of the run of bytes of these classes that ends before `at`; not before `floor`. */
export function skipBack(bytes: Uint8Array, at: number, floor: number, classBits: number): number {
  let i = at;
  while (i > floor && isOf(bytes, i - 1, classBits)) i--;
  return i;
}

/** First place from `at` on, before `end`, whose byte is in one of the classes; `end` when there is none. */
export function findClass(bytes: Uint8Array, at: number, end: number, classBits: number): number {
  let i = at;
  while (i < end && !isOf(bytes, i, classBits)) i++;
  return i;
}

/** True when `text`, ASCII in lower case, stands at `at`; ASCII letters in either case. */
export function hasWord(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (at < 0 || at + text.length > end) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[at + i] ?? 0;
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (lower !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** True when exactly `text`, ASCII, stands at `at`. */
export function hasText(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (at < 0 || at + text.length > end) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
