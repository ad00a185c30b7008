import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../faults/server.js';
import { complaintOf, culprit, temporaryFolder } from './support/cli-process.js';

const folder = temporaryFolder();
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  server = await startServer(folder.path('data'), 46_917);
});

afterAll(async () => {
  await server.kill();
  folder.remove();
});

const run = (...args: readonly string[]): ReturnType<typeof culprit> =>
  culprit([...args, '--url', server.address]);

interface Decided {
  readonly decisionId: string;
}

describe('culprit types', () => {
  it('decides, lists what was decided, and takes it back', async () => {
    expect((await run('types')).stderr).toBe('0 kinds of incident\n');
    const decided = await run('types', 'decide', 'a1', 'routine', '--reason', 'the backup');
    const { decisionId } = JSON.parse(decided.stdout) as Decided;
    expect(decided.stderr).toBe(`taken back with: culprit types undo ${decisionId}\n`);
    await run('types', 'mute', '--label', 'host=node-7', '--label', 'service=a=b', '--reason', 'replaced');
    const listed = await run('types', 'decisions');
    expect(JSON.parse(listed.stdout)).toMatchObject({
      decisions: expect.arrayContaining([
        expect.objectContaining({ decisionId, kind: 'routine', reason: 'the backup' }),
        expect.objectContaining({ labels: { host: 'node-7', service: 'a=b' }, until: null }),
      ]) as unknown,
    });
    expect((await run('types', 'undo', decisionId)).stderr).toBe('1 decision taken back\n');
    const file = folder.path('decisions.json');
    writeFileSync(file, listed.stdout);
    expect((await run('types', 'decisions', '--import', file)).stderr).toBe('2 decisions set\n');
  });

  it('says what is wrong with a decision', async () => {
    expect(complaintOf(await run('types', 'decide', 'a1', 'nice', '--reason', 'x'), 2)).toMatch(
      'expected alert',
    );
    expect(complaintOf(await run('types', 'mute', '--reason', 'x'), 2)).toMatch('--label');
    expect(complaintOf(await run('types', 'mute', '--label', 'host', '--reason', 'x'), 2)).toMatch(
      'name=value',
    );
    expect((await run('types', 'mute', 'a1')).exitCode).toBe(2);
    expect((await run('feedback', 'nowhere', 'useful')).exitCode).not.toBe(0);
  });
});
