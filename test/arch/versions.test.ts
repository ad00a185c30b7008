/** One version of each package: two copies of a framework do not know each other's classes. */
import { existsSync, readFileSync } from 'node:fs';
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

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

/**
 * Optional dependencies that the lock names but does not describe: those of other platforms are lost when the lock is
 * written on one, and `npm ci` then fails on the others.
 */
function undescribed(lock: Lock): readonly string[] {
  const described = new Set(
    Object.keys(lock.packages).map((place) =>
      place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
    ),
  );
  return Object.values(lock.packages).flatMap(({ optionalDependencies }) =>
    Object.keys(optionalDependencies ?? {}).filter((name) => !described.has(name)),
  );
}

it('locks the optional dependencies of every platform', () => {
  const lock = JSON.parse(readFileSync(path.join(repository, 'package-lock.json'), 'utf8')) as Lock;
  const named = Object.values(lock.packages).flatMap((entry) =>
    Object.keys(entry.optionalDependencies ?? {}),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(undescribed(lock)).toEqual([]);
});

it('would notice a platform that is missing from the lock', () => {
  const packages = {
    'node_modules/engine': { optionalDependencies: { 'engine-linux': '1.0.0', 'engine-darwin': '1.0.0' } },
    'node_modules/engine/node_modules/engine-linux': {},
  };
  expect(undescribed({ packages })).toEqual(['engine-darwin']);
});

function installedVersion(name: string): string | undefined {
  return readPackageJson(path.join(repository, 'node_modules', name)).version;
}
