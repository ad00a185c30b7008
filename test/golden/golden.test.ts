/**
 * Fingerprints of structuring. A change of them is a change of what every user's history was learned with: look at the
 * difference, and if it is meant, accept it with `npm run golden -- --update`.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpora } from './corpora/index.js';
import { fingerprint } from './fingerprint.js';

const folder = path.join(import.meta.dirname, 'expected');

describe('what structuring makes of', () => {
  it.each(corpora)('$name is what it made of it before', async (corpus) => {
    const text = fingerprint(corpus, { batchSizes: [1_000], restartEvery: 0 });
    await expect(text, 'if the change is meant: npm run golden -- --update').toMatchFileSnapshot(
      path.join(folder, `${corpus.name}.txt`),
    );
  });

  it.each(corpora)('$name does not depend on batches and restarts', (corpus) => {
    const whole = fingerprint(corpus, { batchSizes: [1_000], restartEvery: 0 });
    expect(fingerprint(corpus, { batchSizes: [1, 17, 3, 120], restartEvery: 2 })).toBe(whole);
  });

  it('adds up: every line is in one record, every record in one template', () => {
    for (const corpus of corpora) {
      const [first, second] = fingerprint(corpus, { batchSizes: [50], restartEvery: 0 }).split('\n');
      expect(first).toMatch(/^lines (\d+), in records \1$/);
      expect(second).toMatch(/^records (\d+), by template \1$/);
    }
  });

  it('has no fingerprint without a corpus', () => {
    expect(corpora.length).toBeGreaterThan(8);
    const known = corpora.map(({ name }) => `${name}.txt`);
    expect(readdirSync(folder).filter((file) => !known.includes(file))).toEqual([]);
  });
});
