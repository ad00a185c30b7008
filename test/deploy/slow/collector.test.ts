/**
 * The agent of the collector's chart, run: an OpenTelemetry Collector reads a node's log folder by the very settings that
 * helm renders and sends to a running Culprit. Fluent Bit is not run: none can be had from where tests fetch programs.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EpochMillis } from '@culprit/kernel';
import { createSockShopScenario } from '@culprit/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { startCulprit, type Culprit } from '../../e2e/support/culprit.js';
import type { Manifest } from '../support/manifest-schemas.js';
import { NodeLogs, type ContainerLine } from '../support/node-logs.js';
import { collectorProgram, helm } from '../support/tools.js';

const chart = join(import.meta.dirname, '../../../deploy/helm/culprit-collector');
const directory = mkdtempSync(join(tmpdir(), 'culprit-node-'));
const logs = join(directory, 'var/log');
const token = 'node-token-0123456789';
const lineCount = 30_000;

/** Lines of containers of the demo's shop, with one that the runtime splits. */
function shopLines(): readonly ContainerLine[] {
  const scenario = createSockShopScenario({
    seed: 1,
    learnMinutes: 1,
    fault: 'none',
    startTime: 1_700_000_000_000 as EpochMillis,
  });
  const lines: ContainerLine[] = [];
  for (const { timeMillis, json } of scenario.lines()) {
    const { log, stream, kubernetes } = JSON.parse(json) as {
      readonly log: string;
      readonly stream: 'stdout' | 'stderr';
      readonly kubernetes?: Readonly<Record<string, string>>;
    };
    if (kubernetes === undefined) continue;
    const { namespace_name: namespace = '', pod_name: pod = '' } = kubernetes;
    const { pod_id: uid = '', container_name: container = '' } = kubernetes;
    const text = lines.length === 9_999 ? `${log} ${'x'.repeat(40_000)}` : log;
    lines.push({ timeMillis, namespace, pod, uid, container, stream, text });
    if (lines.length === lineCount) break;
  }
  return lines;
}

/** The settings that the chart gives an agent, with a folder of this machine where a pod has a mount. */
function agentSettings(address: string, healthPort: number): string {
  const values = { 'culprit.url': address, 'culprit.token': token, 'culprit.environment': 'node' };
  const set = { ...values, 'nodes.agent': 'opentelemetry', 'nodes.logDirectory': logs };
  const args = ['--kube-version', '1.34.0', '--show-only', 'templates/nodes.yaml'];
  const pairs = Object.entries(set).flatMap(([name, value]) => ['--set-string', `${name}=${value}`]);
  const { status, stdout, stderr } = helm('template', 'shop', chart, ...args, ...pairs);
  if (status !== 0) throw new Error(stderr);
  const manifests = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  const text = manifests.find(({ kind }) => kind === 'ConfigMap')?.data?.['collector.yaml'] ?? '';
  return text
    .replace('directory: /buffers', `directory: ${join(directory, 'buffers')}`)
    .replace('0.0.0.0:13133', `127.0.0.1:${healthPort}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

let culprit: Culprit;
let healthPort: number;
let agent: ChildProcess | undefined;
let said = '';
beforeAll(async () => {
  culprit = await startCulprit({ CULPRIT_INGEST_TOKENS: `default:${token}` });
  healthPort = await freePort();
  mkdirSync(logs, { recursive: true });
  writeFileSync(join(directory, 'collector.yaml'), agentSettings(culprit.address, healthPort));
});
afterAll(async () => {
  agent?.kill('SIGKILL');
  await culprit.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function startAgent(): Promise<void> {
  agent = spawn(collectorProgram(), [`--config=${join(directory, 'collector.yaml')}`], {
    env: { CULPRIT_TOKEN: token, NODE_NAME: 'node-1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  agent.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  await expect
    .poll(
      () =>
        fetch(`http://127.0.0.1:${healthPort}/`).then(
          ({ ok }) => ok,
          () => said,
        ),
      { timeout: 60_000 },
    )
    .toBe(true);
}

/** SIGTERM, as a node sends it when a pod has to go. */
async function stopAgent(): Promise<void> {
  if (agent === undefined) return;
  const ended = once(agent, 'exit');
  agent.kill('SIGTERM');
  expect([await ended, said]).toEqual([[0, null], expect.any(String)]);
}

/** Input lines that Culprit has stored of an environment. */
async function countOf(environment: string): Promise<number> {
  const answer = await fetch(`${culprit.address}/api/v1/overview?environment=${environment}`);
  return ((await answer.json()) as { readonly lines: number }).lines;
}

describe('the agent of a node', () => {
  it('loses no line and sends none twice, over a restart and rotated files', async () => {
    const lines = shopLines();
    expect(lines).toHaveLength(lineCount);
    const node = new NodeLogs(logs);
    const [first] = lines;
    if (first === undefined) throw new Error('no lines');
    // Before it starts, while it runs, and while it is away: a container whose file is put aside each time.
    node.append(lines.slice(0, 8_000));
    await startAgent();
    for (let at = 8_000; at < 20_000; at += 1_000) {
      node.append(lines.slice(at, at + 1_000));
      await sleep(20);
    }
    await expect.poll(() => countOf('node'), { timeout: 60_000 }).toBeGreaterThan(0);
    await stopAgent();
    node.append(lines.slice(20_000, 24_000));
    node.rotate(node.fileOf(first));
    node.append(lines.slice(24_000));
    await startAgent();
    await expect.poll(() => countOf('node'), { timeout: 120_000 }).toBe(lineCount);
    // What is sent twice would come now.
    await sleep(2_000);
    expect(await countOf('node')).toBe(lineCount);
  });

  it('tells pod, container, namespace and node, and joins what the runtime split', async () => {
    const query = `${culprit.address}/api/v1/events?environment=node&pageSize=1000`;
    const answer = (await (await fetch(`${query}&q=${'x'.repeat(64)}`)).json()) as {
      readonly events: readonly Readonly<Record<string, string>>[];
    };
    const lines = shopLines();
    const split = lines[9_999];
    const found = answer.events.find(({ body }) => body?.includes('x'.repeat(39_000)));
    expect(found).toMatchObject({
      namespace: split?.namespace,
      pod: split?.pod,
      container: split?.container,
      host: 'node-1',
    });
  });
});
