import type { EnvelopeResult } from '@culprit/records';
import type { LineReader } from '../../line-reader.js';
import type { Door, DoorBody } from '../door.js';
import { asObject, parseJson } from '../json-body.js';
import type { Json } from '../json-body.js';
import { readObjects } from '../read-objects.js';

/** What tags are called here that name a source. */
const keyByTag: Readonly<Record<string, string>> = {
  kube_namespace: 'namespace',
  pod_name: 'pod',
  kube_container_name: 'container',
  container_name: 'container',
  kube_cluster_name: 'cluster',
  cluster_name: 'cluster',
  kube_node: 'node',
  service: 'service',
  filename: 'file',
};

/** Logs as Datadog's agent and libraries send them (v2, and v1 whose body is the same). */
export const datadogDoor: Door = {
  name: 'datadog',
  isSelfDated: () => false,
  refusesWhenNothingIsGood: false,
  read(body: DoorBody, readers: LineReader): Iterable<EnvelopeResult> {
    if (body.mediaType.startsWith('text/')) {
      const { receivedMillis, defaults } = body;
      return [readers.read(body.bytes, { format: 'text', receivedMillis, defaults })];
    }
    // An empty batch is how the agent asks whether anybody is there.
    const value = body.bytes.length === 0 ? [] : parseJson(body.bytes);
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return readObjects(items.map(recordOf), body, readers);
  },
};

function recordOf(item: unknown): Json | undefined {
  const record = asObject(item);
  if (record === undefined) return undefined;
  const { ddtags, ddsource, status, ...rest } = record;
  return {
    ...sourceOf(typeof ddtags === 'string' ? ddtags : ''),
    source_type: 'datadog',
    ...(typeof ddsource === 'string' && ddsource !== '' ? { program: ddsource } : {}),
    ...(status === undefined ? {} : { level: status }),
    ...rest,
  };
}

/** Of `env:prod,pod_name:carts-1`, the tags that name a source. */
function sourceOf(tags: string): Json {
  const pairs = tags.split(',').flatMap((tag) => {
    const colon = tag.indexOf(':');
    const key = colon < 0 ? undefined : keyByTag[tag.slice(0, colon).trim()];
    return key === undefined ? [] : [[key, tag.slice(colon + 1)] as const];
  });
  return Object.fromEntries(pairs);
}
