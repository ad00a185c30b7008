import { encodeUtf8 } from '@culprit/kernel';

/** Places for the values that an envelope may carry. */
export const slot = {
  time: 0,
  text: 1,
  level: 2,
  severityNumber: 3,
  logType: 4,
  cluster: 5,
  namespace: 6,
  service: 7,
  pod: 8,
  container: 9,
  host: 10,
  file: 11,
  program: 12,
  stream: 13,
  eventReason: 14,
  eventObject: 15,
  replicaSet: 16,
  job: 17,
} as const;

export const slotCount = 18;

/** Slots that make a stream, in the order they enter its key. */
export const sourceSlots: readonly number[] = [
  slot.logType,
  slot.cluster,
  slot.namespace,
  slot.service,
  slot.pod,
  slot.container,
  slot.host,
  slot.file,
  slot.program,
  slot.replicaSet,
  slot.job,
];

/** What a key path means. A lower rank wins where several keys fill one slot. */
export interface KeyMeaning {
  readonly bytes: Uint8Array;
  readonly hash: number;
  /** -1 when the path is only a container. */
  readonly slot: number;
  readonly rank: number;
  /** The value, if it is an object, is searched for further keys. */
  readonly isContainer: boolean;
  /** Keys inside are looked up without the path so far: `resource.attributes.service.name` is `service.name`. */
  readonly dropsPrefix: boolean;
  /** An object is searched and also kept as a value: a structured body, the attributes of a log record. */
  readonly keepsWhole: boolean;
}

/** Slot -> key paths in order of rank; `|` separates paths of equal rank. */
const pathsBySlot: readonly (readonly [number, readonly string[]])[] = [
  [
    slot.time,
    [
      'time|ts|timestamp|@timestamp|date|timeUnixNano|time_unix_nano',
      'lastTimestamp|eventTime|__REALTIME_TIMESTAMP',
      'observedTimeUnixNano|observedTimestamp|firstTimestamp',
    ],
  ],
  [slot.text, ['log', 'message', 'msg', 'MESSAGE', 'body|body.stringValue', '@ze_msg']],
  [
    slot.level,
    [
      'level|severity|severityText|severity_text|log.level|lvl|loglevel|levelname|Level|LEVEL|Severity|SEVERITY',
      'PRIORITY',
    ],
  ],
  [slot.severityNumber, ['severityNumber|severity_number']],
  [slot.logType, ['log_type|logType|@ze_logtype']],
  [
    slot.cluster,
    [
      'cluster|k8s.cluster.name|orchestrator.cluster.name|cluster_name|kubernetes.cluster_name|kubernetes.cluster',
    ],
  ],
  [
    slot.namespace,
    [
      'k8s.namespace.name|kubernetes.namespace_name|kubernetes.pod_namespace|kubernetes.namespace|kubernetes.namespace.name',
      'namespace|service.namespace',
    ],
  ],
  [
    slot.service,
    [
      'service|service.name|service_name',
      'kubernetes.annotations.resource.opentelemetry.io/service.name',
      'kubernetes.labels.app.kubernetes.io/instance|kubernetes.labels.app_kubernetes_io/instance|kubernetes.pod_labels.app.kubernetes.io/instance',
      'kubernetes.labels.app.kubernetes.io/name|kubernetes.labels.app_kubernetes_io/name|kubernetes.pod_labels.app.kubernetes.io/name',
      'k8s.deployment.name|kubernetes.deployment.name|kubernetes.deployment_name|deployment',
      'k8s.statefulset.name|kubernetes.statefulset.name|statefulset',
      'k8s.daemonset.name|kubernetes.daemonset.name|daemonset',
      'k8s.cronjob.name|kubernetes.cronjob.name|cronjob',
      'kubernetes.labels.app|kubernetes.labels.k8s-app|kubernetes.pod_labels.app|kubernetes.pod_labels.k8s-app|app',
    ],
  ],
  [slot.replicaSet, ['k8s.replicaset.name|kubernetes.replicaset.name']],
  [slot.job, ['k8s.job.name|kubernetes.job.name']],
  [slot.pod, ['k8s.pod.name|kubernetes.pod_name|kubernetes.pod.name', 'pod|pod_name']],
  [
    slot.container,
    [
      'k8s.container.name|kubernetes.container_name|kubernetes.container.name',
      'container|container_name|container.name',
    ],
  ],
  [
    slot.host,
    [
      'k8s.node.name|kubernetes.host|kubernetes.pod_node_name|kubernetes.node.name',
      'host|host.name|hostname|_HOSTNAME|node_name|@ze_host|node',
    ],
  ],
  [slot.file, ['file|log.file.path|filename|source_file|path|filepath|file_path']],
  [slot.program, ['SYSLOG_IDENTIFIER|appname|ident|program', '_SYSTEMD_UNIT|systemd_unit|unit|_COMM']],
  [slot.stream, ['stream|log.iostream|_stream']],
  [slot.eventReason, ['reason']],
  [slot.eventObject, ['involvedObject|involved_object|regarding']],
];

const containers: readonly string[] = [
  'kubernetes',
  'kubernetes.labels',
  'kubernetes.pod_labels',
  'kubernetes.annotations',
  'kubernetes.namespace',
  'kubernetes.pod',
  'kubernetes.node',
  'kubernetes.container',
  'kubernetes.deployment',
  'kubernetes.replicaset',
  'kubernetes.statefulset',
  'kubernetes.daemonset',
  'kubernetes.cronjob',
  'kubernetes.job',
  'k8s',
  'k8s.cluster',
  'k8s.namespace',
  'k8s.pod',
  'k8s.container',
  'k8s.node',
  'k8s.deployment',
  'k8s.replicaset',
  'k8s.statefulset',
  'k8s.daemonset',
  'k8s.cronjob',
  'k8s.job',
  'service',
  'host',
  'container',
  'orchestrator',
  'orchestrator.cluster',
  'log',
  'log.file',
  'body',
];

const transparentContainers: readonly string[] = ['resource', 'resource.attributes', 'attributes'];

/** Number of bytes of a key path that are looked at; a longer path is unknown. */
export const maxPathBytes = 96;

/** Hash of a key path: FNV-1a, 32 bit (Fowler, Noll, Vo 1991). */
export function hashPath(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}

const tableSize = 1024;
const table: (KeyMeaning | undefined)[] = Array.from({ length: tableSize });

function put(path: string, slotNumber: number, rank: number): void {
  const bytes = encodeUtf8(path);
  const hash = hashPath(bytes, 0, bytes.length);
  const dropsPrefix = transparentContainers.includes(path);
  const meaning: KeyMeaning = {
    bytes,
    hash,
    slot: slotNumber,
    rank,
    isContainer: dropsPrefix || containers.includes(path),
    dropsPrefix,
    keepsWhole: path === 'body' || path === 'attributes',
  };
  let index = (hash >>> 0) % tableSize;
  while (table[index] !== undefined) index = (index + 1) % tableSize;
  table[index] = meaning;
}

const slotPaths = new Set<string>();
for (const [slotNumber, ranks] of pathsBySlot) {
  for (const [rank, paths] of ranks.entries()) {
    for (const path of paths.split('|')) {
      put(path, slotNumber, rank);
      slotPaths.add(path);
    }
  }
}
for (const path of [...containers, ...transparentContainers]) if (!slotPaths.has(path)) put(path, -1, 0);

/** Meaning of the key path in `bytes[start, end)`, undefined when unknown. O(length). */
export function meaningOfPath(bytes: Uint8Array, start: number, end: number): KeyMeaning | undefined {
  const length = end - start;
  const hash = hashPath(bytes, start, end);
  for (let index = (hash >>> 0) % tableSize; ; index = (index + 1) % tableSize) {
    const meaning = table[index];
    if (meaning === undefined) return undefined;
    if (meaning.hash !== hash || meaning.bytes.length !== length) continue;
    let i = 0;
    while (i < length && meaning.bytes[i] === bytes[start + i]) i += 1;
    if (i === length) return meaning;
  }
}
