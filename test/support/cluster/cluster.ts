import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { plainEnvironment } from '../plain-environment.js';

const repository = join(import.meta.dirname, '..', '..', '..');
const node = join(repository, 'node_modules', 'node', 'bin', 'node');
const startTimeoutMs = 60_000;

/** The services of a cluster, in the order of the way of a line. */
export const serviceNames = ['ingest', 'structuring', 'scoring', 'correlation', 'query'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What a cluster is made of. */
export interface ClusterOptions {
  /** `host:port` of brokers, separated by commas. */
  readonly brokers: string;
  /** Holds the store and what the processes say. */
  readonly directory: string;
  /** Processes of each service; one where not said. */
  readonly instances?: Partial<Record<ServiceName, number>>;
  /** Further settings of a service, by variable. */
  readonly settings?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** Stands before the names of topics and groups: a broker may serve several clusters. */
  readonly prefix?: string;
  /** Silence after which a member of a group is given up, default 30 s. */
  readonly sessionTimeoutMs?: number;
  /** Partitions of the topics between the stages, default 4. */
  readonly partitions?: number;
}

/** One process of a cluster. */
export interface Instance {
  readonly service: ServiceName | 'store';
  readonly address: string;
  readonly pid: number;
  readonly isRunning: boolean;
  /** Sends a signal and resolves to the exit code; null when the signal ended it. SIGSTOP and SIGCONT resolve at once. */
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<number | null>;
}

/** A distributed system on this machine: every service in processes of its own, over a broker and one store. */
export interface Cluster {
  readonly ingestUrl: string;
  readonly queryUrl: string;
  readonly store: Instance;
  instances(service: ServiceName): readonly Instance[];
  /** Starts one more process of a service and resolves when it is ready. */
  start(service: ServiceName): Promise<Instance>;
  /** Starts the store again, at its old address, after it was ended. */
  startStore(): Promise<void>;
  /** SIGTERM to all, the way of a line from its start; resolves to the exit codes. */
  stop(): Promise<readonly (number | null)[]>;
  /** SIGKILL to all that are left. */
  kill(): Promise<void>;
}

/** Starts a cluster; resolves when every process is ready. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  mkdirSync(options.directory, { recursive: true });
  const running: Instance[] = [];
  let store = await launchStore(options.directory, 0);
  const start = async (service: ServiceName): Promise<Instance> => {
    const instance = await launchService(service, options, store.address);
    running.push(instance);
    return instance;
  };
  const instances = (service: ServiceName): readonly Instance[] =>
    running.filter((instance) => instance.service === service && instance.isRunning);
  const cluster: Cluster = {
    get ingestUrl() {
      return instances('ingest')[0]?.address ?? '';
    },
    get queryUrl() {
      return instances('query')[0]?.address ?? '';
    },
    get store() {
      return store;
    },
    instances,
    start,
    async startStore() {
      store = await launchStore(options.directory, Number(new URL(store.address).port));
    },
    async stop() {
      const codes: (number | null)[] = [];
      for (const service of serviceNames)
        codes.push(...(await Promise.all(instances(service).map((instance) => instance.signal('SIGTERM')))));
      if (store.isRunning) codes.push(await store.signal('SIGTERM'));
      return codes;
    },
    async kill() {
      const left = [...running, store].filter(({ isRunning }) => isRunning);
      await Promise.all(left.map((instance) => instance.signal('SIGKILL')));
    },
  };
  try {
    // The first process creates the topics; the others then find them.
    await start('query');
    const others = serviceNames.flatMap((service) => {
      const count = (options.instances?.[service] ?? 1) - (service === 'query' ? 1 : 0);
      return Array.from({ length: count }, () => service);
    });
    await Promise.all(others.map((service) => start(service)));
    return cluster;
  } catch (error) {
    await cluster.kill();
    throw error;
  }
}

function launchStore(directory: string, port: number): Promise<Instance> {
  const entry = join(repository, 'services', 'culprit', 'bin', 'culprit.js');
  const child = spawn(node, [entry, 'store', '--port', String(port), '--data', join(directory, 'store')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: plainEnvironment(),
  });
  child.stderr.pipe(logFile(directory, 'store'));
  return ready(child, { service: 'store', lines: child.stdout, pattern: /ready at (http:\S+)/ });
}

function launchService(service: ServiceName, options: ClusterOptions, storeUrl: string): Promise<Instance> {
  const { brokers, directory, partitions = 4, prefix = '', sessionTimeoutMs = 30_000, settings } = options;
  const child = spawn(node, [join(repository, 'services', service, 'dist', 'main.js')], {
    // Nothing of ours is inherited: whoever waits for the end of our output must not wait for theirs.
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...plainEnvironment(),
      CULPRIT_SERVICE_PORT: '0',
      CULPRIT_KAFKA_BROKERS: brokers,
      CULPRIT_KAFKA_PREFIX: prefix,
      CULPRIT_KAFKA_SESSION_TIMEOUT_MS: String(sessionTimeoutMs),
      CULPRIT_KAFKA_PARTITIONS: String(partitions),
      CULPRIT_STORE_URL: storeUrl,
      ...settings?.[service],
    },
  });
  child.stderr.pipe(logFile(directory, service));
  return ready(child, {
    service,
    lines: child.stderr,
    pattern: /"address":"(http:[^"]+)".*service is ready/,
  });
}

function logFile(directory: string, name: string): NodeJS.WritableStream {
  return createWriteStream(join(directory, `${name}.log`), { flags: 'a' });
}

interface Readiness {
  readonly service: Instance['service'];
  readonly lines: Readable;
  /** Its first group is the address. */
  readonly pattern: RegExp;
}

function ready(child: ChildProcess, { service, lines, pattern }: Readiness): Promise<Instance> {
  return new Promise((resolve, reject) => {
    const last: string[] = [];
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${service} was not ready within ${startTimeoutMs / 1000} s:\n${last.join('\n')}`));
    }, startTimeoutMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${service} ended with ${code} before it was ready:\n${last.join('\n')}`));
    });
    createInterface({ input: lines }).on('line', (line) => {
      last.push(line);
      if (last.length > 20) last.shift();
      const address = pattern.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(instanceOf(child, service, address));
    });
  });
}

function instanceOf(child: ChildProcess, service: Instance['service'], address: string): Instance {
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  return {
    service,
    address,
    pid: child.pid ?? 0,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    async signal(name) {
      child.kill(name);
      return name === 'SIGSTOP' || name === 'SIGCONT' ? null : await ended;
    },
  };
}
