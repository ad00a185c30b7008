import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const repository = join(import.meta.dirname, '..', '..');
const node = join(repository, 'node_modules', 'node', 'bin', 'node');
const entry = join(repository, 'services', 'culprit', 'bin', 'culprit.js');

/** A `culprit up` that a test may kill. */
export interface TestServer {
  readonly address: string;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  readonly stderr: () => string;
}

/**
 * Starts `culprit up` on a data directory and waits until it is ready. Snapshots and flushes come often.
 *
 * @param environment further settings
 */
export async function startServer(
  directory: string,
  port: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const child = spawn(
    node,
    [entry, 'up', '--data', directory, '--port', String(port), '--log-level', 'error'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        CULPRIT_PIPELINE_CHECKPOINT_INTERVAL_MS: '150',
        CULPRIT_PIPELINE_FLUSH_INTERVAL_MS: '100',
        CULPRIT_PIPELINE_IDLE_AFTER_MS: '600000',
        ...environment,
      },
    },
  );
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const address = `http://127.0.0.1:${port}`;
  await untilReady(address, child, errors);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
    }
    return child.exitCode;
  };
  return {
    address,
    kill: async () => {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    stderr: () => errors.join(''),
  };
}

async function untilReady(address: string, child: ChildProcess, errors: readonly string[]): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null)
      throw new Error(`ended with exit code ${child.exitCode}: ${errors.join('')}`);
    const isReady = await fetch(`${address}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await sleep(25);
  }
  throw new Error(`${address} was not ready within a minute: ${errors.join('')}`);
}
