import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { meter, type Usage } from './process-meter.ts';

const entry = join(import.meta.dirname, '..', '..', 'services', 'culprit', 'bin', 'culprit.js');

/** Result of a command that ran to its end. */
export interface CommandResult {
  readonly seconds: number;
  readonly usage: Usage | undefined;
  readonly stdout: string;
  readonly exitCode: number;
}

/** Runs `culprit …` and measures it from outside. */
export async function runCulprit(args: readonly string[]): Promise<CommandResult> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const watch = meter(child.pid ?? 0);
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  const [exitCode] = (await once(child, 'close')) as [number];
  return {
    seconds: (performance.now() - startedAt) / 1000,
    usage: watch.stop(),
    stdout: Buffer.concat(parts).toString('utf8'),
    exitCode,
  };
}

/** A running `culprit up`. */
export interface Server {
  readonly address: string;
  readonly pid: number;
  /** Seconds from spawn to the first good answer of /readyz. */
  readonly startSeconds: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `culprit up` on a free port and waits until it is ready. */
export async function startServer(directory: string, port: number): Promise<Server> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [entry, 'up', '--data', directory, '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const address = `http://127.0.0.1:${port}`;
  await untilReady(address, child);
  return {
    address,
    pid: child.pid ?? 0,
    startSeconds: (performance.now() - startedAt) / 1000,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
    },
  };
}

async function untilReady(address: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`culprit up ended with exit code ${child.exitCode}`);
    const isReady = await fetch(`${address}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${address} was not ready within a minute`);
}
