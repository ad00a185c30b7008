/** Every room explains itself on one page. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { withFixture } from './support/files.js';
import { readWorkspaces, repository } from './support/rooms.js';

const lineLimit = 40;

/** What is wrong with the README of a folder, or undefined. */
function complaint(root: string, folder: string): string | undefined {
  const file = path.join(root, folder, 'README.md');
  if (!existsSync(file)) return `${folder} has no README.md`;
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  if (lines.length > lineLimit) return `${folder}/README.md has ${lines.length} lines, at most ${lineLimit}`;
  return lines.length < 3 ? `${folder}/README.md says nothing` : undefined;
}

it.each(readWorkspaces())('$folder has a README of at most 40 lines', ({ folder }) => {
  expect(complaint(repository, folder)).toBeUndefined();
});

it('would notice one that is missing, too long or empty', () => {
  const files = {
    'long/README.md': 'line\n'.repeat(41),
    'empty/README.md': '# Empty\n',
    'full/README.md': 'line\n'.repeat(40),
  };
  const complaints = withFixture(files, (root) =>
    ['missing', 'long', 'empty', 'full'].map((folder) => complaint(root, folder) !== undefined),
  );
  expect(complaints).toEqual([true, true, true, false]);
});
