import type { Dice } from '../dice.js';
import type { Node, Pod } from './cluster.js';
import type { World } from './world.js';

/** A Kubernetes event as an event watcher prints it on one line. */
export interface KubernetesEvent {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly reason: string;
  readonly message: string;
  readonly uid?: string;
  readonly isWarning?: boolean;
  readonly count?: number;
  /** Name of the event object itself; drawn when absent. */
  readonly eventName?: string;
}

/** Writes one Kubernetes event. */
export function emitEvent(world: World, dice: Dice, at: number, event: KubernetesEvent): void {
  const { name, count = 1 } = event;
  const eventName = event.eventName ?? `${name}.16a3${dice.hex(12)}`;
  world.sim.emit(
    at,
    world.cluster.events,
    `${world.text.isoSeconds(at)} ${event.isWarning === true ? 'WARN' : 'INFO'} count=${String(count)} type=${count > 1 ? 'MODIFIED' : 'ADDED'} ` +
      `name=${eventName} kind=${event.kind} namespace=${event.namespace} name=${name} uid=${event.uid ?? dice.uuid()} reason=${event.reason} msg=${event.message}`,
  );
}

/** Writes an event about a pod. */
export function emitPodEvent(
  world: World,
  dice: Dice,
  at: number,
  event: Pick<KubernetesEvent, 'reason' | 'message' | 'isWarning' | 'count'> & { readonly pod: Pod },
): void {
  const { pod, ...rest } = event;
  emitEvent(world, dice, at, {
    kind: 'Pod',
    namespace: pod.namespace,
    name: pod.name,
    uid: pod.uid,
    ...rest,
  });
}

/** Writes a line of /var/log/messages. */
export function emitSyslog(
  world: World,
  at: number,
  line: { readonly node: Node; readonly program: string; readonly text: string },
): void {
  const { node, program, text } = line;
  world.sim.emit(at, node.messages, `${world.text.syslog(at)} ${node.hostname} ${program}: ${text}`);
}

/** Writes a klog line of the kubelet. */
export function emitKubelet(
  world: World,
  at: number,
  line: {
    readonly node: Node;
    readonly level: 'I' | 'W' | 'E';
    readonly file: string;
    readonly text: string;
  },
): void {
  const { node, level, file, text } = line;
  emitSyslog(world, at, {
    node,
    program: 'kubelet',
    text: `${level}${world.text.klog(at, Math.floor(at) % 997)}    4423 ${file}] ${text}`,
  });
}

/**
 * What a cluster writes while a pod starts: scheduler and kubelet events, the network plug-in, the container runtime
 * and the kernel, which greets each new host-side interface with the same words a traffic control rule would cause.
 *
 * @returns the time at which the container runs
 */
export function startPod(
  world: World,
  dice: Dice,
  at: number,
  start: { readonly pod: Pod; readonly pullMillis: number },
): number {
  const { pod, pullMillis } = start;
  const event = (time: number, reason: string, message: string): void => {
    emitPodEvent(world, dice, time, { pod, reason, message });
  };
  event(at, 'Scheduled', `Successfully assigned ${pod.namespace}/${pod.name} to ${pod.node.name}`);
  setUpSandbox(world, dice, at, pod);
  const pulledAt = at + 900 + pullMillis;
  pullImage(world, dice, pulledAt, start);
  event(pulledAt + 60, 'Created', `Created container ${pod.workload}`);
  event(pulledAt + 240, 'Started', `Started container ${pod.workload}`);
  const started = `StartContainer for \\"${pod.containerId}\\" returns successfully`;
  emitContainerd(world, pulledAt + 230, pod.node, started);
  return pulledAt + 250;
}

function setUpSandbox(world: World, dice: Dice, at: number, pod: Pod): void {
  const { node, uid } = pod;
  const volume = `kube-api-access-${dice.suffix(5)}`;
  const device = `eni${dice.hex(11)}`;
  const syslog = (time: number, program: string, text: string): void => {
    emitSyslog(world, time, { node, program, text });
  };
  emitKubelet(world, at + 120, {
    node,
    level: 'I',
    file: 'reconciler.go:224',
    text: `"operationExecutor.VerifyControllerAttachedVolume started for volume \\"${volume}\\" (UniqueName: \\"kubernetes.io/projected/${uid}-kube-api-access\\") pod \\"${pod.name}\\" (UID: \\"${uid}\\") "`,
  });
  const mount = `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~projected/kube-api-access`;
  syslog(at + 180, 'systemd', `Started Kubernetes transient mount for ${mount}.`);
  syslog(at + 600, 'kernel', `IPv6: ADDRCONF(NETDEV_CHANGE): ${device}: link becomes ready`);
  syslog(at + 602, 'kernel', `${device}: Caught tx_queue_len zero misconfig`);
  const sandbox = `&PodSandboxMetadata{Name:${pod.name},Uid:${uid},Namespace:${pod.namespace},Attempt:0,}`;
  const returned = `RunPodSandbox for ${sandbox} returns sandbox id \\"${dice.hex(64)}\\"`;
  emitContainerd(world, at + 700, node, returned);
}

function pullImage(
  world: World,
  dice: Dice,
  pulledAt: number,
  start: { readonly pod: Pod; readonly pullMillis: number },
): void {
  const { pod, pullMillis } = start;
  if (pullMillis === 0) {
    const message = `Container image "${pod.image}" already present on machine`;
    emitPodEvent(world, dice, pulledAt, { pod, reason: 'Pulled', message });
    return;
  }
  const seconds = (pullMillis / 1000).toFixed(9);
  const pulling = `Pulling image "${pod.image}"`;
  const pulled = `Successfully pulled image "${pod.image}" in ${seconds}s`;
  const reference = `PullImage \\"${pod.image}\\" returns image reference \\"sha256:${dice.hex(64)}\\"`;
  emitPodEvent(world, dice, pulledAt - pullMillis - 100, { pod, reason: 'Pulling', message: pulling });
  emitContainerd(world, pulledAt - 4, pod.node, reference);
  emitPodEvent(world, dice, pulledAt, { pod, reason: 'Pulled', message: pulled });
}

/** What a cluster writes while a pod is taken away. */
export function stopPod(world: World, dice: Dice, at: number, pod: Pod): void {
  emitPodEvent(world, dice, at, { pod, reason: 'Killing', message: `Stopping container ${pod.workload}` });
  emitContainerd(world, at + 90, pod.node, `StopContainer for \\"${pod.containerId}\\" with timeout 30 (s)`);
  emitContainerd(
    world,
    at + 1400,
    pod.node,
    `StopContainer for \\"${pod.containerId}\\" returns successfully`,
  );
  emitSyslog(world, at + 1450, {
    node: pod.node,
    program: 'systemd',
    text: `run-containerd-io.containerd.runtime.v2.task-k8s.io-${pod.containerId}-rootfs.mount: Succeeded.`,
  });
  emitKubelet(world, at + 1600, {
    node: pod.node,
    level: 'I',
    file: 'kubelet_volumes.go:160',
    text: `"Cleaned up orphaned pod volumes dir" podUID=${pod.uid} path="/var/lib/kubelet/pods/${pod.uid}/volumes"`,
  });
}

/** Writes an informational line of the container runtime; `message` must already be quoted for its key=value form. */
export function emitContainerd(
  world: World,
  at: number,
  node: Node,
  message: string,
  level: 'info' | 'warning' | 'error' = 'info',
): void {
  emitSyslog(world, at, {
    node,
    program: 'containerd',
    text: `time="${world.text.isoMicros(at, Math.floor(at) % 991)}" level=${level} msg="${message}"`,
  });
}

/** The deployment controller's word on a rollout step. */
export function emitScaling(
  world: World,
  dice: Dice,
  at: number,
  step: {
    readonly deployment: string;
    readonly replicaSet: string;
    readonly to: number;
    readonly direction: 'up' | 'down';
  },
): void {
  const { deployment, replicaSet, to, direction } = step;
  emitEvent(world, dice, at, {
    kind: 'Deployment',
    namespace: 'sock-shop',
    name: deployment,
    reason: 'ScalingReplicaSet',
    message: `Scaled ${direction} replica set ${replicaSet} to ${String(to)}`,
  });
  if (direction === 'up') {
    emitEvent(world, dice, at + 40, {
      kind: 'ReplicaSet',
      namespace: 'sock-shop',
      name: replicaSet,
      reason: 'SuccessfulCreate',
      message: `Created pod: ${replicaSet}-${dice.suffix(5)}`,
    });
  }
}
