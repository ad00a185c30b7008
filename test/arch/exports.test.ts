/**
 * A room has one door. What `exports` does not name cannot be imported, neither from the built files nor from the
 * sources.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { listFiles, withFixture } from './support/files.js';
import type { Workspace } from './support/rooms.js';
import { readWorkspaces, repository } from './support/rooms.js';

const workspaces = readWorkspaces();
const libraries = workspaces.filter(({ folder }) => folder.startsWith('libs/'));

/** Files of a workspace that a module at `from` could import by their path. */
function openDoors(place: {
  readonly root: string;
  readonly folder: string;
  readonly name: string;
  readonly from: string;
}): readonly string[] {
  const { resolve } = createRequire(path.join(place.root, place.from));
  return listFiles(place.root, place.folder)
    .map((file) => file.slice(place.folder.length + 1))
    .filter((file) => {
      try {
        resolve(`${place.name}/${file}`);
        return true;
      } catch (error) {
        // Any other failure, such as a package that is not linked at all, would prove nothing.
        return !(error instanceof Error && 'code' in error && error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED');
      }
    });
}

function doorNames({ packageJson }: Workspace): readonly string[] {
  return Object.keys(packageJson.exports ?? {});
}

it('gives every library the one door "."', () => {
  expect(libraries.length).toBeGreaterThan(8);
  expect(libraries.filter((workspace) => doorNames(workspace).join() !== '.')).toEqual([]);
});

it('gives every service no door but "./module"', () => {
  const services = workspaces.filter(({ folder }) => folder.startsWith('services/'));
  expect(services.length).toBeGreaterThan(4);
  expect(services.filter((workspace) => !['./module', ''].includes(doorNames(workspace).join()))).toEqual([]);
});

it.each(libraries)('resolves no file inside $folder', ({ folder, packageJson }) => {
  expect(listFiles(repository, folder).length).toBeGreaterThan(0);
  expect(openDoors({ root: repository, folder, name: packageJson.name, from: 'test/arch/x.js' })).toEqual([]);
});

it('leaves the package without a door to nobody else', () => {
  const doorless = workspaces.filter(({ packageJson }) => packageJson.exports === undefined);
  const dependants = workspaces.filter(({ packageJson }) =>
    doorless.some((other) => other.packageJson.name in { ...packageJson.dependencies }),
  );
  expect(doorless.map(({ folder }) => folder)).toEqual(['services/console', 'services/culprit']);
  expect(dependants).toEqual([]);
});

it('would notice a package that can be entered by a path', () => {
  const manifest = { name: 'open-room', exports: { '.': './src/index.js', './src/*': './src/*' } };
  const files = {
    'open-room/package.json': JSON.stringify(manifest),
    'open-room/src/index.js': 'export {};',
    'open-room/src/secret.js': 'export {};',
  };
  // A package that has `exports` may import itself by name, so nothing needs to be installed.
  const doors = withFixture(files, (root) =>
    openDoors({ root, folder: 'open-room', name: 'open-room', from: 'open-room/x.js' }),
  );
  expect(doors).toEqual(['src/index.js', 'src/secret.js']);
});
