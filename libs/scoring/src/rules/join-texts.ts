import { wildcard } from './text-pattern.js';

/** A text for several templates: the words that all have in the same order, `<*>` where they differ. O(n²) in words. */
export function joinTexts(texts: readonly string[]): string {
  const [first = '', ...rest] = texts;
  return rest.reduce(joinTwo, first);
}

function joinTwo(a: string, b: string): string {
  const left = a.split(' ');
  const right = b.split(' ');
  const lengths = commonLengths(left, right);
  const words: string[] = [];
  const vary = (): void => {
    if (words.at(-1) !== wildcard) words.push(wildcard);
  };
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const word = left[i] ?? '';
    if (word === right[j]) {
      words.push(word);
      i++;
      j++;
      continue;
    }
    vary();
    if (lengthAt(lengths, i + 1, j) >= lengthAt(lengths, i, j + 1)) i++;
    else j++;
  }
  if (i < left.length || j < right.length) vary();
  return words.join(' ');
}

/** Length of the longest common subsequence of the words from (i, j) on (Wagner and Fischer, 1974). */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const lengths = Array.from({ length: left.length + 1 }, () =>
    Array.from({ length: right.length + 1 }, () => 0),
  );
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (row === undefined) continue;
      row[j] =
        left[i] === right[j]
          ? lengthAt(lengths, i + 1, j + 1) + 1
          : Math.max(lengthAt(lengths, i + 1, j), lengthAt(lengths, i, j + 1));
    }
  }
  return lengths;
}

function lengthAt(lengths: readonly (readonly number[])[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}
