import type { Anomaly } from '@culprit/scoring';
import { saidByPairs } from './pairs.js';

const levels: ReadonlySet<string> = new Set(
  'TRACE DEBUG INFO NOTICE NOTE WARN WARNING ERROR ERR CRITICAL FATAL PANIC I W E F D'.split(' '),
);
const maxHeaderTokens = 12;

/**
 * The part of a line that says something, on one line: the header (times, numbers, levels, ids in brackets) is left
 * out, of a stack trace the exception is kept, control characters become spaces, space is collapsed.
 *
 * @param maxLength characters, cut at a word with an ellipsis
 */
export function readableText({ event }: Anomaly, maxLength: number): string {
  const said = event.message === '' ? (event.body.split('\n', 1)[0] ?? '') : event.message;
  const text = oneLine((tellingLine(event.body.slice(0, 16_384)) ?? said).slice(0, 4_096));
  return shorten(saidByPairs(text) ?? withoutHeader(text), maxLength);
}

/**
 * Of several lines the one that names the exception: the last of a Python trace, otherwise the first that does;
 * undefined where no line does.
 */
function tellingLine(body: string): string | undefined {
  if (!body.includes('\n')) return undefined;
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  const verdicts = lines.filter((line) => exceptionStart(line) >= 0);
  const isPython = body.includes('Traceback (most recent call last)');
  const verdict = isPython ? verdicts.at(-1) : verdicts[0];
  if (verdict === undefined) return undefined;
  // A headline that names the exception still has its header; the message has not.
  return verdict === lines[0] ? undefined : verdict.slice(exceptionStart(verdict));
}

/** Where `SomeError` or `a.b.SomeException` begins, followed by a colon or the end; -1 if nowhere. */
export function exceptionStart(line: string): number {
  for (const word of ['Error', 'Exception']) {
    for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) {
      const end = at + word.length;
      if (at === 0 || (end < line.length && line[end] !== ':')) continue;
      let start = at;
      while (start > 0 && isNameCharacter(line.charCodeAt(start - 1))) start -= 1;
      if (start < at) return start;
    }
  }
  return -1;
}

/** Leaves out leading tokens that are numbers, times, levels or stand in brackets. */
function withoutHeader(text: string): string {
  let rest = text;
  for (let i = 0; i < maxHeaderTokens; i++) {
    const end = rest.startsWith('[') ? rest.indexOf(']') + 1 : rest.indexOf(' ');
    if (end <= 0 || rest.length - end < 12) return rest;
    const token = rest.slice(0, end);
    if (!rest.startsWith('[') && !levels.has(token.replace(':', '').toUpperCase()) && !isNumeric(token))
      return rest;
    rest = rest.slice(end).trimStart();
  }
  return rest;
}

/** Begins with a digit and has no run of three letters: a number, a date, a time. */
function isNumeric(token: string): boolean {
  const first = token.charCodeAt(0);
  if (first < 48 || first > 57) return false;
  let run = 0;
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i) | 32;
    run = code >= 97 && code <= 122 ? run + 1 : 0;
    if (run >= 3) return false;
  }
  return true;
}

function oneLine(text: string): string {
  let clean = '';
  let isGap = false;
  for (const character of withoutColours(text)) {
    const code = character.codePointAt(0) ?? 0;
    const isSpace = code <= 32 || (code >= 127 && code <= 160) || code === 0x2028 || code === 0x2029;
    if (!isSpace && isGap && clean !== '') clean += ' ';
    if (!isSpace) clean += character;
    isGap = isSpace;
  }
  return clean;
}

/** Takes out terminal colour codes (`ESC [ … m`), which would otherwise leave their digits behind. */
function withoutColours(text: string): string {
  const parts = text.split('\u001B[');
  return parts.map((part, index) => (index === 0 ? part : part.slice(colourLength(part)))).join('');
}

function colourLength(part: string): number {
  let at = 0;
  while (at < part.length && ';0123456789'.includes(part[at] ?? '')) at += 1;
  return part[at] === 'm' ? at + 1 : 0;
}

function isNameCharacter(code: number): boolean {
  if (code === 46 || code === 36 || code === 95) return true;
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
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
