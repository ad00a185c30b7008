import { spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { plainEnvironment } from '../../support/plain-environment.js';

const repository = join(import.meta.dirname, '..', '..', '..');
const node = join(repository, 'node_modules', 'node', 'bin', 'node');
const entry = join(repository, 'services', 'culprit', 'bin', 'culprit.js');

/** How one call of the command line ended. */
export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Most memory it ever held, as last seen; 0 where the system does not say. */
  readonly peakBytes: number;
}

/** What a call may need beside its arguments. */
export interface CliOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** File that becomes standard input. */
  readonly stdin?: string;
  /** Ends the call with SIGTERM once this text was printed. */
  readonly stopAfter?: string;
}

/** Runs the real command line in a process of its own; a hang fails after a minute. */
export function culprit(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawn(node, [entry, ...args], {
    stdio: 'pipe',
    env: { ...plainEnvironment(), ...options.environment },
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  let peakBytes = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (options.stopAfter !== undefined && stdout.includes(options.stopAfter)) child.kill('SIGTERM');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A call that fails early closes its input before all of it is written.
  child.stdin.on('error', () => {});
  if (options.stdin === undefined) child.stdin.end();
  else createReadStream(options.stdin).pipe(child.stdin);
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakMemoryOf(child.pid ?? 0));
  }, 50);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearInterval(watch);
      resolve({ exitCode, stdout, stderr, peakBytes });
    });
  });
}

/** The one line for people of a call that failed with this exit code; nothing else was printed anywhere. */
export function complaintOf(result: CliResult, exitCode: number): string {
  expect(result.exitCode).toBe(exitCode);
  expect(result.stdout).toBe('');
  expect(result.stderr).toMatch(/^culprit: [^\n]+[.!)]\n$/);
  return result.stderr;
}

/** A temporary folder; `remove` when done. */
export function temporaryFolder(): {
  readonly path: (name: string) => string;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'culprit-test-'));
  return {
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function peakMemoryOf(pid: number): number {
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(match?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
