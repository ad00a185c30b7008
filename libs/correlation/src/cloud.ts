import type { Anomaly } from '@culprit/scoring';
import { readableText } from './readable.js';
import type { CloudWord } from './report.js';
import { templateKey } from './template-key.js';

const maxWords = 30;
const minLength = 4;
const maxLength = 24;
const maxText = 400;
const largestWeight = 10;
/** Words of English that say nothing about an incident. */
const plainWords: ReadonlySet<string> = new Set(
  'about after again been before cannot could does during each first from have into last more most only other over same since some such than that their them then there these they this those time under until very were what when where which while will with within without would your'.split(
    ' ',
  ),
);

/**
 * The words of a story, for a cloud: every word weighs as much as the most surprising events that say it, one for each
 * template. O(characters)
 */
export function cloudOf(anomalies: readonly Anomaly[]): CloudWord[] {
  const strongest = new Map<string, Anomaly>();
  for (const anomaly of anomalies) {
    const key = templateKey(anomaly);
    if (anomaly.surprise > (strongest.get(key)?.surprise ?? 0)) strongest.set(key, anomaly);
  }
  const weights = new Map<string, number>();
  for (const anomaly of strongest.values()) {
    for (const word of wordsOf(readableText(anomaly, maxText)))
      weights.set(word, (weights.get(word) ?? 0) + anomaly.surprise);
  }
  const ranked = [...weights].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, maxWords);
  const most = ranked[0]?.[1] ?? 1;
  return ranked.map(([word, weight]) => ({
    word,
    weight: Math.max(1, Math.round((weight / most) * largestWeight)),
  }));
}

/** Runs of letters in lower case; what digits touch is an id, not a word. */
function wordsOf(text: string): Set<string> {
  const words = new Set<string>();
  for (const part of text.split(/[^\p{L}\p{N}_-]+/u)) {
    if (/\p{N}/u.test(part)) continue;
    for (const run of part.split(/[_-]+|(?<=\p{Ll})(?=\p{Lu})/u)) {
      const word = run.toLowerCase();
      if (word.length >= minLength && word.length <= maxLength && !plainWords.has(word)) words.add(word);
    }
  }
  return words;
}
