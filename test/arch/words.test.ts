/** The repository names no path of the machine it was written on, no private registry and no writing tool. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { listFiles } from './support/files.js';
import { repository } from './support/rooms.js';
import { forbiddenMentions, hashWord } from './support/words.js';

it('finds nothing in any file of the repository', () => {
  const files = listFiles(repository);
  expect(files.length).toBeGreaterThan(100);
  const mentions = files.flatMap((file) =>
    forbiddenMentions(readFileSync(path.join(repository, file), 'utf8')).map(
      (mention) => `${file}: ${mention}`,
    ),
  );
  expect(mentions).toEqual([]);
});

it('would notice each of them', () => {
  const root = ['', 'work', 'main'].join('/');
  const host = ['npm', 'mirror.example.org'].join('-');
  expect(forbiddenMentions(`see ${root}`)).toHaveLength(1);
  expect(forbiddenMentions(`"resolved": "https://${host}/x.tgz"`)).toHaveLength(1);
  expect(forbiddenMentions(`written with ${['Co', 'pilot'].join('')}`)).toHaveLength(1);
  expect(hashWord('word')).toMatch(/^[0-9a-f]{16}$/);
});

it('lets public names and other paths pass', () => {
  const text = 'https://registry.npmjs.org/x /home/work/ ./work/ /var/log/pods the work/life of a co pilot';
  expect(forbiddenMentions(text)).toEqual([]);
});
