import { decodeUtf8 } from '@culprit/kernel';

/**
 * What stands for a value in its pseudonym: equal values have the same, and it does not tell the value. Letters and digits,
 * at most 32.
 */
export type Pseudonyms = (value: Uint8Array) => string;

const maxNumberedValues = 100_000;

/**
 * Numbers values in the order in which they are met: for one run over files, where the same input must give the same
 * output and no key is at hand. Values after the first 100,000 share one name.
 */
export function numberedPseudonyms(): Pseudonyms {
  const numbers = new Map<string, string>();
  return (value) => {
    const text = decodeUtf8(value);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    if (numbers.size >= maxNumberedValues) return 'more';
    const name = String(numbers.size + 1);
    numbers.set(text, name);
    return name;
  };
}
