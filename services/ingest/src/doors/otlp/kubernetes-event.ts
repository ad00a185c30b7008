import { DecodeError } from '../decode-error.js';

const WARN = 13;

/**
 * The JSON of a Kubernetes event that a collector took apart into attributes (`k8s.event.*`, `k8s.object.*`), put
 * together again so that it becomes the same line as an event that came whole.
 */
export function kubernetesEventOf(parts: {
  readonly resource: Uint8Array;
  readonly attributes: Uint8Array;
  readonly message: Uint8Array;
  readonly severity: number;
}): Uint8Array {
  const resource = membersOf(parts.resource);
  const attributes = membersOf(parts.attributes);
  const either = (key: string): unknown => attributes.get(key) ?? resource.get(key);
  return Buffer.from(
    JSON.stringify({
      metadata: { name: either('k8s.event.name') },
      involvedObject: {
        kind: either('k8s.object.kind'),
        namespace: either('k8s.namespace.name'),
        name: either('k8s.object.name'),
        uid: either('k8s.object.uid'),
      },
      reason: either('k8s.event.reason'),
      count: either('k8s.event.count'),
      type: parts.severity >= WARN ? 'Warning' : 'Normal',
      message: Buffer.from(parts.message).toString('utf8'),
    }),
  );
}

function membersOf(json: Uint8Array): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(json).toString('utf8'));
    return new Map(Object.entries(value ?? {}));
  } catch (cause) {
    throw new DecodeError('the attributes of an event cannot be read', { cause });
  }
}
