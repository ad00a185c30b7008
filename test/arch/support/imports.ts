import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RoomLaw } from './rooms.js';
import { testsMayImport } from './rooms.js';

/** Static imports, re-exports, side-effect imports, dynamic imports, import types and require. */
const importPattern =
  /\b(?:from|import)\s*['"]([^'"\n]+)['"]|\b(?:import|require)\s*\(\s*['"`]([^'"`\n]+)['"`]/g;

/** Module specifiers named in a source text, in order of appearance. Comments do not count. */
export function importedModules(source: string): readonly string[] {
  return [...withoutComments(source).matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? '');
}

/** Blanks comments and leaves strings alone, so that `'https://…'` is not taken for a comment. */
function withoutComments(source: string): string {
  const pattern = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return source.replace(pattern, (piece) => (piece.startsWith('/') ? ' ' : piece));
}

/** An import that the law of its room does not allow. */
export interface ForbiddenImport {
  readonly file: string;
  readonly module: string;
}

/**
 * Checks the files of one room against its law. A relative import must stay inside the room; the name of a package
 * must be on the room's list.
 */
export function forbiddenImports(
  root: string,
  law: RoomLaw,
  files: readonly string[],
): readonly ForbiddenImport[] {
  return files.flatMap((file) => {
    const allowed = isTest(file) ? [...law.mayImport, ...testsMayImport] : law.mayImport;
    return importedModules(readFileSync(path.join(root, file), 'utf8'))
      .filter((module) => !isAllowed({ module, file, folder: law.folder, allowed }))
      .map((module) => ({ file, module }));
  });
}

function isTest(file: string): boolean {
  return /\.(?:test|bench)\.tsx?$/.test(file) || /\/src\/(?:[\w-]+\/)*testing\//.test(file);
}

function isAllowed(candidate: {
  readonly module: string;
  readonly file: string;
  readonly folder: string;
  readonly allowed: readonly string[];
}): boolean {
  const { module, file, folder, allowed } = candidate;
  if (module.startsWith('.')) {
    return path.posix.join(path.posix.dirname(file), module).startsWith(`${folder}/`);
  }
  return allowed.some((entry) =>
    entry.endsWith('*') ? module.startsWith(entry.slice(0, -1)) : module === entry,
  );
}
