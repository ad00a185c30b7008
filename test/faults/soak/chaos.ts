import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Instance, ServiceName } from '../../support/cluster/cluster.ts';

/** What a disturbance may reach for. */
export interface Target {
  readonly cluster: Cluster;
  /** Undefined where the broker is somebody else's. */
  readonly broker: { kill(): Promise<void>; start(): Promise<void> } | undefined;
  /** From 0 to 1, repeatable. */
  readonly random: () => number;
}

/** Silence after which a member of a group is given up: freezes last longer, so that others take its work over. */
export const sessionTimeoutMs = 10_000;
const disturbed = ['ingest', 'structuring', 'scoring', 'correlation'] as const;

function pick<Item>(items: readonly Item[], random: () => number): Item | undefined {
  return items[Math.floor(random() * items.length)];
}

function anyInstance({ cluster, random }: Target): Instance | undefined {
  const service = pick(disturbed, random) ?? 'structuring';
  return pick(cluster.instances(service), random);
}

/** Everything that is done to a system, by name. Each resolves when the cause is gone; its effects may go on. */
export const disturbances: Readonly<Record<string, (target: Target) => Promise<unknown>>> = {
  async kill(target) {
    await anyInstance(target)?.signal('SIGKILL');
  },
  async terminate(target) {
    await anyInstance(target)?.signal('SIGTERM');
  },
  async freeze(target) {
    const instance = anyInstance(target);
    await instance?.signal('SIGSTOP');
    await sleep(3_000 + target.random() * 25_000);
    await instance?.signal('SIGCONT');
  },
  async join({ cluster, random }) {
    const stages = ['structuring', 'scoring', 'correlation'] as const;
    const instance = await cluster.start(pick(stages, random) ?? 'structuring');
    await sleep(10_000);
    if (instance.isRunning) await instance.signal('SIGTERM');
  },
  async storeAway({ cluster, random }) {
    await cluster.store.signal('SIGKILL');
    await sleep(random() * 20_000);
    await cluster.startStore();
  },
  async brokerAway({ broker, random }) {
    await broker?.kill();
    await sleep(random() * 15_000);
    await broker?.start();
  },
};

/** Starts what has ended, as the machinery round a cluster does. Counts what it started. */
export class Supervisor {
  readonly restarts = new Map<ServiceName, number>();
  readonly #cluster: Cluster;
  readonly #wanted: Readonly<Record<ServiceName, number>>;
  #isStopping = false;
  readonly #running: Promise<void>;

  constructor(cluster: Cluster, wanted: Readonly<Record<ServiceName, number>>) {
    this.#cluster = cluster;
    this.#wanted = wanted;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      await sleep(1_000);
      for (const [service, count] of Object.entries(this.#wanted) as [ServiceName, number][]) {
        if (this.#cluster.instances(service).length >= count) continue;
        this.restarts.set(service, (this.restarts.get(service) ?? 0) + 1);
        // A start while the broker or the store is away fails, and is tried again.
        await this.#cluster.start(service).catch(() => undefined);
      }
    }
  }
}
