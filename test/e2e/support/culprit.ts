import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

const repository = join(import.meta.dirname, '..', '..', '..');
const node = join(repository, 'node_modules', 'node', 'bin', 'node');
const entry = join(repository, 'services', 'culprit', 'bin', 'culprit.js');

/** An event as the REST interface tells it. */
export interface StoredEvent {
  readonly time: string;
  readonly environment: string;
  readonly logType: string;
  readonly namespace: string;
  readonly service: string;
  readonly pod: string;
  readonly container: string;
  readonly host: string;
  readonly severity: string;
  readonly severityNumber: number;
  readonly body: string;
  readonly attributes: unknown;
}

/** A `culprit up` in a process of its own, as a user runs it. */
export interface Culprit {
  readonly address: string;
  /** `host:port` of a protocol that has a port of its own, by the name it was printed under. */
  portOf(name: string): string;
  /** Waits until as many lines are stored as were sent and gives them, oldest first. */
  stored(count: number): Promise<readonly StoredEvent[]>;
  stop(): Promise<void>;
}

/** Protocols with a port of their own get a free one each. */
const freePorts = {
  CULPRIT_INGEST_GRPC_PORT: '0',
  CULPRIT_INGEST_OTLP_PORT: '0',
  CULPRIT_INGEST_FORWARD_PORT: '0',
  CULPRIT_INGEST_SYSLOG_PORT: '0',
};

/** Starts it on free ports with an empty data directory. */
export async function startCulprit(
  environment: Readonly<Record<string, string>> = {},
  flags: readonly string[] = ['--port', '0'],
): Promise<Culprit> {
  const directory = mkdtempSync(join(tmpdir(), 'culprit-e2e-'));
  const child = spawn(node, [entry, 'up', '--data', join(directory, 'data'), ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...freePorts,

      CULPRIT_PIPELINE_FLUSH_INTERVAL_MS: '100',
      CULPRIT_PIPELINE_IDLE_AFTER_MS: '1000',
      ...environment,
    },
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const deadline = performance.now() + 60_000;
  while (!output.includes('Also open') && child.exitCode === null && performance.now() < deadline)
    await sleep(20);
  // The address may be printed bold.
  const address = /ready at \D*?(https?:\/\/[\d.]+:\d+)/.exec(output)?.[1];
  if (address === undefined) throw new Error(`did not start: ${output}${errors}`);
  return {
    address,
    portOf(name) {
      const found = new RegExp(`${name} ([\\d.]+:\\d+)`).exec(output)?.[1];
      if (found === undefined) throw new Error(`no port of ${name} in: ${output}`);
      return found;
    },
    async stored(count) {
      await expect.poll(async () => (await eventsOf(address)).length, { timeout: 30_000 }).toBe(count);
      return eventsOf(address);
    },
    async stop() {
      if (child.exitCode === null) {
        const closed = once(child, 'close');
        child.kill('SIGTERM');
        await closed;
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function eventsOf(address: string): Promise<readonly StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (let token: string | null = ''; token !== null;) {
    const response = await fetch(`${address}/api/v1/events?pageSize=1000${token && `&pageToken=${token}`}`);
    const page = (await response.json()) as {
      readonly events: readonly StoredEvent[];
      readonly nextPageToken: string | null;
    };
    all.push(...page.events);
    token = page.nextPageToken;
  }
  return all.toReversed();
}
