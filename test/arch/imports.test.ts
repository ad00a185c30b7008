/**
 * Dependencies point one way: services → platform, bus, store → contracts → pipeline → correlation → scoring → mining →
 * records → kernel. The linter says so while one types; this scan says it again for every room, services included, and
 * does not depend on the linter's configuration.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listSources, withFixture } from './support/files.js';
import { forbiddenImports, importedModules } from './support/imports.js';
import { laws, readWorkspaces, repository } from './support/rooms.js';

describe('direction of imports', () => {
  it('has a law for every workspace', () => {
    const folders = readWorkspaces().map(({ folder }) => folder);
    expect(folders.length).toBeGreaterThan(10);
    const known = new Set(laws.map(({ folder }) => folder));
    expect(folders.filter((folder) => !known.has(folder))).toEqual([]);
  });

  it.each(laws)('holds in $folder', (law) => {
    const files = listSources(repository, [law.folder]);
    expect(files.length).toBeGreaterThan(0);
    expect(forbiddenImports(repository, law, files)).toEqual([]);
  });

  it('finds the packages of a room declared in its package.json', () => {
    const undeclared = readWorkspaces().flatMap(({ folder, packageJson }) => {
      const declared = new Set(Object.keys(packageJson.dependencies ?? {}));
      return listSources(repository, [folder])
        .filter((file) => !/\.(?:test|bench|test-data)\.tsx?$/.test(file))
        .flatMap((file) =>
          forbiddenImports(repository, { folder, mayImport: ['node:*', ...declared].flatMap(withSubpaths) }, [
            file,
          ]),
        );
    });
    expect(undeclared).toEqual([]);
  });
});

describe('the scan itself', () => {
  it('sees every form of import and no comment', () => {
    const source = `
      import a from 'one';
      import type { B } from "two";
      import 'three';
      export { c } from 'four';
      export * from 'five';
      const d = await import('six');
      const e = require('seven');
      type F = import('eight').F;
      // import g from 'not-here';
      /* import h from 'not-here'; */
      const url = 'https://example.org'; import i from 'nine';
      const text = 'taken from'; const other = ', not a module';
      import {
        j,
      } from 'ten';
    `;
    expect(importedModules(source)).toEqual([
      'one',
      'two',
      'three',
      'four',
      'five',
      'six',
      'seven',
      'eight',
      'nine',
      'ten',
    ]);
  });

  it('catches an import to the left, a package, a built-in and a way out of the room', () => {
    const file = 'libs/mining/src/planted.ts';
    const planted = `
      import { x } from '@culprit/scoring';
      import { z } from 'zod';
      import fs from 'node:fs';
      import { y } from '../../records/src/stream.js';
      import { deep } from '@culprit/kernel/src/hash.js';
      import { fine } from '@culprit/kernel';
      import { alsoFine } from './template.js';
    `;
    const mining = laws.find(({ folder }) => folder === 'libs/mining');
    if (mining === undefined) throw new Error('mining has no law');
    const caught = withFixture({ [file]: planted }, (root) => forbiddenImports(root, mining, [file]));
    expect(caught.map(({ module }) => module)).toEqual([
      '@culprit/scoring',
      'zod',
      'node:fs',
      '../../records/src/stream.js',
      '@culprit/kernel/src/hash.js',
    ]);
  });

  it('lets a test use the test tools and nothing more', () => {
    const law = { folder: 'libs/kernel', mayImport: [] };
    const file = 'libs/kernel/src/planted.test.ts';
    const source = `import { it } from 'vitest'; import fc from 'fast-check'; import { z } from 'zod';`;
    const caught = withFixture({ [file]: source }, (root) => forbiddenImports(root, law, [file]));
    expect(caught).toEqual([{ file, module: 'zod' }]);
  });

  it('knows only rooms that exist', () => {
    expect(laws.filter(({ folder }) => !existsSync(path.join(repository, folder)))).toEqual([]);
  });
});

function withSubpaths(name: string): readonly string[] {
  return name.endsWith('*') || name.startsWith('@culprit/') ? [name, `${name}/module`] : [name, `${name}/*`];
}
