const maxPairs = 64;

/**
 * The telling part of a line made of `key=value` pairs: what the message and the error say, as `message: error`, each
 * alone where only one is there, after a `reason` in one word; undefined for a line of another kind.
 *
 * O(length)
 */
export function saidByPairs(text: string): string | undefined {
  let message = quotedStart(text);
  // In running text `exception=` is a part of the sentence, not a field of the line.
  const isMadeOfPairs = message !== undefined || text[endOfPart(text, 0, '=')] === '=';
  let error: string | undefined;
  let reason: string | undefined;
  for (const { key, value, rest } of pairsOf(text)) {
    if (isMessageKey(key)) message ??= value.startsWith('"') ? unquote(value) : rest;
    else if (isMadeOfPairs && isErrorKey(key) && !isEmpty(unquote(value))) error ??= unquote(value);
    else if (key === 'reason' && /^[A-Za-z]+$/.test(value)) reason = value;
  }
  const parts = [reason !== undefined && message !== undefined ? reason : undefined, message, error];
  // An unquoted message runs to the end of the line and has the error in it already.
  const said = parts.filter((part, index) => part !== undefined && !(index === 2 && message?.includes(part)));
  return message === undefined && error === undefined ? undefined : said.join(': ');
}

interface Pair {
  /** Lower case, without quotes. */
  readonly key: string;
  /** Up to the next space, or up to its closing quote. */
  readonly value: string;
  /** Everything from the value on. */
  readonly rest: string;
}

/** The pairs of a line, at most {@link maxPairs}; words that belong to none are passed over. */
function pairsOf(text: string): Pair[] {
  const pairs: Pair[] = [];
  let at = 0;
  while (at < text.length && pairs.length < maxPairs) {
    const keyEnd = endOfPart(text, at, '=');
    if (text[keyEnd] === '=') {
      const end = endOfPart(text, keyEnd + 1, ' ');
      const value = text.slice(keyEnd + 1, end);
      pairs.push({ key: unquote(text.slice(at, keyEnd)).toLowerCase(), value, rest: text.slice(keyEnd + 1) });
      at = end + 1;
    } else at = keyEnd + 1;
  }
  return pairs;
}

/** End of a part that begins at `from`: behind its closing quote, else at the first space or `stop`. */
function endOfPart(text: string, from: number, stop: '=' | ' '): number {
  let at = from;
  if (text[at] === '"') {
    for (at += 1; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at += 1;
    return Math.min(at + 1, text.length);
  }
  while (at < text.length && text[at] !== ' ' && text[at] !== stop) at += 1;
  return at;
}

/** The quoted text a line begins with, where pairs follow it. */
function quotedStart(text: string): string | undefined {
  if (!text.startsWith('"')) return undefined;
  const end = endOfPart(text, 0, ' ');
  return text[end] === ' ' && text.indexOf('=', end) > 0 ? unquote(text.slice(0, end)) : undefined;
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value;
  const inner = value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value.slice(1);
  return inner.replaceAll('\\"', '"');
}

function isMessageKey(key: string): boolean {
  return key === 'msg' || key === 'message';
}

function isErrorKey(key: string): boolean {
  return key === 'err' || key === 'exception' || key.endsWith('error');
}

function isEmpty(value: string): boolean {
  return value === '' || value === 'null' || value === 'nil' || value === '<nil>' || value === 'none';
}
