/**
 * The package of the command line as a newcomer gets it: the tarball alone, in an empty folder outside the repository,
 * under whatever Node the machine has; packages of others come from the registry.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, type Packed } from '../../../deploy/npm/pack.ts';

const repository = join(import.meta.dirname, '../../..');
const directory = mkdtempSync(join(tmpdir(), 'culprit-package-'));
const folder = join(directory, 'empty');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bundleDependencies: readonly string[];
}

/** The settings of `npm run`, its Node among them, do not reach what a newcomer types. */
const environment = Object.fromEntries(
  Object.entries(process.env)
    .filter(([name]) => !/^(?:npm_|NODE|INIT_CWD|VITEST)/.test(name))
    .map(([name, value]) => [
      name,
      name === 'PATH'
        ? value
            ?.split(':')
            .filter((entry) => !entry.includes('node_modules'))
            .join(':')
        : value,
    ]),
);

function run(command: string, ...args: readonly string[]): ReturnType<typeof spawnSync> & { text: string } {
  const outcome = spawnSync(command, args, { cwd: folder, env: environment, encoding: 'utf8' });
  return { ...outcome, text: `${outcome.stdout}${outcome.stderr}` };
}

const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')) as Manifest;

let packed: Packed;
beforeAll(() => {
  packed = pack(repository, directory);
  mkdirSync(folder);
  const installed = run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', packed.file);
  if (installed.status !== 0) throw new Error(installed.text);
});

describe('the package of the command line', () => {
  it('is small: what is large comes from the registry', () => {
    expect(packed.sizeBytes).toBeLessThan(3 << 20);
    expect(packed.fileCount).toBeLessThan(1_500);
  });

  it('holds every room, the pages and the contracts, and nothing of the development', () => {
    const { stdout } = spawnSync('tar', ['tzf', packed.file], { encoding: 'utf8' });
    const files = stdout.split('\n');
    expect(files).toEqual(
      expect.arrayContaining([
        'package/services/console/dist/pages/index.html',
        'package/libs/store/migrations/0001_create_events.sql',
        'package/proto/culprit/query/v1/query.proto',
        'package/LICENSE',
      ]),
    );
    expect(files.filter((file) => /\.test\.|\.map$|\.tsx?$|tsbuildinfo|^package\/test\//.test(file))).toEqual(
      [],
    );
  });

  it('names one exact version of every package, and that one is installed', () => {
    const { dependencies, bundleDependencies } = manifestOf('culprit');
    const foreign = Object.entries(dependencies).filter(([name]) => !bundleDependencies.includes(name));
    expect(foreign.length).toBeGreaterThan(20);
    for (const [name, version] of foreign) expect([name, version]).toEqual([name, manifestOf(name).version]);
    expect(existsSync(join(folder, 'node_modules/typescript'))).toBe(false);
  });

  it('says its version', () => {
    const { text } = run('npx', 'culprit', '--version');
    expect(text).toContain(manifestOf('culprit').version);
  });

  it('finds the machine fit', () => {
    const { status, text } = run('npx', 'culprit', 'doctor', '--port', '0');
    expect([status, text]).toEqual([0, expect.stringContaining('storage engine')]);
  });

  it('analyses a file', () => {
    const lines = Array.from(
      { length: 400 },
      (_, at) => `${new Date(1_700_000_000_000 + at * 1_000).toISOString()} INFO request ${at} served`,
    );
    writeFileSync(join(folder, 'a.log'), `${lines.join('\n')}\n`);
    const { status, text } = run('npx', 'culprit', 'analyze', 'a.log');
    expect([status, text]).toEqual([0, expect.stringContaining('400')]);
  });

  it('runs the demo to its report', () => {
    const { status, text } = run('npx', 'culprit', 'demo', '--fast', '--exit', '--port', '0');
    expect([status, text]).toEqual([0, expect.stringMatching(/ cause .+ symptom /s)]);
  });

  it('serves pages and answers, and stops in order', async () => {
    const entry = join(folder, 'node_modules/.bin/culprit');
    const doors = { CULPRIT_INGEST_GRPC_PORT: 'off', CULPRIT_INGEST_OTLP_PORT: 'off' };
    const server = spawn(entry, ['up', '--port', '0'], {
      cwd: folder,
      env: {
        ...environment,
        ...doors,
        CULPRIT_INGEST_FORWARD_PORT: 'off',
        CULPRIT_INGEST_SYSLOG_PORT: 'off',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const address = await addressOf(server.stdout);
    const page = await fetch(address);
    expect(await page.text()).toContain('<!doctype html>');
    expect((await fetch(`${address}/api/v1/overview`)).status).toBe(200);
    server.kill('SIGTERM');
    const [code] = (await once(server, 'exit')) as [number | null];
    expect(code).toBe(0);
  });
});

/** The address that `up` prints when it is ready. */
async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const piece of output) {
    text += String(piece);
    const [found] = /http:\/\/[\d.:]+/.exec(text) ?? [];
    if (found !== undefined) return found;
  }
  throw new Error(`it ended without an address:\n${text}`);
}
