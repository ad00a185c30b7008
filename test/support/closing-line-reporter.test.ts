import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';

const repository = path.resolve(import.meta.dirname, '../..');
const vitest = path.join(repository, 'node_modules/vitest/vitest.mjs');

const fixtureTests = `
import { describe, expect, it } from 'vitest';
it('holds', () => { expect(1).toBe(1); });
it('breaks', () => { expect(1).toBe(2); });
it('needs a broker', (context) => { context.skip('no broker at hand'); });
describe.skip('a suite that needs KAFKA_BROKERS', () => { it('a', () => {}); it('b', () => {}); });
`;

const fixtureConfig = `
import { ClosingLineReporter } from ${JSON.stringify(path.join(import.meta.dirname, 'closing-line-reporter.ts'))};
export default { test: { reporters: ['default', new ClosingLineReporter()] } };
`;

function runFixture(files: Readonly<Record<string, string>>): { lines: string[]; status: number | null } {
  const directory = mkdtempSync(path.join(tmpdir(), 'culprit-reporter-'));
  try {
    symlinkSync(path.join(repository, 'node_modules'), path.join(directory, 'node_modules'));
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
    const run = spawnSync(process.execPath, [vitest, 'run', '--root', directory], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], FORCE_COLOR: '1' },
    });
    return { lines: run.stdout.trimEnd().split('\n'), status: run.status };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

it('ends with a plain line that counts what passed, failed and was skipped, and says why it was skipped', () => {
  const { lines, status } = runFixture({
    'vitest.config.mts': fixtureConfig,
    'fixture.test.ts': fixtureTests,
  });
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 3 skipped');
  const skips = lines.filter((line) => line.startsWith('skipped ('));
  expect(skips).toHaveLength(2);
  expect(skips.join('\n')).toContain('no broker at hand');
  expect(skips.join('\n')).toContain('a suite that needs KAFKA_BROKERS');
  expect(status).toBe(1);
}, 60_000);

it('counts a test file that cannot be loaded as a failure', () => {
  const { lines, status } = runFixture({
    'vitest.config.mts': fixtureConfig,
    'broken.test.ts': `throw new Error('does not load');`,
  });
  expect(lines.at(-1)).toBe('0 passed, 1 failed, 0 skipped');
  expect(status).toBe(1);
}, 60_000);
