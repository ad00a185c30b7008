/** The workflows by a linter that knows their syntax, expressions, contexts and the inputs of known actions. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { actionlint } from '../support/tools.js';

const repository = join(import.meta.dirname, '../../..');
const workflows = join(repository, '.github/workflows');
const scratch = mkdtempSync(join(tmpdir(), 'culprit-workflows-'));
const names = ['ci.yml', 'release.yml'];
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Copies the workflows with tags for commits, since the linter knows the inputs of actions by their tags. */
function copyWithTags(change: (text: string) => string): string {
  const folder = join(scratch, '.github/workflows');
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const text = readFileSync(join(workflows, name), 'utf8').replaceAll(
      /@[0-9a-f]{40} # (v\d+)\.\S+/g,
      '@$1',
    );
    writeFileSync(join(folder, name), name === 'release.yml' ? change(text) : text);
  }
  return folder;
}

describe('the workflows', () => {
  it.each(names)('%s is right', (name) => {
    expect(actionlint(join(workflows, name))).toEqual({ status: 0, stdout: '', stderr: '' });
    const folder = copyWithTags((text) => text);
    expect(readFileSync(join(folder, name), 'utf8')).toContain('actions/checkout@v4\n');
    expect(actionlint(join(folder, name))).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it.each<readonly [string, string, string, RegExp]>([
    ['an unknown key', 'timeout-minutes: 5', 'timeout-minuts: 5', /unexpected key "timeout-minuts"/],
    [
      'an output of nobody',
      'needs.version.outputs.version',
      'needs.version.outputs.versoin',
      /"versoin" is not/,
    ],
    ['a job that is not there', 'needs: [version, test]', 'needs: [version, tets]', /"tets"/],
    ['an unknown input', 'push: true', 'pusch: true', /input "pusch" is not defined/],
    ['an unknown right', 'id-token: write', 'id-tokn: write', /id-tokn/],
  ])('would not pass with %s', (_, what, instead, complaint) => {
    const folder = copyWithTags((text) => {
      expect(text).toContain(what);
      return text.replace(what, instead);
    });
    const { status, stdout } = actionlint(join(folder, 'release.yml'));
    expect([status, stdout]).toEqual([1, expect.stringMatching(complaint)]);
  });
});
