import type { Anomaly } from '@culprit/scoring';

/** Reasons that Kubernetes itself gives when something is changed on purpose, or is well again. */
const ordinaryReasons: ReadonlySet<string> = new Set([
  'ScalingReplicaSet',
  'SuccessfulCreate',
  'SuccessfulDelete',
  'SuccessfulRescale',
  'Scheduled',
  'Pulling',
  'Pulled',
  'Created',
  'Started',
  'Killing',
  'Completed',
  'SawCompletedJob',
  'LeaderElection',
  'Sync',
  'Starting',
  'NodeReady',
  'NodeSchedulable',
  'NodeAllocatableEnforced',
  'RegisteredNode',
  'RemovingNode',
  'NodeHasSufficientMemory',
  'NodeHasNoDiskPressure',
  'NodeHasSufficientPID',
  'SuccessfulAttachVolume',
  'SuccessfulMountVolume',
  'VolumeResizeSuccessful',
  'FileSystemResizeSuccessful',
  'ProvisioningSucceeded',
  'ExternalProvisioning',
  'WaitForFirstConsumer',
  'SandboxChanged',
  'NoPods',
  'EnsuringLoadBalancer',
  'EnsuredLoadBalancer',
  'UpdatedLoadBalancer',
  'ConfigMapUpdated',
]);

/** Reasons that Kubernetes itself gives when something is wrong. */
const alarmingReasons: ReadonlySet<string> = new Set([
  'OOMKilling',
  'OOMKilled',
  'SystemOOM',
  'BackOff',
  'CrashLoopBackOff',
  'Evicted',
  'Failed',
  'FailedCreate',
  'FailedDelete',
  'FailedScheduling',
  'FailedSync',
  'FailedValidation',
  'FailedBinding',
  'FailedMount',
  'FailedAttachVolume',
  'FailedDetachVolume',
  'FailedMapVolume',
  'FailedUnmount',
  'FailedCreatePodSandBox',
  'FailedCreatePodContainer',
  'FailedKillPod',
  'FailedPostStartHook',
  'FailedPreStopHook',
  'FailedPodSandBoxStatus',
  'ProvisioningFailed',
  'VolumeResizeFailed',
  'FileSystemResizeFailed',
  'Unhealthy',
  'ProbeError',
  'ProbeWarning',
  'InspectFailed',
  'ErrImagePull',
  'ErrImageNeverPull',
  'ImagePullBackOff',
  'ImageGCFailed',
  'ContainerGCFailed',
  'FreeDiskSpaceFailed',
  'EvictionThresholdMet',
  'InvalidDiskCapacity',
  'NodeNotReady',
  'NodeNotSchedulable',
  'NodeHasDiskPressure',
  'NodeHasInsufficientMemory',
  'NodeHasInsufficientPID',
  'TaintManagerEviction',
  'HostPortConflict',
  'NetworkNotReady',
  'DNSConfigForming',
  'Preempted',
  'Preempting',
  'Rebooted',
  'DeadlineExceeded',
  'BackoffLimitExceeded',
  'FailedGetResourceMetric',
  'FailedComputeMetricsReplicas',
]);

/** What a Kubernetes event says about change. */
export type ChangeKind = 'ordinary' | 'alarming' | 'unknown';

/**
 * Recognises a Kubernetes event by its log type or its shape (a reason together with the kind of an object) and tells
 * what its reason means; a reason Kubernetes does not know (some operator's own) is `unknown`, which is evidence of a
 * change exactly as far as it is new here.
 *
 * @returns undefined for any other event; O(length), no regular expressions on the body
 */
export function changeKindOf({ event }: Anomaly): ChangeKind | undefined {
  const text = event.body.slice(0, 4_096);
  const reason = valueAfter(text, 'reason');
  const hasKind = text.includes('involvedObject') || valueAfter(text, 'kind') !== '';
  if (!isEventLogType(event.source.logType) && (reason === '' || !hasKind)) return undefined;
  if (reason === '') return 'unknown';
  if (ordinaryReasons.has(reason)) return 'ordinary';
  return alarmingReasons.has(reason) ? 'alarming' : 'unknown';
}

function isEventLogType(logType: string): boolean {
  return logType === 'k8s-events' || logType.endsWith('/k8s-events');
}

/** The word after `key=`, `key = `, `"key":"` or `key: `; empty if there is none. */
function valueAfter(text: string, key: string): string {
  for (let from = text.indexOf(key); from >= 0; from = text.indexOf(key, from + 1)) {
    if (isWordCharacter(text.charCodeAt(from - 1))) continue;
    let at = from + key.length;
    if (text[at] === '"') at += 1;
    while (text[at] === ' ') at += 1;
    if (text[at] !== '=' && text[at] !== ':') continue;
    at += 1;
    while (text[at] === ' ' || text[at] === '"') at += 1;
    let end = at;
    while (isWordCharacter(text.charCodeAt(end))) end += 1;
    if (end > at) return text.slice(at, end);
  }
  return '';
}

function isWordCharacter(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
  );
}
