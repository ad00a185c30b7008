/** What the docs point at exists. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { listFiles, withFixture } from './support/files.js';
import { repository } from './support/rooms.js';

/** Relative links of Markdown files that lead nowhere. */
function deadLinks(root: string, files: readonly string[]): readonly string[] {
  return files.flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(path.join(root, path.dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  );
}

function read(file: string): string {
  return readFileSync(path.join(repository, 'docs', file), 'utf8');
}

it('has no link that leads nowhere', () => {
  const files = listFiles(repository).filter((file) => file.endsWith('.md'));
  expect(files.length).toBeGreaterThan(10);
  expect(deadLinks(repository, files)).toEqual([]);
});

it('would notice one', () => {
  const text = 'See [one](there.md), [two](missing.md#part) and [three](https://example.org/missing.md).';
  const files = { 'here.md': text, 'there.md': '' };
  expect(withFixture(files, (root) => deadLinks(root, ['here.md']))).toEqual(['here.md: missing.md']);
});

it('keeps the architecture within 200 lines and lists every decision', () => {
  expect(read('ARCHITECTURE.md').trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  const decisions = listFiles(repository, 'docs/adr').filter((file) => /\/\d{4}-/.test(file));
  expect(decisions.length).toBeGreaterThan(4);
  const list = read('adr/README.md');
  expect(decisions.filter((file) => !list.includes(path.basename(file)))).toEqual([]);
  const parts = ['## Context', '## Options scored', '## Decision', '## Consequences', '**Status:**'];
  const incomplete = decisions.filter((file) => {
    const text = readFileSync(path.join(repository, file), 'utf8');
    return !parts.every((part) => text.includes(part));
  });
  expect(incomplete).toEqual([]);
});
