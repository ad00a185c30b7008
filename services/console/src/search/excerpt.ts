const shownCharacters = 500;
const charactersBefore = 60;

/**
 * The line of a record that has the text that was sought, from a little before it; the first line where it has not.
 * O(length).
 */
export function excerptOf(body: string, sought: string): string {
  const at = sought === '' ? 0 : Math.max(0, body.toLowerCase().indexOf(sought.toLowerCase()));
  const lineStart = body.lastIndexOf('\n', at - 1) + 1;
  const isFar = at - lineStart > 2 * charactersBefore;
  const start = isFar ? at - charactersBefore : lineStart;
  const line = body.slice(start, start + shownCharacters).split('\n', 1)[0] ?? '';
  return start === 0 ? line : `… ${line.trimStart()}`;
}
