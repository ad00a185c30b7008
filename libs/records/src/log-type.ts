import type { LogTypeName } from '@culprit/kernel';
import { stableName, workloadOfPod } from './workload-name.js';

/** What is known of the source of a line; empty strings where the input did not say. */
export interface SourceIdentity {
  /** Explicit log type: wins over everything. */
  readonly logType?: string;
  readonly namespace?: string;
  /** Service name, already chosen by precedence when several were given. */
  readonly service?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly host?: string;
  readonly file?: string;
  /** Host unit or syslog program. */
  readonly program?: string;
  /** The line is a Kubernetes event object. */
  readonly isKubernetesEvent?: boolean;
}

export const kubernetesEventsLogType = 'k8s-events';

const kubernetesEventNames: ReadonlySet<string> = new Set([
  'k8s-events',
  'zk8s-events',
  'k8s_events',
  'kubernetes-events',
  'kube-events',
]);

const maxComponentLength = 120;

/**
 * The log type of a line: what is learned and compared. Names that change from run to run never enter it.
 *
 * Order: explicit log type; Kubernetes events; service with its workload and container; workload of the pod; container;
 * program; file name; `unknown`. A component that adds nothing is left out: `sock-shop/orders`, with a side-car
 * `sock-shop/orders:istio-proxy`, without a namespace `nova/nova-compute`. At most two components, joined by `/`.
 * Source of the service precedence: OpenTelemetry semantic conventions, "Kubernetes attributes" (service.name).
 */
export function deriveLogType(source: SourceIdentity): LogTypeName {
  const explicit = cleanExplicit(source.logType ?? '');
  if (explicit !== '') {
    return asLogType(kubernetesEventNames.has(explicit.toLowerCase()) ? kubernetesEventsLogType : explicit);
  }
  if (source.isKubernetesEvent === true) return asLogType(kubernetesEventsLogType);
  const namespace = cleanComponent(source.namespace ?? '');
  const parts = workloadParts(source);
  if (parts.length > 0) {
    const [first = '', ...rest] = parts;
    if (namespace !== '') return asLogType(`${namespace}/${parts.join(':')}`);
    return asLogType(rest.length === 0 ? first : `${first}/${rest.join(':')}`);
  }
  const program = cleanProgram(source.program ?? '');
  if (program !== '') return asLogType(program);
  const file = nameOfFile(source.file ?? '');
  if (file !== '') return asLogType(file);
  return asLogType(namespace !== '' ? `${namespace}/unknown` : 'unknown');
}

/** Service, workload and container, without repeats. */
function workloadParts(source: SourceIdentity): string[] {
  const parts: string[] = [];
  const add = (name: string): void => {
    const part = cleanComponent(name);
    if (part !== '' && !parts.includes(part)) parts.push(part);
  };
  add(source.service ?? '');
  const pod = source.pod ?? '';
  if (pod !== '') add(workloadOfPod(pod, source.host ?? ''));
  const container = source.container ?? '';
  if (!/^[0-9a-f]{12,64}$/.test(container)) add(stableName(container));
  return parts;
}

/** Names that say what kind of log a file is, not whose. */
const kindsOfLog: ReadonlySet<string> = new Set(
  (
    'access error errors stdout stderr output out err debug info warn warning trace audit slow console current ' +
    'default log main app application server'
  ).split(' '),
);
const folderOfLogs = /^(var|log|logs)$/;

/** The log type of a file: its base name, with its folder where many programs have a file of that name. */
function nameOfFile(file: string): string {
  const name = cleanComponent(baseNameOf(file));
  if (!kindsOfLog.has(name)) return name;
  const folder = file.slice(-1024).split(/[/\\]/).filter(Boolean).at(-2) ?? '';
  // Hosts and instances are numbered; what they log is the same.
  const owner = cleanComponent(stableName(folder).replace(/[-_.]?\d+$/, ''));
  return owner === '' || owner === name || folderOfLogs.test(owner) ? name : `${owner}/${name}`;
}

/** The log type of a syslog program: `sshd` of `sshd(pam_unix)`, `postfix/smtpd` as it is, paths by their base name. */
export function cleanProgram(program: string): string {
  const name = program.replace(/[([:].*$/, '');
  const parts = name.split('/').filter((part) => part !== '');
  const kept = name.startsWith('/') ? parts.slice(-1) : parts.slice(0, 2);
  const last = kept.at(-1) ?? '';
  kept[kept.length - 1] = last.replace(/\.(service|exe|scope|slice)$/, '');
  return kept.map(cleanComponent).filter(Boolean).join('/');
}

/**
 * What a file is about: its base name without compression and log suffixes, dates and rotation numbers, so that the
 * files of one program are one log type. A name that is a number or a
 * container id gives way to its folder.
 */
export function baseNameOf(file: string): string {
  const parts = file.slice(-1024).split(/[/\\]/).filter(Boolean);
  for (let i = parts.length - 1; i >= 0; i--) {
    const name = stripRotation(parts[i] ?? '');
    if (name !== '' && !/^([0-9]+|[0-9a-f]{12,}(-json)?)$/.test(name)) return name;
  }
  return '';
}

function stripRotation(base: string): string {
  let name = base;
  for (let i = 0; i < 6; i++) {
    const shorter = name
      .replace(/\.(gz|bz2|xz|zst|lz4|zip)$/i, '')
      .replace(/\.(log|txt|out|err|json|ndjson|jsonl|log_structured)$/i, '')
      .replace(
        /[-_.]?(19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d([-_.T]?\d{2,6}|[-_.T]\d\d[-_.:]\d\d([-_.:]\d\d)?)?Z?$/,
        '',
      )
      .replace(/\.\d{1,10}$/, '')
      .replace(/[-_](\d{9,})$/, '');
    if (shorter === name || shorter === '') break;
    name = shorter;
  }
  return name.replace(/[-_.]+$/, '');
}

/** Namespace, pod and container that the kubelet writes into the paths of container logs. */
export function sourceOfKubernetesPath(
  file: string,
): { readonly namespace: string; readonly pod: string; readonly container: string } | undefined {
  const pods = /\/pods\/([a-z0-9-]+)_([a-z0-9.-]+)_[^/]+\/([a-z0-9.-]+)\/[^/]+$/.exec(file);
  if (pods !== null) return { namespace: pods[1] ?? '', pod: pods[2] ?? '', container: pods[3] ?? '' };
  const flat = /\/containers\/([a-z0-9.-]+)_([a-z0-9-]+)_([a-z0-9.-]+)-[0-9a-f]{64}\.log/.exec(file);
  if (flat !== null) return { namespace: flat[2] ?? '', pod: flat[1] ?? '', container: flat[3] ?? '' };
  return undefined;
}

/** An explicit name keeps its first two components. */
function cleanExplicit(logType: string): string {
  return logType.split('/').map(cleanComponent).filter(Boolean).slice(0, 2).join('/');
}

/** Control characters, blanks and slashes become `_`: a log type is shown in terminals, pages and file names. */
function cleanComponent(text: string): string {
  return text
    .trim()
    .replace(/[\p{Cc}\p{Cf}\s/\\]+/gu, '_')
    .slice(0, maxComponentLength);
}

function asLogType(name: string): LogTypeName {
  return name as LogTypeName;
}
