import type { Dice } from '../dice.js';
import type { LineSource } from '../simulation.js';

const CLUSTER = 'sock-shop-eks';

/** A kind of container that the cluster runs; the name is unique in the whole scenario. */
interface WorkloadSpec {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly kind: 'deployment' | 'daemonset';
  /** Label that carries the workload's name. */
  readonly label: string;
  readonly stream?: 'stdout' | 'stderr';
  readonly replicas?: number;
}

const shop = (name: string, image: string, stream: 'stdout' | 'stderr' = 'stdout'): WorkloadSpec => ({
  name,
  namespace: 'sock-shop',
  image,
  kind: 'deployment',
  label: 'name',
  stream,
});

const specs: readonly WorkloadSpec[] = [
  shop('front-end', 'weaveworksdemos/front-end:0.3.12'),
  shop('catalogue', 'weaveworksdemos/catalogue:0.3.5', 'stderr'),
  shop('catalogue-db', 'weaveworksdemos/catalogue-db:0.3.0', 'stderr'),
  shop('carts', 'weaveworksdemos/carts:0.4.8'),
  shop('carts-db', 'mongo:5.0'),
  shop('orders', 'weaveworksdemos/orders:0.4.7'),
  shop('orders-db', 'mongo:5.0'),
  shop('payment', 'weaveworksdemos/payment:0.4.3', 'stderr'),
  shop('shipping', 'weaveworksdemos/shipping:0.4.8'),
  shop('queue-master', 'weaveworksdemos/queue-master:0.3.1'),
  shop('rabbitmq', 'rabbitmq:3.6.8'),
  shop('user', 'weaveworksdemos/user:0.4.7', 'stderr'),
  shop('user-db', 'weaveworksdemos/user-db:0.4.0'),
  shop('user-load', 'weaveworksdemos/load-test:latest'),
  daemon('aws-node', 'kube-system', 'amazon-k8s-cni:v1.7.5', 'k8s-app'),
  daemon('kube-proxy', 'kube-system', 'eks/kube-proxy:v1.21.2', 'k8s-app'),
  daemon('fluent-bit', 'logging', 'amazon/aws-for-fluent-bit:2.19.0', 'app.kubernetes.io/name'),
  {
    name: 'coredns',
    namespace: 'kube-system',
    image: 'eks/coredns:v1.8.4',
    kind: 'deployment',
    label: 'k8s-app',
    replicas: 2,
  },
  system('metrics-server', 'kube-system', 'metrics-server:v0.5.0', 'k8s-app'),
  system('cluster-autoscaler', 'kube-system', 'cluster-autoscaler:v1.21.0', 'app'),
  system('aws-load-balancer-controller', 'kube-system', 'aws-alb-ingress-controller:v2.2.4', 'app'),
  system('ingress-nginx', 'ingress-nginx', 'ingress-nginx/controller:v1.0.0', 'app.kubernetes.io/name'),
  system('external-secrets', 'external-secrets', 'external-secrets:v0.3.2', 'app.kubernetes.io/name'),
  system('chaos-operator', 'litmus', 'litmuschaos/chaos-operator:2.0.0', 'app.kubernetes.io/name'),
];

function daemon(name: string, namespace: string, image: string, label: string): WorkloadSpec {
  return { name, namespace, image, kind: 'daemonset', label, stream: 'stderr' };
}

function system(name: string, namespace: string, image: string, label: string): WorkloadSpec {
  return { name, namespace, image, kind: 'deployment', label, stream: 'stderr' };
}

/** A machine of the cluster. */
export interface Node {
  /** `ip-172-41-13-201`, the name in syslog lines. */
  readonly hostname: string;
  /** The name Kubernetes knows it by. */
  readonly name: string;
  /** First three numbers of the addresses of its pods. */
  readonly podNetwork: string;
  /** /var/log/messages. */
  readonly messages: LineSource;
}

/** A running pod with one container. */
export interface Pod {
  readonly workload: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly containerId: string;
  readonly image: string;
  readonly node: Node;
  readonly ip: string;
  readonly source: LineSource;
}

/** What to start: everything that is not said is drawn or taken from the workload's specification. */
export interface PodRequest {
  readonly workload: string;
  readonly node: Node;
  readonly podName: string;
  readonly namespace: string;
  readonly container?: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly stream: 'stdout' | 'stderr';
}

/** Nodes, pods and the envelopes of their lines. */
export class Cluster {
  readonly nodes: readonly [Node, Node, Node];
  /** One-line strings of Kubernetes events. */
  readonly events: LineSource;
  readonly #dice: Dice;
  readonly #podsByWorkload = new Map<string, Pod[]>();
  readonly #replicaSetByWorkload = new Map<string, string>();
  readonly #specByWorkload = new Map(specs.map((spec) => [spec.name, spec]));

  constructor(dice: Dice) {
    this.#dice = dice;
    this.nodes = [this.#createNode(1), this.#createNode(2), this.#createNode(3)];
    this.events = {
      tail: `,"log_type":"k8s-events","cluster":"${CLUSTER}"}`,
      lagMillis: dice.below(100),
    };
    for (const spec of specs) this.#startAll(spec);
  }

  /** A pod of a workload; with several, one drawn with the given dice, or the first. */
  pod(workload: string, dice?: Dice): Pod {
    const pods = this.pods(workload);
    const pod = dice === undefined || pods.length < 2 ? pods[0] : pods[dice.below(pods.length)];
    if (pod === undefined) throw new Error(`the scenario has no pod of workload ${workload}`);
    return pod;
  }

  pods(workload: string): readonly Pod[] {
    return this.#podsByWorkload.get(workload) ?? [];
  }

  replicaSet(workload: string): string {
    return this.#replicaSetByWorkload.get(workload) ?? workload;
  }

  /** Names a new replica set for a deployment, as a change of its pod template does. */
  renewReplicaSet(workload: string): string {
    const name = `${workload}-${this.#dice.hex(10)}`;
    this.#replicaSetByWorkload.set(workload, name);
    return name;
  }

  /** A new pod of a known deployment, not yet among those that serve. */
  createReplica(workload: string, image?: string): Pod {
    const spec = this.#specByWorkload.get(workload);
    if (spec === undefined) throw new Error(`the scenario has no workload ${workload}`);
    return this.#createPodOf(spec, this.#dice.pick(this.nodes), image ?? spec.image);
  }

  /** A pod of something that is no part of the standing cluster: a job, a helper. */
  createPod(request: PodRequest): Pod {
    const uid = this.#dice.uuid();
    const labels = JSON.stringify(request.labels);
    const container = request.container ?? request.workload;
    return {
      workload: request.workload,
      namespace: request.namespace,
      name: request.podName,
      uid,
      containerId: this.#dice.hex(64),
      image: request.image,
      node: request.node,
      ip: `${request.node.podNetwork}.${String(10 + this.#dice.below(240))}`,
      source: {
        tail:
          `,"stream":"${request.stream}","kubernetes":{"pod_name":"${request.podName}","namespace_name":"${request.namespace}",` +
          `"pod_id":"${uid}","labels":${labels},"host":"${request.node.name}","container_name":"${container}",` +
          `"container_image":"${request.image}"},"cluster":"${CLUSTER}"}`,
        lagMillis: this.#dice.below(100),
      },
    };
  }

  /** Makes pods the ones that serve a workload from now on. */
  serve(workload: string, pods: readonly Pod[]): void {
    this.#podsByWorkload.set(workload, [...pods]);
  }

  #startAll(spec: WorkloadSpec): void {
    if (spec.kind === 'deployment') this.renewReplicaSet(spec.name);
    const nodes: readonly Node[] =
      spec.kind === 'daemonset'
        ? this.nodes
        : Array.from({ length: spec.replicas ?? 1 }, () => this.#dice.pick(this.nodes));
    this.serve(
      spec.name,
      nodes.map((node) => this.#createPodOf(spec, node, spec.image)),
    );
  }

  #createPodOf(spec: WorkloadSpec, node: Node, image: string): Pod {
    const replicaSet = this.replicaSet(spec.name);
    const hash = replicaSet.slice(spec.name.length + 1);
    const hashLabel: Record<string, string> = spec.kind === 'deployment' ? { 'pod-template-hash': hash } : {};
    return this.createPod({
      workload: spec.name,
      node,
      podName: `${replicaSet}-${this.#dice.suffix(5)}`,
      namespace: spec.namespace,
      image,
      labels: { [spec.label]: spec.name, ...hashLabel },
      stream: spec.stream ?? 'stdout',
    });
  }

  #createNode(zone: number): Node {
    const address = [172, 41, zone * 16 + this.#dice.below(16), 10 + this.#dice.below(240)];
    const hostname = `ip-${address.join('-')}`;
    const name = `${hostname}.ec2.internal`;
    return {
      hostname,
      name,
      podNetwork: `10.0.${String(zone)}`,
      messages: {
        tail: `,"file":"/var/log/messages","host":"${name}","cluster":"${CLUSTER}"}`,
        lagMillis: this.#dice.below(100),
      },
    };
  }
}
