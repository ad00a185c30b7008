/**
 * The linter's rules hold in pure rooms as written. Each violation is planted under the path of a real room and must be
 * reported at its line; a room that is missing from the configuration fails here.
 */
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFixture } from './support/files.js';
import { pureRooms, repository } from './support/rooms.js';
import { runTool } from './support/run.js';

const compilerOptions = { strict: true, module: 'NodeNext', target: 'ES2024', types: [], noEmit: true };

/** Lines of `file` at which the linter, with this repository's configuration, reports something, by rule. */
function lint(files: Readonly<Record<string, string>>, args: readonly string[] = []): readonly string[] {
  const all = { ...files, 'tsconfig.json': JSON.stringify({ compilerOptions, include: ['**/*.ts'] }) };
  return withFixture(all, (root) => {
    copyFileSync(path.join(repository, '.oxlintrc.json'), path.join(root, '.oxlintrc.json'));
    const { output } = runTool('oxlint', ['--format=unix', '--deny-warnings', ...args], root);
    return [...output.matchAll(/^(\S+?):(\d+):\d+: .*\/[\w-]+\(([\w-]+)\)\]$/gm)]
      .map((match) => `${match[1]}:${match[2]} ${match[3]}`)
      .toSorted();
  });
}

const impurities = [
  ['a clock', 'export const x = Date.now();', 'no-restricted-globals'],
  ['a clock by its object', 'export const x = new Date();', 'no-restricted-globals'],
  ['a monotonic clock', 'export const x = performance.now();', 'no-restricted-globals'],
  ['randomness', 'export const x = Math.random();', 'no-restricted-properties'],
  ['random ids', 'export const x = crypto.randomUUID();', 'no-restricted-globals'],
  ['the environment', "export const x = process.env['A'];", 'no-restricted-globals'],
  ['a way round by the global object', "export const x = globalThis['Date'];", 'no-restricted-globals'],
  ['the console', "console.log('x'); export {};", 'no-restricted-globals'],
  ['a timer', 'setTimeout(() => undefined, 1); export {};', 'no-restricted-globals'],
  ['the network', "export const x = fetch('http://localhost');", 'no-restricted-globals'],
  ['a built-in of Node', "export { readFileSync } from 'node:fs';", 'no-restricted-imports'],
  ['a package', "export { z } from 'zod';", 'no-restricted-imports'],
  ['a package loaded late', "export const x = import('zod');", 'no-restricted-imports'],
  ['a deep import', "export { x } from '@culprit/kernel/src/hash.js';", 'no-restricted-imports'],
] as const;

describe.each(pureRooms)('in %s', (room) => {
  const fileOf = (index: number) => `libs/${room}/src/planted-${String(index).padStart(2, '0')}.ts`;

  it('reports every impurity', () => {
    const planted = Object.fromEntries(impurities.map(([, source], index) => [fileOf(index), `${source}\n`]));
    const reports = lint(planted);
    const missed = impurities.filter(([, , rule], index) => !reports.includes(`${fileOf(index)}:1 ${rule}`));
    expect(missed).toEqual([]);
  });

  it('lets it import the rooms to its right and none to its left', () => {
    const rooms = ['contracts', 'platform', ...pureRooms].filter((other) => other !== room);
    const planted = Object.fromEntries(
      rooms.map((other) => [`libs/${room}/src/uses-${other}.ts`, `export { x } from '@culprit/${other}';\n`]),
    );
    const right = new Set<string>(pureRooms.slice(0, pureRooms.indexOf(room)));
    const expected = rooms
      .filter((other) => !right.has(other))
      .map((other) => `libs/${room}/src/uses-${other}.ts:1 no-restricted-imports`);
    expect(lint(planted)).toEqual(expected.toSorted());
  });
});

describe('everywhere', () => {
  const file = 'services/query/src/planted.ts';

  it.each([
    ['any', 'export const x: any = 1;', 'no-explicit-any'],
    [
      'a non-null assertion',
      'export const f = (x: string | undefined) => x!.length;',
      'no-non-null-assertion',
    ],
    ['a default export', 'export default 1;', 'no-default-export'],
    ['the console', "console.log('x'); export {};", 'no-console'],
    ['code from text', "export const f = new Function('return 1');", 'no-new-func'],
    ['a forgotten promise', 'export function f(): void { Promise.resolve(1); }', 'no-floating-promises'],
    ['a thrown text', "export function f(): never { throw 'x'; }", 'only-throw-error'],
    [
      'a switch with a hole',
      "export function f(x: 'a' | 'b'): number { switch (x) { case 'a': return 1; } return 2; }",
      'switch-exhaustiveness-check',
    ],
  ])('reports %s', (_what, source, rule) => {
    expect(lint({ [file]: `${source}\n` }, ['--type-aware'])).toContain(`${file}:1 ${rule}`);
  });

  it('reports a function of 51 lines and a file of 401', () => {
    const long = `export function f(): void {\n${'  void 0;\n'.repeat(50)}}\n`;
    const full = `${Array.from({ length: 401 }, (_, i) => `export const x${i} = ${i};`).join('\n')}\n`;
    const other = 'services/query/src/full.ts';
    const rules = lint({ [file]: long, [other]: full }).map((report) => report.replace(/:\d+ /, ' '));
    expect(rules).toEqual([`${other} max-lines`, `${file} max-lines-per-function`]);
  });

  it('is silent about good code', () => {
    expect(lint({ [file]: 'export const x = 1;\n' }, ['--type-aware'])).toEqual([]);
  });
});
