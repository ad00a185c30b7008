import type { Manifest } from './manifest-schemas.js';

interface Probe {
  readonly httpGet?: { readonly port: string | number };
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly resources?: { readonly requests?: object; readonly limits?: { readonly memory?: string } };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly runAsUser?: number;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly seccompProfile?: { readonly type: string };
  };
}

type Labels = Readonly<Record<string, string>>;

/** A pod, however it is made, with the labels by which others find it. */
export interface Pod {
  readonly name: string;
  readonly kind: string;
  readonly labels: Labels;
  readonly spec: PodSpec;
}

/** Every pod that manifests make. */
export function podsOf(manifests: readonly Manifest[]): readonly Pod[] {
  return manifests.flatMap((manifest) => {
    const { kind, metadata } = manifest;
    const spec = manifest.spec as { readonly template?: { metadata: { labels: Labels }; spec: PodSpec } };
    if (kind === 'Pod')
      return [{ name: metadata.name, kind, labels: metadata.labels ?? {}, spec: manifest.spec as PodSpec }];
    if (spec?.template?.spec?.containers === undefined) return [];
    return [{ name: metadata.name, kind, labels: spec.template.metadata.labels, spec: spec.template.spec }];
  });
}

/** What manifests of one release do against the rules of a restricted cluster, and what does not fit together. */
export function manifestComplaints(manifests: readonly Manifest[]): readonly string[] {
  const pods = podsOf(manifests);
  return [
    ...pods.flatMap(podComplaints),
    ...manifests.flatMap((manifest) => referenceComplaints(manifest, manifests, pods)),
  ];
}

/** Reads files of root on the nodes, and nothing else of this project does. */
const mayBeRoot = ({ kind, labels }: Pod): boolean =>
  kind === 'DaemonSet' && labels['app.kubernetes.io/component'] === 'nodes';

function podComplaints(pod: Pod): readonly string[] {
  const { name, kind, spec } = pod;
  const complaints: string[] = [];
  if (spec.securityContext?.runAsNonRoot !== true && !mayBeRoot(pod)) complaints.push('may run as root');
  if (spec.securityContext?.seccompProfile?.type !== 'RuntimeDefault')
    complaints.push('has no seccomp profile');
  const lives = !['Job', 'Pod'].includes(kind);
  for (const container of spec.containers) complaints.push(...containerComplaints(container, lives));
  return complaints.map((complaint) => `${kind} ${name} ${complaint}`);
}

function containerComplaints(container: Container, lives: boolean): readonly string[] {
  const { image, resources, securityContext: security, ports = [] } = container;
  const complaints: string[] = [];
  if (!/:[\w.-]+$/.test(image) || image.endsWith(':latest'))
    complaints.push(`runs ${image}, no fixed version`);
  if (resources?.requests === undefined) complaints.push('requests nothing');
  if (resources?.limits?.memory === undefined) complaints.push('has no memory limit');
  if (security?.allowPrivilegeEscalation !== false) complaints.push('may gain privileges');
  if (security?.readOnlyRootFilesystem !== true) complaints.push('may write to its image');
  if (security?.capabilities?.drop?.includes('ALL') !== true) complaints.push('keeps capabilities');
  for (const kind of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
    const probe = container[kind];
    if (probe === undefined) {
      if (lives) complaints.push(`has no ${kind}`);
    } else if (!ports.some(({ name }) => name === probe.httpGet?.port))
      complaints.push(`has a ${kind} at a port it does not open`);
  }
  const names = (container.env ?? []).map(({ name }) => name);
  complaints.push(
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `sets ${name} twice`),
  );
  return complaints;
}

interface Selecting {
  readonly selector?: Labels & { readonly matchLabels?: Labels };
  readonly podSelector?: { readonly matchLabels?: Labels };
  readonly scaleTargetRef?: { readonly name: string };
  readonly ports?: readonly { readonly targetPort: string }[];
}

function referenceComplaints(
  { kind, metadata, spec }: Manifest,
  manifests: readonly Manifest[],
  pods: readonly Pod[],
): readonly string[] {
  const what = `${kind} ${metadata.name}`;
  const { selector, podSelector, scaleTargetRef, ports } = (spec ?? {}) as Selecting;
  if (kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject') {
    const target = manifests.find(
      (one) => one.kind === 'Deployment' && one.metadata.name === scaleTargetRef?.name,
    );
    if (target === undefined) return [`${what} scales ${scaleTargetRef?.name}, which is not there`];
    const { replicas } = target.spec as { readonly replicas?: number };
    return replicas === undefined ? [] : [`${what} scales what has a fixed number of replicas`];
  }
  const selectors: Readonly<Record<string, Labels | undefined>> = {
    Service: selector,
    PodDisruptionBudget: selector?.matchLabels,
    NetworkPolicy: podSelector?.matchLabels,
  };
  const wanted = selectors[kind];
  if (wanted === undefined) return [];
  const found = pods.filter(({ labels }) =>
    Object.entries(wanted).every(([key, value]) => labels[key] === value),
  );
  if (found.length === 0) return [`${what} selects no pod`];
  if (kind !== 'Service') return [];
  const open = new Set(
    found
      .flatMap((pod) => pod.spec.containers)
      .flatMap((one) => one.ports ?? [])
      .map(({ name }) => name),
  );
  return (ports ?? [])
    .filter(({ targetPort }) => !open.has(targetPort))
    .map(({ targetPort }) => `${what} leads to port ${targetPort}, which no pod opens`);
}
