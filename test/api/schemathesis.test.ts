/**
 * Asks a running server everything that its own description allows, and much that it does not: Schemathesis makes the
 * requests from docs/openapi.json and holds each answer against it.
 * Command: npm run test:api. It needs Python 3 and, the first time, PyPI.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startQueryServer, type QueryServer } from '../integration/support/query-server.js';

const repository = join(import.meta.dirname, '..', '..');
const environment = join(repository, '.cache', 'schemathesis');
const program = join(environment, 'bin', 'st');
const release = '4.32.5';
/** The same requests on every machine. */
const seed = '20260301';

interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

function run(command: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(command, args, {
    cwd: join(repository, '.cache'),
    env: { ...process.env, NO_COLOR: '1' },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: null, output: error.message }));
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
}

async function install(): Promise<string | undefined> {
  if (existsSync(program)) return undefined;
  mkdirSync(join(repository, '.cache'), { recursive: true });
  const made = await run('python3', ['-m', 'venv', environment]);
  if (made.exitCode !== 0) return `no Python environment: ${made.output}`;
  const pip = join(environment, 'bin', 'pip');
  const installed = await run(pip, ['install', '--quiet', `schemathesis==${release}`]);
  return installed.exitCode === 0 ? undefined : `cannot install schemathesis: ${installed.output}`;
}

describe('requests made from the OpenAPI document', () => {
  let server: QueryServer;

  beforeAll(async () => {
    const reason = await install();
    if (reason !== undefined) throw new Error(`these tests cannot run: ${reason}`);
    server = await startQueryServer();
  });
  afterAll(() => server.close());

  // A schema cannot say which page tokens were issued, which days a month has, or which fields exclude each other; that
  // what is right is accepted is asked by test/integration. The doors take what senders of other protocols send, so they
  // are lenient where those protocols are.
  it.each([
    {
      what: 'what is asked',
      paths: '^/(api/v1/(?!incidents/stream)|healthz|readyz|metrics)',
      without: 'positive_data_acceptance',
    },
    {
      what: 'the doors for logs',
      paths: '^/ingest/(?!journald)',
      without: 'positive_data_acceptance,negative_data_rejection,unsupported_method',
    },
  ])(
    'find no failure of ours and no answer that is not described: $what',
    async ({ paths, without }) => {
      const ended = await run(program, [
        'run',
        `${server.base}/api/v1/openapi.json`,
        '--include-path-regex',
        paths,
        '--exclude-checks',
        without,
        '--seed',
        seed,
        '--max-examples',
        '10',
        '--phases',
        'examples,coverage,fuzzing',
        '--continue-on-failure',
      ]);
      if (ended.exitCode !== 0) throw new Error(ended.output);
      expect(ended.output).toMatch(/[1-9]\d+ generated/);
    },
    1_800_000,
  );
});
