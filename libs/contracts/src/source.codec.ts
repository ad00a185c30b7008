import type { EnvironmentName, LogTypeName } from '@culprit/kernel';
import type { EventSource } from '@culprit/scoring';
import type { Source } from './gen/culprit/common/v1/source.js';

/** A stream descriptor and the source of an event have the same fields; both come through here. */
export function sourceFromWire(wire: Source): EventSource {
  return {
    environment: wire.environment as EnvironmentName,
    logType: wire.logType as LogTypeName,
    namespace: wire.namespace,
    service: wire.service,
    pod: wire.pod,
    container: wire.container,
    host: wire.host,
  };
}

/** Numbers objects in order of first use, so that a batch says each of them once. */
export class IndexTable<Key, Item> {
  readonly items: Item[] = [];
  readonly #indexByKey = new Map<Key, number>();

  indexOf(key: Key, create: () => Item): number {
    const known = this.#indexByKey.get(key);
    if (known !== undefined) return known;
    const index = this.items.length;
    this.#indexByKey.set(key, index);
    this.items.push(create());
    return index;
  }
}
