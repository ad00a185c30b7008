const VARIABLE = /0x[0-9a-f]+|\b(?=[a-f-]*\d)[0-9a-f][0-9a-f-]{7,}\b|\d+/gi;
const MAX_CHARACTERS = 400;

/**
 * The constant part of a message by one generic rule: hexadecimal names and numbers become `#`, the rest stays. What
 * people do with `sed` before they count lines. O(characters), at most 400 of them.
 */
export function skeletonOf(message: string): string {
  return message.slice(0, MAX_CHARACTERS).replaceAll(VARIABLE, '#');
}
