/**
 * Text made safe to show on a terminal, in HTML text nodes or in Markdown code: control characters (C0, C1, DEL),
 * ANSI escape sequences, bidirectional overrides and zero-width characters are removed or shown as `\u{hex}`.
 * Line feeds and tabs stay. The stored text is never changed. O(length).
 */
export function toDisplayText(text: string): string {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x1b || unit === 0x9b) {
      i = endOfEscape(text, i);
      continue;
    }
    result += isHidden(unit) ? `\\u{${unit.toString(16)}}` : text[i];
  }
  return result;
}

/** Index of the last character of the escape sequence that starts at `start`. Source: ECMA-48, 5th edition, 5.4. */
function endOfEscape(text: string, start: number): number {
  let i = start;
  const isSequence = text.charCodeAt(i) === 0x9b || text[i + 1] === '[';
  if (!isSequence) return text[i + 1] === undefined ? i : i + 1;
  if (text.charCodeAt(i) === 0x1b) i++;
  for (i++; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x40 && unit <= 0x7e) return i;
    if (unit < 0x20 || unit > 0x7e) return i - 1;
  }
  return text.length - 1;
}

function isHidden(unit: number): boolean {
  if (unit === 0x0a || unit === 0x09) return false;
  if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return true;
  if (unit >= 0x200b && unit <= 0x200f) return true;
  return (unit >= 0x202a && unit <= 0x202e) || (unit >= 0x2060 && unit <= 0x2069) || unit === 0xfeff;
}
