import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { repository } from './rooms.js';

const skippedFolders = new Set([
  'node_modules',
  'dist',
  '.cache',
  '.git',
  'coverage',
  'culprit-data',
  'tmp',
  'results',
]);

/**
 * Paths of all files below a folder, relative to `root`, sorted; without what is installed, built or measured.
 * Does not need git, because a checkout may come as an archive.
 */
export function listFiles(root: string, folder = ''): readonly string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : listFiles(root, name);
      return entry.isFile() ? [name] : [];
    })
    .toSorted();
}

/** Hand-written TypeScript sources of the project, with or without their tests. */
export function listSources(root: string, folders = ['libs', 'services', 'test']): readonly string[] {
  return folders
    .flatMap((folder) => listFiles(root, folder))
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('/src/gen/'));
}

/**
 * Runs a function on a temporary folder that holds the given files and this repository's node_modules, and removes it
 * afterwards. This is where violations are planted.
 */
export function withFixture<T>(files: Readonly<Record<string, string>>, use: (root: string) => T): T {
  const root = mkdtempSync(path.join(tmpdir(), 'culprit-arch-'));
  try {
    symlinkSync(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    return use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}
