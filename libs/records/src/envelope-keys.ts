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

/** What a key means where it stands. A lower rank wins where several keys fill one slot. */
export interface KeyMeaning {
  /** -1 when the key only holds further keys. */
  readonly slot: number;
  readonly rank: number;
  /**
   * Meanings of the keys inside the value, if it is an object. Some containers are transparent: inside
   * `resource.attributes`, `service.name` means what it means outside.
   */
  readonly inside: KeyTable | undefined;
  /** The value may also be a list of key-value pairs, as OTLP writes attributes. */
  readonly isTransparent: boolean;
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
      'Timestamp|datetime|asctime|@t|timeMillis',
    ],
  ],
  [slot.text, ['log', 'message', 'msg', 'MESSAGE', 'body|body.stringValue', '@ze_msg']],
  [
    slot.level,
    [
      'level|severity|severityText|severity_text|log.level|lvl|loglevel|levelname|Level|LEVEL|Severity|SEVERITY',
      'PRIORITY',
      'log_level|logLevel|level_name|@l|detected_level',
    ],
  ],
  [slot.severityNumber, ['severityNumber|severity_number']],
  [slot.logType, ['log_type|logType|@ze_logtype']],
  [
    slot.cluster,
    [
      'cluster|k8s.cluster.name|k8s_cluster_name|orchestrator.cluster.name|cluster_name|kubernetes.cluster_name|kubernetes.cluster',
    ],
  ],
  [
    slot.namespace,
    [
      'k8s.namespace.name|k8s_namespace_name|kubernetes.namespace_name|kubernetes.pod_namespace|kubernetes.namespace|kubernetes.namespace.name',
      'namespace|service.namespace|service_namespace',
    ],
  ],
  [
    slot.service,
    [
      'service|service.name|service_name',
      'kubernetes.annotations.resource.opentelemetry.io/service.name',
      'kubernetes.labels.app.kubernetes.io/instance|kubernetes.labels.app_kubernetes_io/instance|kubernetes.pod_labels.app.kubernetes.io/instance',
      'kubernetes.labels.app.kubernetes.io/name|kubernetes.labels.app_kubernetes_io/name|kubernetes.pod_labels.app.kubernetes.io/name',
      'k8s.deployment.name|k8s_deployment_name|kubernetes.deployment.name|kubernetes.deployment_name|deployment',
      'k8s.statefulset.name|k8s_statefulset_name|kubernetes.statefulset.name|statefulset',
      'k8s.daemonset.name|k8s_daemonset_name|kubernetes.daemonset.name|daemonset',
      'k8s.cronjob.name|k8s_cronjob_name|kubernetes.cronjob.name|cronjob',
      'kubernetes.labels.app|kubernetes.labels.k8s-app|kubernetes.pod_labels.app|kubernetes.pod_labels.k8s-app|app',
    ],
  ],
  [slot.replicaSet, ['k8s.replicaset.name|kubernetes.replicaset.name']],
  [slot.job, ['k8s.job.name|kubernetes.job.name']],
  [slot.pod, ['k8s.pod.name|k8s_pod_name|kubernetes.pod_name|kubernetes.pod.name', 'pod|pod_name']],
  [
    slot.container,
    [
      'k8s.container.name|k8s_container_name|kubernetes.container_name|kubernetes.container.name',
      'container|container_name|container.name',
    ],
  ],
  [
    slot.host,
    [
      'k8s.node.name|k8s_node_name|kubernetes.host|kubernetes.pod_node_name|kubernetes.node.name',
      'host|host.name|host_name|hostname|_HOSTNAME|node_name|@ze_host|node',
    ],
  ],
  // The second rank may as well name a page that was asked for or a file of source code: see `namesLogFile`.
  [slot.file, ['file|log.file.path', 'filename|source_file|path|filepath|file_path']],
  [slot.program, ['SYSLOG_IDENTIFIER|appname|ident|program', '_SYSTEMD_UNIT|systemd_unit|unit|_COMM']],
  [slot.stream, ['stream|log.iostream|_stream|source_type|@version']],
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

interface Entry {
  readonly bytes: Uint8Array;
  readonly meaning: KeyMeaning;
}

/**
 * A fixed set of keys, found by their bytes. The hash looks at length, first, middle and last byte only, which tells
 * these keys apart well; equality is always checked.
 */
export class KeyTable {
  readonly #entries: (Entry | undefined)[];
  readonly #mask: number;

  /** @param size power of two, well above the number of keys */
  constructor(size: number) {
    this.#entries = Array.from({ length: size });
    this.#mask = size - 1;
  }

  add(key: string, meaning: KeyMeaning): void {
    const bytes = encodeUtf8(key);
    let index = quickHash(bytes, 0, bytes.length) & this.#mask;
    while (this.#entries[index] !== undefined) index = (index + 1) & this.#mask;
    this.#entries[index] = { bytes, meaning };
  }

  /** Meaning of the key in `bytes[start, end)`, undefined when unknown. O(length) for a hit, O(1) for most others. */
  find(bytes: Uint8Array, start: number, end: number): KeyMeaning | undefined {
    let index = quickHash(bytes, start, end) & this.#mask;
    for (;;) {
      const entry = this.#entries[index];
      if (entry === undefined) return undefined;
      if (entry.bytes.length === end - start && equals(entry.bytes, bytes, start)) return entry.meaning;
      index = (index + 1) & this.#mask;
    }
  }
}

function quickHash(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] ?? 0;
  const middle = bytes[(start + end) >> 1] ?? 0;
  const last = end > start ? (bytes[end - 1] ?? 0) : 0;
  return (end - start) * 71 + first * 13 + middle * 29 + last * 5;
}

function equals(key: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[start + i]) return false;
  return true;
}

/** Every known path with its slot and rank; containers without a slot have -1. */
function listPaths(): ReadonlyMap<string, { readonly slot: number; readonly rank: number }> {
  const paths = new Map<string, { slot: number; rank: number }>();
  for (const container of [...containers, ...transparentContainers])
    paths.set(container, { slot: -1, rank: 0 });
  for (const [slotNumber, ranks] of pathsBySlot) {
    for (const [rank, group] of ranks.entries()) {
      for (const path of group.split('|')) paths.set(path, { slot: slotNumber, rank });
    }
  }
  return paths;
}

/** One table for the top level and one for the inside of every container: dotted and nested keys mean the same. */
function buildTables(): KeyTable {
  const paths = listPaths();
  const top = new KeyTable(1024);
  const insides = new Map(containers.map((path) => [path, new KeyTable(128)]));
  const meaningOf = (path: string): KeyMeaning => {
    const isTransparent = transparentContainers.includes(path);
    return {
      slot: paths.get(path)?.slot ?? -1,
      rank: paths.get(path)?.rank ?? 0,
      inside: isTransparent ? top : insides.get(path),
      isTransparent,
      keepsWhole: path === 'body' || path === 'attributes',
    };
  };
  for (const path of paths.keys()) {
    const meaning = meaningOf(path);
    top.add(path, meaning);
    for (const [container, inside] of insides) {
      if (path.startsWith(`${container}.`)) inside.add(path.slice(container.length + 1), meaning);
    }
  }
  return top;
}

/** Meanings of the keys of an envelope's top level. */
export const envelopeKeys: KeyTable = buildTables();
