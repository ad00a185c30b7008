import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RoomLaw } from './rooms.js';
import { testsMayImport } from './rooms.js';

/** Comments and texts; texts are the groups. */
const piecePattern =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`/g;

/** Static imports, re-exports, side-effect imports, dynamic imports, import types and require, before a text. */
const importPattern = /\b(?:from|import)\s*<(\d+)>|\b(?:import|require)\s*\(\s*<(\d+)>/g;

/** Module specifiers named in a source text, in order of appearance. Comments and the inside of texts do not count. */
export function importedModules(source: string): readonly string[] {
  const texts: string[] = [];
  const skeleton = source.replace(piecePattern, (piece, single?: string, double?: string, back?: string) => {
    if (piece.startsWith('/')) return ' ';
    texts.push(single ?? double ?? back ?? '');
    return `<${texts.length - 1}>`;
  });
  return [...skeleton.matchAll(importPattern)].map((match) => texts[Number(match[1] ?? match[2])] ?? '');
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
  return /\.(?:test|bench|test-data)\.tsx?$/.test(file) || /\/src\/(?:[\w-]+\/)*testing\//.test(file);
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
