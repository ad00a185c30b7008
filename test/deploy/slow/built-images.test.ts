/**
 * What the images hold and start. There is no container engine: the stages of the Dockerfile are executed in folders,
 * with the same files and commands, and the processes run from the result as its user, who may write nothing there.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBroker, type Broker } from '../../support/broker/broker.ts';
import { parseDockerfile } from '../support/dockerfile.js';
import {
  buildImage,
  contextFiles,
  linkFile,
  type BuiltImage,
  type StageState,
} from '../support/image-builder.js';

const repository = join(import.meta.dirname, '../../..');
const file = parseDockerfile(readFileSync(join(repository, 'deploy/docker/Dockerfile'), 'utf8'));
const directory = mkdtempSync(join(tmpdir(), 'culprit-images-'));
const imageUser = 65_532;
const isRoot = process.getuid?.() === 0;
/** Everybody may look into it: the processes of an image have a user of their own. */
chmodSync(directory, 0o755);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const cache = new Map<string, StageState>();

function build(target: string, service: string): BuiltImage {
  return buildImage({
    file,
    context: repository,
    directory,
    cache,
    target,
    buildArguments: { SERVICE: service, VERSION: '1.2.3' },
    baseImage(image, root) {
      if (!image.includes('distroless')) return;
      linkFile(join(repository, 'node_modules/node/bin/node'), join(root, 'nodejs/bin/node'));
    },
    // The packages of the whole lock are what stands in this repository; those of one service are installed for real.
    instead(command, folder) {
      if (command !== 'npm ci') return false;
      spawnSync('cp', ['-a', '-l', join(repository, 'node_modules'), folder]);
      return true;
    },
  });
}

interface Running {
  readonly port: number;
  /** Everything it said so far. */
  output(): string;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** Starts an image: its command, its environment, its user. */
function start(image: BuiltImage, port: number, settings: Readonly<Record<string, string>>): Running {
  const inside = (path: string): string => (path.startsWith('/') ? join(image.root, path) : path);
  const [command = '', ...args] = image.command.map(inside);
  const child = spawn(command, args, {
    cwd: inside(image.workdir),
    env: { PATH: '', HOME: '/nonexistent', ...image.environment, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot ? { uid: imageUser, gid: imageUser } : {}),
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    port,
    output: () => output,
    async stop() {
      if (child.exitCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
}

async function untilReady(running: Running): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`http://127.0.0.1:${running.port}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(200);
  }
  throw new Error(`not ready on ${running.port}:\n${running.output()}`);
}

/** The health check of the image, as an engine would run it. */
function healthOf(
  image: BuiltImage,
  settings: Readonly<Record<string, string>>,
  port: string,
): number | null {
  const [node = '', script = ''] = ['nodejs/bin/node', 'app/healthcheck.mjs'].map((path) =>
    join(image.root, path),
  );
  return spawnSync(node, [script, port], { env: settings }).status;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

const doors = { GRPC: 'off', OTLP: 'off', FORWARD: 'off', SYSLOG: 'off' };
const closedDoors = Object.fromEntries(
  Object.entries(doors).map(([name, value]) => [`CULPRIT_INGEST_${name}_PORT`, value]),
);

describe('what an image sees of the repository', () => {
  const files = contextFiles(repository);

  it('is what decides a build', () => {
    for (const needed of ['package-lock.json', '.npmrc', 'libs/store/migrations/0001_create_events.sql'])
      expect(files).toContain(needed);
  });

  it('is no test, no result, no other way of deploying', () => {
    expect(
      files.filter((name) => /^(?:test|docs|deploy\/(?!docker))|\.test\.ts|node_modules/.test(name)),
    ).toEqual([]);
  });
});

describe('the image of the one-process mode', () => {
  it('starts, stores a line, stops in order and holds no compiler', async () => {
    const image = build('single', 'culprit');
    expect(image.command.slice(-5)).toEqual(['up', '--host', '0.0.0.0', '--data', '/data']);
    if (isRoot) chownSync(join(image.root, 'data'), imageUser, imageUser);
    expect(existsSync(join(image.root, 'app/node_modules/typescript'))).toBe(false);
    const bom = JSON.parse(readFileSync(join(image.root, 'app/sbom.cdx.json'), 'utf8')) as {
      readonly components: readonly { readonly name: string }[];
    };
    expect(bom.components.map(({ name }) => name)).toEqual(expect.arrayContaining(['chdb', 'fastify']));
    const port = await freePort();
    const settings = {
      ...closedDoors,
      CULPRIT_QUERY_ANONYMOUS_FROM: 'anywhere',
      CULPRIT_INGEST_ANONYMOUS_FROM: 'anywhere',
    };
    const running = start({ ...image, command: [...image.command, '--port', String(port)] }, port, settings);
    try {
      await untilReady(running);
      const answer = await fetch(`http://127.0.0.1:${port}/ingest/v1/logs`, {
        method: 'POST',
        body: 'a line\n',
      });
      expect(answer.status).toBe(200);
      const page = await fetch(`http://127.0.0.1:${port}/`);
      expect(await page.text()).toContain('<!doctype html>');
      expect(healthOf(image, {}, String(port))).toBe(0);
      const address = `http://127.0.0.1:${port}`;
      const smoke = join(image.root, 'app/smoke.mjs');
      const outcome = spawnSync(join(image.root, 'nodejs/bin/node'), [smoke, address, address]);
      expect([outcome.status, String(outcome.stdout)]).toEqual([0, expect.stringContaining('found after')]);
    } finally {
      expect([await running.stop(), running.output()]).toEqual([0, expect.any(String)]);
    }
    expect(healthOf(image, {}, String(port))).not.toBe(0);
  });
});

describe('the images of the services', () => {
  let broker: Broker;
  let store: { readonly url: string; stop(): void };
  beforeAll(async () => {
    broker = await startBroker();
    store = await startStore();
  });
  afterAll(async () => {
    store.stop();
    await broker.stop();
  });

  it.each(['ingest', 'structuring', 'scoring', 'correlation', 'query'])(
    '%s starts over a broker and a store, is healthy, and stops in order',
    async (service) => {
      const image = build('service', service);
      expect(existsSync(join(image.root, 'app/node_modules/@chdb'))).toBe(false);
      const port = await freePort();
      const snapshots = join(directory, 'snapshots');
      mkdirSync(snapshots, { recursive: true });
      if (isRoot) chownSync(snapshots, imageUser, imageUser);
      const isStage = service !== 'ingest' && service !== 'query';
      const settings = {
        ...(service === 'ingest' ? closedDoors : {}),
        ...(isStage ? { CULPRIT_PIPELINE_SNAPSHOT_DIRECTORY: snapshots } : {}),
        CULPRIT_SERVICE_PORT: String(port),
        CULPRIT_KAFKA_BROKERS: broker.address,
        CULPRIT_STORE_URL: store.url,
      };
      const running = start(image, port, settings);
      try {
        await untilReady(running);
        expect(healthOf(image, { CULPRIT_SERVICE_PORT: String(port) }, '8080')).toBe(0);
      } finally {
        expect([await running.stop(), running.output()]).toEqual([0, expect.any(String)]);
      }
    },
  );
});

async function startStore(): Promise<{ readonly url: string; stop(): void }> {
  const port = await freePort();
  const entry = join(repository, 'services/culprit/bin/culprit.js');
  const args = [entry, 'store', '--port', String(port), '--data', join(directory, 'store')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill('SIGTERM') };
}
