import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';

/** A Kubernetes event as one line of text, with its severity and the text of its time. */
export interface KubernetesEventLine {
  readonly text: Uint8Array;
  readonly severity: number;
}

/**
 * Writes a Kubernetes event object (plain, or wrapped as `{"type":"ADDED","object":{…}}`) as the line
 * `INFO count=1 type=ADDED name=… kind=… namespace=… name=… uid=… reason=… msg=…`, which keeps what matters of a very
 * long object. Undefined when the bytes are no such object. Events are rare, so this path may build values.
 */
export function formatKubernetesEvent(json: Uint8Array): KubernetesEventLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(json));
  } catch {
    // Not strict JSON although its brackets balance: the caller keeps the text as it is.
    return undefined;
  }
  const wrapper = asRecord(value);
  const event =
    wrapper.has('involvedObject') || wrapper.has('regarding') ? wrapper : asRecord(wrapper.get('object'));
  const target = asRecord(
    event.get('involvedObject') ?? event.get('involved_object') ?? event.get('regarding'),
  );
  const reason = text(event.get('reason'));
  if (target.size === 0 || reason === '') return undefined;
  const isWarning = text(event.get('type')) === 'Warning';
  const parts = [
    isWarning ? 'WARN' : 'INFO',
    `count=${text(event.get('count')) || '1'}`,
    part('type', wrapper === event ? '' : text(wrapper.get('type'))),
    part('name', text(asRecord(event.get('metadata')).get('name'))),
    part('kind', text(target.get('kind'))),
    part('namespace', text(target.get('namespace'))),
    part('name', text(target.get('name'))),
    part('uid', text(target.get('uid'))),
    part('reason', reason),
    `msg=${text(event.get('message')) || text(event.get('note'))}`,
  ];
  return { text: encodeUtf8(parts.filter(Boolean).join(' ')), severity: isWarning ? 13 : 9 };
}

function part(name: string, value: string): string {
  return value === '' ? '' : `${name}=${value}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** Own members only: nothing inherited can be mistaken for input. */
function asRecord(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
  return new Map(Object.entries(value));
}
