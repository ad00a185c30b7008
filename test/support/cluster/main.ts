import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBroker, type Broker } from '../broker/broker.ts';
import { startCluster, type ServiceName } from './cluster.ts';

const usage = `npm run cluster -- [--instances 1] [--partitions 4] [--serve] [demo options]

Starts a Kafka broker (or uses KAFKA_BROKERS), a store and every service in processes of its own on this machine, runs
the demo through them, prints the report and stops. --instances: processes of each stage. --serve: go on until Ctrl-C.
Demo options: --fault KIND, --seed N, --fast.
`;

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '1' },
    partitions: { type: 'string', default: '4' },
    serve: { type: 'boolean', default: false },
    fast: { type: 'boolean', default: false },
    fault: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(usage);
else process.exitCode = await run();

async function run(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'culprit-cluster-'));
  const given = process.env['KAFKA_BROKERS'];
  let broker: Broker | undefined;
  try {
    say('starting the broker …');
    broker = given === undefined ? await startBroker() : undefined;
    const count = Number(values.instances);
    const stages: Partial<Record<ServiceName, number>> = {
      structuring: count,
      scoring: count,
      correlation: count,
    };
    say(`starting the store and ${3 * count + 2} processes …`);
    const stage = { CULPRIT_PIPELINE_CHECKPOINT_INTERVAL_MS: '1000' };
    const cluster = await startCluster({
      brokers: given ?? broker?.address ?? '',
      directory,
      instances: stages,
      partitions: Number(values.partitions),
      settings: { structuring: stage, scoring: stage, correlation: stage },
    });
    try {
      const code = await demo(cluster.ingestUrl, cluster.queryUrl);
      if (values.serve) {
        say(`serving at ${cluster.queryUrl}, lines go to ${cluster.ingestUrl}; Ctrl-C stops`);
        await new Promise((resolve) => process.once('SIGINT', resolve));
      }
      return code;
    } finally {
      say('stopping …');
      const codes = await cluster.stop();
      if (codes.some((code) => code !== 0))
        say(`a process did not stop in order: exit codes ${codes.join(', ')}`);
    }
  } finally {
    await broker?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The demo of the command line, against the cluster instead of a process of its own. */
function demo(ingestUrl: string, queryUrl: string): Promise<number> {
  const entry = join(import.meta.dirname, '..', '..', '..', 'services', 'culprit', 'bin', 'culprit.js');
  const args = ['demo', '--url', queryUrl, '--ingest-url', ingestUrl];
  for (const name of ['fault', 'seed'] as const) {
    const value = values[name];
    if (value !== undefined) args.push(`--${name}`, value);
  }
  if (values.fast) args.push('--fast');
  return new Promise((resolve) => {
    spawn(process.execPath, [entry, ...args], { stdio: 'inherit' }).once('exit', (code) =>
      resolve(code ?? 1),
    );
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
