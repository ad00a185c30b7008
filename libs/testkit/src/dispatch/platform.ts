import { Dice } from '../dice.js';
import type { DueLine } from '../simulation.js';
import { Simulation } from '../simulation.js';
import { threeDigits, TimeText } from '../time-text.js';
import type { DispatchLine } from './dispatch-scenario.js';
import { createHealth } from './health.js';
import type { Health } from './health.js';
import { LoadCurve } from './load-curve.js';

/** A machine; two stand in each zone. */
export interface Machine {
  readonly name: string;
  readonly zone: string;
  /** First three numbers of the addresses of its pods. */
  readonly network: string;
  /** By how much its clock is wrong, ms. */
  skewMillis: number;
}

interface Source {
  readonly lagMillis: number;
  readonly logType: string;
  readonly machine: Machine;
  /** The JSON object from its brace up to the message, and from the message to the time. */
  readonly head: string;
  readonly tail: string;
}

/** A running pod with one container. */
export interface Pod {
  readonly workload: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly image: string;
  readonly ip: string;
  readonly machine: Machine;
  readonly source: Source;
}

interface WorkloadSpec {
  readonly namespace: string;
  readonly image: string;
  readonly replicas: number;
  /** Pods are numbered and keep their names. */
  readonly isStateful?: boolean;
  readonly stream?: 'stdout' | 'stderr';
}

const REGISTRY = 'registry.parcelwing.example';

const own = (name: string, version: string, replicas: number): WorkloadSpec => ({
  namespace: 'dispatch',
  image: `${REGISTRY}/${name}:${version}`,
  replicas,
});
const stateful = (image: string, replicas: number): WorkloadSpec => ({
  namespace: 'data',
  image,
  replicas,
  isStateful: true,
});
const support = (namespace: string, image: string, replicas = 1): WorkloadSpec => ({
  namespace,
  image,
  replicas,
  stream: 'stderr',
});

const specs = {
  envoy: { namespace: 'edge', image: 'envoyproxy/envoy:v1.29.2', replicas: 2 },
  gateway: own('gateway', '2.61.0', 3),
  orders: own('orders', '5.18.3', 3),
  matcher: own('matcher', '1.92.1', 2),
  location: own('location', '0.44.0', 2),
  pricing: own('pricing', '3.7.12', 2),
  notifier: own('notifier', '1.30.4', 2),
  payouts: own('payouts', '4.2.0', 2),
  postgres: stateful('postgres:15.6', 2),
  redis: stateful('redis:7.2.4', 2),
  kafka: stateful('bitnami/kafka:3.6.1', 3),
  rabbitmq: stateful('rabbitmq:3.12.12', 1),
  coredns: support('kube-system', 'coredns/coredns:v1.11.1', 2),
  etcd: support('kube-system', 'etcd:3.5.12-0', 3),
  'controller-manager': support('kube-system', 'kube-controller-manager:v1.29.3', 2),
  'cert-manager': support('ops', 'jetstack/cert-manager-controller:v1.14.4'),
  'event-exporter': support('ops', 'resmoio/kubernetes-event-exporter:v1.6'),
  'lag-exporter': support('ops', 'seglo/kafka-lag-exporter:0.8.2'),
} satisfies Readonly<Record<string, WorkloadSpec>>;

/** Everything that runs all the time. */
export type Workload = keyof typeof specs;

const machineNames = ['worker-a1', 'worker-a2', 'worker-b1', 'worker-b2'] as const;

/** The machines, the pods on them, what is wrong with them, and how their lines leave. */
export class Platform {
  readonly sim: Simulation<Source, DispatchLine>;
  readonly time = new TimeText();
  readonly health: Health = createHealth();
  readonly load: LoadCurve;
  readonly machines: readonly [Machine, Machine, Machine, Machine];
  readonly #seed: number;
  readonly #dice: Dice;
  readonly #pods = new Map<string, readonly Pod[]>();
  readonly #journals = new Map<string, Source>();

  /** @param load 1 is the full rate of lines */
  constructor({
    seed,
    start,
    load,
  }: {
    readonly seed: number;
    readonly start: number;
    readonly load: number;
  }) {
    this.#seed = seed;
    this.#dice = this.dice('platform');
    this.sim = new Simulation(start, toVectorEnvelope);
    this.load = new LoadCurve(this.dice('load'), { start, load });
    const machines = machineNames.map((name, index) => createMachine(name, index));
    const [a1, a2, b1, b2] = machines;
    if (a1 === undefined || a2 === undefined || b1 === undefined || b2 === undefined)
      throw new Error('the platform has four machines');
    this.machines = [a1, a2, b1, b2];
    for (const workload of Object.keys(specs) as Workload[]) {
      const { replicas } = specs[workload];
      this.serve(
        workload,
        Array.from({ length: replicas }, (_, index) => this.createReplica(workload, { index })),
      );
    }
  }

  dice(actor: string): Dice {
    return new Dice(this.#seed, `dispatch/${actor}`);
  }

  pods(workload: Workload): readonly Pod[] {
    return this.#pods.get(workload) ?? [];
  }

  /** A pod of a workload, drawn with the given dice. */
  pod(workload: Workload, dice: Dice): Pod {
    const pods = this.pods(workload);
    const pod = pods[dice.below(pods.length)];
    if (pod === undefined) throw new Error(`no pod of ${workload} is running`);
    return pod;
  }

  /** Makes pods the ones that serve a workload from now on. */
  serve(workload: Workload, pods: readonly Pod[]): void {
    this.#pods.set(workload, pods);
  }

  imageOf(workload: Workload): string {
    return specs[workload].image;
  }

  /** A new pod of a standing workload, not yet among those that serve. */
  createReplica(
    workload: Workload,
    { index, image, hash }: { readonly index: number; readonly image?: string; readonly hash?: string },
  ): Pod {
    const spec: WorkloadSpec = specs[workload];
    const machine = this.machines[(index * 2 + this.#dice.below(2)) % 4] ?? this.machines[0];
    const suffix =
      spec.isStateful === true ? String(index) : `${hash ?? hashOf(workload)}-${this.#dice.suffix(5)}`;
    return this.createPod({
      workload,
      namespace: spec.namespace,
      name: `${workload}-${suffix}`,
      image: image ?? spec.image,
      machine,
      stream: spec.stream ?? 'stdout',
    });
  }

  /** A pod of anything, a job for instance. */
  createPod(request: {
    readonly workload: string;
    readonly namespace: string;
    readonly name: string;
    readonly image: string;
    readonly machine: Machine;
    readonly stream?: 'stdout' | 'stderr';
  }): Pod {
    const { workload, namespace, name, image, machine, stream = 'stdout' } = request;
    const uid = this.#dice.uuid();
    const ip = `${machine.network}.${String(4 + this.#dice.below(240))}`;
    const file = `/var/log/pods/${namespace}_${name}_${uid}/${workload}/0.log`;
    const kubernetes =
      `{"container_image":"${image}","container_name":"${workload}","pod_ip":"${ip}",` +
      `"pod_labels":{"app.kubernetes.io/name":"${workload}"},"pod_name":"${name}","pod_namespace":"${namespace}",` +
      `"pod_node_name":"${machine.name}","pod_uid":"${uid}"}`;
    const source = {
      lagMillis: this.#dice.below(90),
      logType: `${namespace}/${workload}`,
      machine,
      head: `{"file":"${file}","kubernetes":${kubernetes},"message":`,
      tail: `,"source_type":"kubernetes_logs","stream":"${stream}","timestamp":"`,
    };
    return { workload, namespace, name, uid, image, ip, machine, source };
  }

  /** Writes the lines of a container. */
  write(at: number, pod: Pod, text: string): void {
    for (const line of text.split('\n')) this.sim.emit(at, pod.source, line);
  }

  /** Writes a line to the journal of a machine. */
  journal(at: number, machine: Machine, identifier: string, text: string): void {
    const key = `${machine.name}/${identifier}`;
    let source = this.#journals.get(key);
    if (source === undefined) {
      source = {
        lagMillis: 40,
        logType: identifier,
        machine,
        head: `{"PRIORITY":"6","SYSLOG_IDENTIFIER":"${identifier}","host":"${machine.name}","message":`,
        tail: `,"source_type":"journald","timestamp":"`,
      };
      this.#journals.set(key, source);
    }
    this.sim.emit(at, source, text);
  }

  /** Repeats a task at random gaps. */
  every(dice: Dice, meanMillis: number, task: (now: number) => void): void {
    this.sim.repeat(this.sim.now + dice.gap(meanMillis), () => dice.gap(meanMillis) + 1, task);
  }

  /** Repeats a task at a nearly fixed interval, as timers of real programs do. */
  tick(dice: Dice, interval: number, task: (now: number) => void): void {
    this.sim.repeat(
      this.sim.now + dice.between(0, interval),
      () => interval * dice.between(0.995, 1.005),
      task,
    );
  }
}

/** Address and port by which a service is reached inside the cluster. */
export function serviceAddress(workload: Workload, port: number): string {
  return `10.96.${String(20 + (workload.length % 7))}.${String(40 + workload.charCodeAt(0))}:${String(port)}`;
}

/** The part of a pod's name that stands for its template; the same for all pods of a release. */
function hashOf(workload: string): string {
  return new Dice(0, `dispatch/release/${workload}`).suffix(10);
}

function createMachine(name: string, index: number): Machine {
  return {
    name,
    zone: name.startsWith('worker-a') ? 'eu-west-1a' : 'eu-west-1b',
    network: `10.244.${String(index)}`,
    skewMillis: 0,
  };
}

const envelopeTime = new TimeText();

/** A line as Vector sends it to an HTTP sink, its time being that of the machine. */
function toVectorEnvelope({ time, micros, source, text }: DueLine<Source>): DispatchLine {
  const stamp = envelopeTime.isoMillis(time + source.machine.skewMillis, `${threeDigits(micros)}Z`);
  return {
    timeMillis: time,
    json: `${source.head}${JSON.stringify(text)}${source.tail}${stamp}"}`,
    logType: source.logType,
    text,
  };
}
