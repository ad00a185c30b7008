import type { Dice } from '../dice.js';
import type { Machine, Platform, Pod } from './platform.js';

/** What a Kubernetes event is about. */
export interface ClusterEvent {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly reason: string;
  readonly message: string;
  readonly isWarning?: boolean;
  readonly component?: string;
  readonly count?: number;
}

/** Writes an event the way kubernetes-event-exporter prints it. */
export function clusterEvent(platform: Platform, dice: Dice, at: number, event: ClusterEvent): void {
  const { kind, namespace, name, uid = dice.uuid(), reason, message, count = 1 } = event;
  const stamp = platform.time.isoSeconds(at);
  platform.write(
    at + 300,
    platform.pod('event-exporter', dice),
    JSON.stringify({
      metadata: { name: `${name}.17b8${dice.hex(12)}`, namespace, creationTimestamp: stamp },
      reason,
      message,
      source: { component: event.component ?? 'kubelet' },
      firstTimestamp: stamp,
      lastTimestamp: stamp,
      count,
      type: event.isWarning === true ? 'Warning' : 'Normal',
      involvedObject: { kind, namespace, name, uid },
    }),
  );
}

/** Writes an event about a pod. */
export function podEvent(
  platform: Platform,
  dice: Dice,
  at: number,
  event: Pick<ClusterEvent, 'component' | 'count' | 'isWarning' | 'message' | 'reason'> & {
    readonly pod: Pod;
  },
): void {
  const { pod, ...rest } = event;
  clusterEvent(platform, dice, at, {
    kind: 'Pod',
    namespace: pod.namespace,
    name: pod.name,
    uid: pod.uid,
    ...rest,
  });
}

/** Writes a structured line of the kubelet. */
export function kubelet(
  platform: Platform,
  at: number,
  line: {
    readonly machine: Machine;
    readonly level?: 'E' | 'I' | 'W';
    readonly file: string;
    readonly text: string;
  },
): void {
  const { machine, level = 'I', file, text } = line;
  const stamp = platform.time.klog(at + machine.skewMillis, Math.floor(at) % 1000);
  platform.journal(at, machine, 'kubelet', `${level}${stamp}    1184 ${file}] ${text}`);
}

/** Writes a line of the container runtime. */
export function containerd(
  platform: Platform,
  at: number,
  line: { readonly machine: Machine; readonly level?: 'error' | 'info' | 'warning'; readonly text: string },
): void {
  const { machine, level = 'info', text } = line;
  const stamp = platform.time.isoMicros(at + machine.skewMillis, Math.floor(at) % 1000);
  platform.journal(at, machine, 'containerd', `time="${stamp}" level=${level} msg=${JSON.stringify(text)}`);
}

/**
 * What a cluster writes while a pod starts.
 *
 * @returns when its container runs
 */
export function startPod(platform: Platform, dice: Dice, at: number, pod: Pod): number {
  const { machine } = pod;
  podEvent(platform, dice, at, {
    pod,
    reason: 'Scheduled',
    component: 'default-scheduler',
    message: `Successfully assigned ${pod.namespace}/${pod.name} to ${machine.name}`,
  });
  kubelet(platform, at + 80, {
    machine,
    file: 'reconciler_common.go:258',
    text: `"operationExecutor.VerifyControllerAttachedVolume started for volume \\"kube-api-access-${dice.suffix(5)}\\" (UniqueName: \\"kubernetes.io/projected/${pod.uid}-kube-api-access\\") pod \\"${pod.name}\\" (UID: \\"${pod.uid}\\") " pod="${pod.namespace}/${pod.name}"`,
  });
  containerd(platform, at + 300, {
    machine,
    text: `RunPodSandbox for &PodSandboxMetadata{Name:${pod.name},Uid:${pod.uid},Namespace:${pod.namespace},Attempt:0,} returns sandbox id "${dice.hex(64)}"`,
  });
  const device = `veth${dice.hex(8)}`;
  platform.journal(at + 310, machine, 'kernel', `eth0: renamed from ${device}`);
  podEvent(platform, dice, at + 500, {
    pod,
    reason: 'Pulled',
    message: `Container image "${pod.image}" already present on machine`,
  });
  podEvent(platform, dice, at + 640, {
    pod,
    reason: 'Created',
    message: `Created container ${pod.workload}`,
  });
  containerd(platform, at + 800, {
    machine,
    text: `StartContainer for "${dice.hex(64)}" returns successfully`,
  });
  podEvent(platform, dice, at + 810, {
    pod,
    reason: 'Started',
    message: `Started container ${pod.workload}`,
  });
  return at + 900;
}

/** What a cluster writes while a pod goes. */
export function stopPod(platform: Platform, dice: Dice, at: number, pod: Pod): void {
  podEvent(platform, dice, at, { pod, reason: 'Killing', message: `Stopping container ${pod.workload}` });
  endPod(platform, dice, at + 1200, pod);
}

/** What a machine writes when the container of a pod has ended by itself. */
export function endPod(platform: Platform, dice: Dice, at: number, pod: Pod): void {
  const { machine, uid } = pod;
  containerd(platform, at, { machine, text: `shim disconnected id=${dice.hex(64)} namespace=k8s.io` });
  kubelet(platform, at + 500, {
    machine,
    file: 'reconciler_common.go:172',
    text: `"operationExecutor.UnmountVolume started for volume \\"kube-api-access\\" (UniqueName: \\"kubernetes.io/projected/${uid}-kube-api-access\\") pod \\"${uid}\\" (UID: \\"${uid}\\") "`,
  });
  kubelet(platform, at + 2000, {
    machine,
    file: 'kubelet_volumes.go:163',
    text: `"Cleaned up orphaned pod volumes dir" podUID="${uid}" path="/var/lib/kubelet/pods/${uid}/volumes"`,
  });
}

/** A container dies and is started again where it is, later every time. */
export function crashPod(
  platform: Platform,
  dice: Dice,
  at: number,
  crash: { readonly pod: Pod; readonly restarts: number; readonly exitCode: number },
): number {
  const { pod, restarts, exitCode } = crash;
  const { machine } = pod;
  const wait = Math.min(300, 10 * 2 ** Math.max(0, restarts - 1)) * 1000;
  containerd(platform, at + 60, { machine, text: `shim disconnected id=${dice.hex(64)} namespace=k8s.io` });
  kubelet(platform, at + 400, {
    machine,
    file: 'kubelet.go:2456',
    text: `"SyncLoop (PLEG): event for pod" pod="${pod.namespace}/${pod.name}" event={"ID":"${pod.uid}","Type":"ContainerDied","Data":"${dice.hex(64)}"}`,
  });
  if (restarts > 1)
    podEvent(platform, dice, at + 900, {
      pod,
      reason: 'BackOff',
      isWarning: true,
      count: restarts,
      message: `Back-off restarting failed container ${pod.workload} in pod ${pod.name}_${pod.namespace}(${pod.uid})`,
    });
  kubelet(platform, at + 950, {
    machine,
    level: 'E',
    file: 'pod_workers.go:1298',
    text: `"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"${pod.workload}\\" with CrashLoopBackOff: \\"back-off ${String(wait / 1000)}s restarting failed container=${pod.workload} pod=${pod.name}\\"" pod="${pod.namespace}/${pod.name}" exitCode=${String(exitCode)}`,
  });
  const again = at + wait;
  podEvent(platform, dice, again, { pod, reason: 'Started', message: `Started container ${pod.workload}` });
  return again;
}
