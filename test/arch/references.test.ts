/**
 * Project references are the compiler's fence: a room sees the declarations of the rooms it references and nothing
 * else. They follow the dependencies in package.json, so the two cannot drift apart.
 */
import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFixture } from './support/files.js';
import { pureRooms, readWorkspaces, repository } from './support/rooms.js';
import { runTool } from './support/run.js';

interface ProjectConfig {
  readonly extends?: string;
  readonly compilerOptions?: { readonly types?: readonly string[]; readonly rootDir?: string };
  readonly references?: readonly { readonly path: string }[];
}

const workspaces = readWorkspaces();

function readConfig(folder: string): ProjectConfig {
  return JSON.parse(readFileSync(path.join(repository, folder, 'tsconfig.json'), 'utf8')) as ProjectConfig;
}

function referencedFolders(folder: string): readonly string[] {
  return (readConfig(folder).references ?? []).map((reference) => path.posix.join(folder, reference.path));
}

describe('project references', () => {
  it('list every workspace at the root', () => {
    expect(workspaces.length).toBeGreaterThan(10);
    expect(referencedFolders('').toSorted()).toEqual(workspaces.map(({ folder }) => folder).toSorted());
  });

  it.each(workspaces)('of $folder are its dependencies', ({ folder, packageJson }) => {
    const folderByName = new Map(workspaces.map((other) => [other.packageJson.name, other.folder]));
    const needed = Object.keys(packageJson.dependencies ?? {}).flatMap(
      (name) => folderByName.get(name) ?? [],
    );
    expect(referencedFolders(folder).toSorted()).toEqual(needed.toSorted());
  });

  it.each(workspaces)('of $folder start from the strict base', ({ folder }) => {
    const config = readConfig(folder);
    expect(config.extends).toBe('../../tsconfig.base.json');
    expect(config.compilerOptions?.rootDir).toBe('src');
  });

  it.each(pureRooms)('give %s no types of Node', (room) => {
    expect(readConfig(`libs/${room}`).compilerOptions?.types ?? []).toEqual([]);
  });
});

const plantedProject = {
  'libs/left/src/index.ts': "export { secret } from '../../right/src/secret.js';\n",
  'libs/left/src/node.ts': "export { readFileSync } from 'node:fs';\n",
  'libs/left/src/console.ts': "console.log('x');\nexport {};\n",
  'libs/left/src/index-access.ts': 'export const first = (xs: number[]): number => xs[0];\n',
  'libs/left/src/absent.ts': 'export const o: { a?: number } = { a: undefined };\n',
  'libs/left/tsconfig.json': JSON.stringify({
    extends: '../../tsconfig.base.json',
    compilerOptions: { rootDir: 'src', outDir: 'dist' },
    include: ['src'],
  }),
  'libs/right/src/secret.ts': 'export const secret = 1;\n',
};

it('the compiler reports what is planted', () => {
  const output = withFixture(plantedProject, (root) => {
    copyFileSync(path.join(repository, 'tsconfig.base.json'), path.join(root, 'tsconfig.base.json'));
    return runTool('tsc', ['-b', 'libs/left', '--pretty', 'false'], root).output;
  });
  const errors = output.split('\n').flatMap((line) => {
    const match = /^libs\/left\/src\/([\w-]+)\.ts\(\d+,\d+\): error (TS\d+)/.exec(line);
    return match === null ? [] : [`${match[1]} ${match[2]}`];
  });
  expect(errors).toContain('index TS6059');
  expect(errors.some((error) => /^node TS2(?:307|591)$/.test(error))).toBe(true);
  expect(errors.some((error) => /^console TS2(?:304|584)$/.test(error))).toBe(true);
  expect(errors).toContain('index-access TS2322');
  expect(errors).toContain('absent TS2375');
});
