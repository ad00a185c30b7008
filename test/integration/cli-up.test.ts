import { accessSync, chmodSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { startServer } from '../faults/server.js';
import { culprit, complaintOf, temporaryFolder } from './support/cli-process.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('culprit up', () => {
  it('starts, serves and stops with 0 on SIGTERM', async () => {
    const result = await culprit(['up', '--data', folder.path('fresh'), '--port', '0'], {
      stopAfter: 'Culprit is ready',
    });
    expect(result.stdout).toMatch(/^Culprit is ready at http:\/\/127\.0\.0\.1:\d+ /);
    expect(result.stderr).toBe('stopping …\n');
    expect(result.exitCode).toBe(0);
  });

  it('says that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const result = await culprit(['up', '--data', folder.path('port'), '--port', String(port)]);
      expect(complaintOf(result, 1)).toMatch(
        `port ${port}: another program uses it. Choose another one with --port.`,
      );
    } finally {
      other.close();
    }
  });

  it('lets one process at a time use a data directory, and the next one once it is gone', async () => {
    const directory = folder.path('shared');
    const first = await startServer(directory, 46_911);
    const second = await culprit(['up', '--data', directory, '--port', '0']);
    expect(complaintOf(second, 1)).toMatch(/shared.* is in use by process \d+\. Stop the other process/);
    expect((await fetch(`${first.address}/readyz`)).ok).toBe(true);
    await first.kill();
    const third = await culprit(['up', '--data', directory, '--port', '0'], { stopAfter: 'is ready' });
    expect(third.exitCode).toBe(0);
  });

  it('says that the data directory cannot be made', async () => {
    writeFileSync(folder.path('a-file'), 'in the way');
    const result = await culprit(['up', '--data', folder.path('a-file/data'), '--port', '0']);
    expect(complaintOf(result, 1)).toMatch(
      /cannot create the data directory .*a-file\/data \(ENOTDIR\)\. Choose one/,
    );
  });

  it('says that the data directory cannot be written', async ({ skip }) => {
    const directory = folder.path('locked');
    mkdirSync(directory);
    chmodSync(directory, 0o555);
    try {
      if (isWritable(directory)) skip('this user may write anywhere');
      const result = await culprit(['up', '--data', directory, '--port', '0']);
      expect(result.stderr).toMatch(/^culprit: [^\n]*locked[^\n]*\n$/);
      expect(result.exitCode).toBe(1);
    } finally {
      chmodSync(directory, 0o755);
    }
  });

  it.each([
    ['CULPRIT_INGEST_NO_SUCH_KEY', '1', /CULPRIT_INGEST_NO_SUCH_KEY: unknown variable/],
    ['CULPRIT_PIPELINE_FLUSH_INTERVAL_MS', 'soon', /CULPRIT_PIPELINE_FLUSH_INTERVAL_MS: /],
  ])('ends with 78 when %s is wrong, without its value', async (key, value, text) => {
    const result = await culprit(['up', '--data', folder.path('config'), '--port', '0'], {
      environment: { [key]: value },
    });
    expect(result.stderr).toMatch(
      /^culprit: configuration has 1 problem\(s\):\n {2}[^\n]+\nCorrect or unset/,
    );
    expect(result.stderr).toMatch(text);
    expect(result.stderr).not.toMatch(/soon|\n\s+at /);
    expect(result.exitCode).toBe(78);
  });
});

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
