import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pom = join(import.meta.dirname, 'pom.xml');
const repository = join(import.meta.dirname, '..', '..', '..');
const startTimeoutMs = 60_000;
const neededJava = 17;
/** A small heap, and no optimising compiler: the broker of a test lives for a minute. */
const javaOptions = ['-Xms64m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** A running Kafka broker. */
export interface Broker {
  /** `host:port`, as clients want it. */
  readonly address: string;
  /** Starts it again on the same port and data after a {@link kill}. */
  start(): Promise<void>;
  /** SIGKILL, as when the machine goes away. */
  kill(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/**
 * Starts Apache Kafka as one node (KRaft) on free ports of this machine, its data in a temporary folder. The jars come
 * from Maven once and are kept in node_modules/.cache. The broker ends with the process that started it, however that
 * ends.
 *
 * @throws Error that says what is missing: Java, Maven or the way to its repository
 */
export async function startBroker(): Promise<Broker> {
  const jars = fetchJars();
  const directory = mkdtempSync(join(tmpdir(), 'culprit-broker-'));
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const settings = join(directory, 'server.properties');
  writeFileSync(settings, formatSettings({ directory, port, controllerPort }));
  format(jars, settings);
  let running: ChildProcess | undefined;
  const broker: Broker = {
    address: `127.0.0.1:${port}`,
    async start() {
      running = await launch({ jars, settings, directory, port });
    },
    async kill() {
      const process = running;
      running = undefined;
      if (process !== undefined) await end(process);
    },
    async stop() {
      await broker.kill();
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await broker.start();
    return broker;
  } catch (error) {
    await broker.stop();
    throw error;
  }
}

/** The folder with the broker's jars; asks Maven for them where they are not there yet. */
function fetchJars(): string {
  requireTool(
    'java',
    ['-version'],
    `a Java runtime of version ${neededJava} or later (for example openjdk-17-jre-headless)`,
  );
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const jars = join(repository, 'node_modules', '.cache', `culprit-broker-${version}`);
  if (existsSync(jars)) return jars;
  requireTool('mvn', ['-v'], 'Apache Maven, which fetches the broker once (for example the package "maven")');
  const fresh = `${jars}.${randomUUID()}`;
  const maven = spawnSync(
    'mvn',
    [
      '-q',
      '-B',
      '-f',
      pom,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${fresh}`,
    ],
    { encoding: 'utf8', timeout: 300_000 },
  );
  if (maven.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw missing(
      `the jars of ${pom}: Maven could not fetch them.\n${maven.stdout.slice(-2_000)}${maven.stderr.slice(-1_000)}`,
    );
  }
  mkdirSync(join(jars, '..'), { recursive: true });
  try {
    renameSync(fresh, jars);
  } catch {
    // Somebody else was faster; theirs are as good.
    rmSync(fresh, { recursive: true, force: true });
  }
  return jars;
}

function requireTool(command: string, args: readonly string[], what: string): void {
  if (spawnSync(command, args, { stdio: 'ignore' }).status !== 0)
    throw missing(`${what}: "${command}" does not run here`);
}

function missing(what: string): Error {
  return new Error(
    `A Kafka broker is needed and cannot be started. Missing: ${what}.\n` +
      'Install it, or set KAFKA_BROKERS=host:port to use a broker that runs already.',
  );
}

function format(jars: string, settings: string): void {
  const clusterId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  const args = ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', settings];
  const result = spawnSync('java', [...javaOptions, '-cp', join(jars, '*'), ...args], { encoding: 'utf8' });
  if (result.status !== 0)
    throw missing(
      `a Java runtime of version ${neededJava} or later: formatting the broker's storage failed.\n${result.stderr.slice(-2_000)}`,
    );
}

interface BrokerPlace {
  readonly directory: string;
  readonly port: number;
  readonly controllerPort: number;
}

function formatSettings({ directory, port, controllerPort }: BrokerPlace): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(directory, 'data'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'log.cleaner.enable': false,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

interface LaunchOptions {
  readonly jars: string;
  readonly settings: string;
  readonly directory: string;
  readonly port: number;
}

/**
 * The shell between us and Java ends the broker when its standard input closes, which the system does whatever becomes
 * of this process.
 */
async function launch({ jars, settings, directory, port }: LaunchOptions): Promise<ChildProcess> {
  const log = openSync(join(directory, 'broker.log'), 'a');
  const script = '"$@" < /dev/null & pid=$!; cat > /dev/null; kill -9 $pid; wait $pid 2> /dev/null';
  const java = ['java', ...javaOptions, '-cp', join(jars, '*'), 'kafka.Kafka', settings];
  const shell = spawn('sh', ['-c', script, 'sh', ...java], { stdio: ['pipe', log, log], detached: true });
  closeSync(log);
  shell.unref();
  const deadline = performance.now() + startTimeoutMs;
  while (!(await answers(port))) {
    if (performance.now() > deadline) {
      await end(shell);
      const output = readFileSync(join(directory, 'broker.log'), 'utf8').slice(-2_000);
      throw new Error(
        `the Kafka broker did not open port ${port} within ${startTimeoutMs / 1000} s:\n${output}`,
      );
    }
    await sleep(50);
  }
  return shell;
}

async function end(shell: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => {
    shell.once('exit', resolve);
  });
  // Waiting for its end keeps this process alive; nothing else about it should.
  shell.ref();
  shell.stdin?.end();
  if (shell.exitCode === null) await ended;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Ports that were free a moment ago: all are held until the last is found, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
