import type { Anomaly } from '@culprit/scoring';

/**
 * The part of a line that says something, on one line: what stands before the first literal words of the template (time,
 * level, ids) is left out, control characters become spaces, space is collapsed.
 *
 * @param maxLength characters, cut at a word with an ellipsis
 */
export function readableText({ event }: Anomaly, maxLength: number): string {
  const body = event.body.slice(0, 4_096);
  const anchor = firstLiteral(event.templateText);
  const at = anchor === '' ? -1 : body.indexOf(anchor);
  const text = at > 0 && at < 200 ? body.slice(at) : body;
  return shorten(oneLine(text), maxLength);
}

/** First stretch of the template without wildcards that holds at least eight characters. */
function firstLiteral(template: string): string {
  for (const part of template.split('<')) {
    const literal = part.slice(part.indexOf('>') + 1).trim();
    if (literal.length >= 8) return literal;
  }
  return '';
}

function oneLine(text: string): string {
  let clean = '';
  let isGap = false;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isSpace = code <= 32 || (code >= 127 && code <= 160) || code === 0x2028 || code === 0x2029;
    if (!isSpace && isGap && clean !== '') clean += ' ';
    if (!isSpace) clean += character;
    isGap = isSpace;
  }
  return clean;
}

/** At most `maxLength` characters, cut at a space where one is near, ended by an ellipsis. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, maxLength - 1);
  const space = cut.lastIndexOf(' ');
  const kept = space > maxLength * 0.6 ? cut.slice(0, space) : cut;
  const last = kept.charCodeAt(kept.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? kept.slice(0, -1) : kept}…`;
}
