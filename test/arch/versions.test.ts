/** One version of each package: two copies of a framework do not know each other's classes. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { withFixture } from './support/files.js';
import { readPackageJson, readWorkspaces, repository } from './support/rooms.js';

const exact = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

const dependencies = readWorkspaces().flatMap(({ folder, packageJson }) =>
  Object.entries({ ...packageJson.dependencies, ...packageJson.devDependencies }).map(([name, version]) => ({
    folder,
    name,
    version,
  })),
);

/** Packages of a family that are installed below a workspace instead of being shared by all. */
function ownCopies(root: string, folders: readonly string[], names: readonly string[]): readonly string[] {
  return folders
    .flatMap((folder) => names.map((name) => `${folder}/node_modules/${name}`))
    .filter((place) => existsSync(path.join(root, place)));
}

it('pins every dependency exactly, and the same everywhere', () => {
  expect(dependencies.length).toBeGreaterThan(30);
  expect(dependencies.filter(({ version }) => !exact.test(version))).toEqual([]);
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of dependencies) {
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  expect([...versions].filter(([, set]) => set.size > 1).map(([name]) => name)).toEqual([]);
});

it('installs each dependency once, at the version that is asked for', () => {
  const shared = new Map(dependencies.map(({ name, version }) => [name, version]));
  const names = [...shared.keys()].filter((name) => !name.startsWith('@culprit/'));
  const folders = readWorkspaces().map(({ folder }) => folder);
  expect(ownCopies(repository, folders, names)).toEqual([]);
  const wrong = names.filter(
    (name) =>
      existsSync(path.join(repository, 'node_modules', name, 'package.json')) &&
      installedVersion(name) !== shared.get(name),
  );
  expect(wrong).toEqual([]);
});

it('would notice a second copy', () => {
  const file = 'services/query/node_modules/@nestjs/core/package.json';
  const copies = withFixture({ [file]: '{}' }, (root) =>
    ownCopies(root, ['services/query', 'services/ingest'], ['@nestjs/core', 'zod']),
  );
  expect(copies).toEqual(['services/query/node_modules/@nestjs/core']);
});

function installedVersion(name: string): string | undefined {
  return readPackageJson(path.join(repository, 'node_modules', name)).version;
}
