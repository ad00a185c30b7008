import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Escape hatches from the compiler and the linter, and what counts as one. */
const hatches = {
  any: /(?:[:<,|&(]|\bas)\s*any\b(?!\s*[:(])/g,
  'double assertion': /\bas\s+unknown\s+as\b/g,
  'non-null assertion': /[\w)\]]\x21(?!=)/g,
  'lint disabled': /(?:oxlint|eslint)-disable/g,
  'compiler silenced': /@ts-(?:ignore|expect-error|nocheck)/g,
} as const;

const fileLineLimit = 400;

/** How many there may be of each escape hatch, and of files over the limit of lines. */
export type Baseline = Readonly<Record<keyof typeof hatches | 'long file', number>>;

/** Where each escape hatch was found: one entry for every use. */
export type Finds = Readonly<Record<keyof Baseline, readonly string[]>>;

/** Looks through the given files. O(bytes). */
export function findHatches(root: string, files: readonly string[]): Finds {
  const sources = files.map((file) => ({ file, source: readFileSync(path.join(root, file), 'utf8') }));
  const uses = (name: keyof typeof hatches, visible: (source: string) => string): readonly string[] =>
    sources.flatMap(({ file, source }) => [...visible(source).matchAll(hatches[name])].map(() => file));
  return {
    any: uses('any', withoutTexts),
    'double assertion': uses('double assertion', withoutTexts),
    'non-null assertion': uses('non-null assertion', withoutTexts),
    'lint disabled': uses('lint disabled', withoutStrings),
    'compiler silenced': uses('compiler silenced', withoutStrings),
    'long file': sources
      .filter(({ source }) => codeLineCount(source) > fileLineLimit)
      .map(({ file }) => file),
  };
}

/** The hatches of which there are more than the baseline allows, and where they are. */
export function risen(finds: Finds, baseline: Baseline): readonly string[] {
  return entries(finds)
    .filter(([name, files]) => files.length > baseline[name])
    .map(([name, files]) => `${name}: ${files.length}, at most ${baseline[name]}: ${files.join(', ')}`);
}

/** The hatches of which there are fewer than the baseline says: it can be lowered. */
export function fallen(finds: Finds, baseline: Baseline): readonly string[] {
  return entries(finds)
    .filter(([name, files]) => files.length < baseline[name])
    .map(([name, files]) => `${name}: ${files.length}, the baseline still says ${baseline[name]}`);
}

function entries(finds: Finds): [keyof Finds, readonly string[]][] {
  return Object.entries(finds) as [keyof Finds, readonly string[]][];
}

/** Lines that hold code, as the linter counts them: neither blank nor only a comment. */
function codeLineCount(source: string): number {
  return withoutComments(source)
    .split('\n')
    .filter((line) => line.trim() !== '').length;
}

const stringPattern = `'(?:\\\\.|[^'\\\\\\n])*'|"(?:\\\\.|[^"\\\\\\n])*"|\`(?:\\\\.|[^\`\\\\])*\``;
const commentPattern = `\\/\\*[\\s\\S]*?\\*\\/|\\/\\/[^\\n]*`;

function withoutStrings(source: string): string {
  const pattern = new RegExp(`${commentPattern}|${stringPattern}`, 'g');
  return source.replace(pattern, (piece) => (piece.startsWith('/') ? piece : "''"));
}

function withoutTexts(source: string): string {
  return source.replace(new RegExp(`${commentPattern}|${stringPattern}`, 'g'), "''");
}

function withoutComments(source: string): string {
  const pattern = new RegExp(`${commentPattern}|${stringPattern}`, 'g');
  return source.replace(pattern, (piece) => (piece.startsWith('/') ? '' : piece));
}
