import { decodeUtf8 } from '@culprit/kernel';
import { cleanProgram, deriveLogType } from './log-type.js';
import type { StreamDescriptor } from './stream.js';

/** Ranges of one line that name a finer stream than the one the line came in. */
export interface FinerSource {
  readonly bytes: Uint8Array;
  readonly kind: 'program' | 'pod';
  /** Program, or pod. */
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Host, or container. */
  readonly otherStart: number;
  readonly otherEnd: number;
}

interface Derived {
  readonly base: number;
  readonly name: Uint8Array;
  readonly other: Uint8Array;
  readonly index: number;
  readonly next: Derived | undefined;
}

/** All streams an assembler has seen, and those it derived from what the lines themselves say. Grows only. */
export class StreamTable {
  readonly streams: StreamDescriptor[] = [];
  /** Lines that stayed with their coarser stream because the bound was reached. */
  refused = 0;
  readonly #maxDerived: number;
  readonly #indexByKey = new Map<string, number>();
  readonly #derivedByHash = new Map<number, Derived>();
  #derivedCount = 0;

  constructor(maxDerived: number) {
    this.#maxDerived = maxDerived;
  }

  /** Index of a stream, new or known. */
  add(descriptor: StreamDescriptor): number {
    const { environment, logType, namespace, service, pod, container, host } = descriptor;
    const key = [environment, logType, namespace, service, pod, container, host].join('\0');
    const known = this.#indexByKey.get(key);
    if (known !== undefined) return known;
    const index = this.streams.length;
    this.streams.push(descriptor);
    this.#indexByKey.set(key, index);
    return index;
  }

  /**
   * The stream of a program on a host, or of a pod's container, inside a coarser one. A stream whose source is known
   * already (service, pod or container) stays whole.
   */
  derive(base: number, source: FinerSource): number {
    const descriptor = this.streams[base];
    if (
      descriptor === undefined ||
      descriptor.service !== '' ||
      descriptor.pod !== '' ||
      descriptor.container !== ''
    ) {
      return base;
    }
    const hash = hashSource(base, source);
    const first = this.#derivedByHash.get(hash);
    for (let entry = first; entry !== undefined; entry = entry.next) {
      if (entry.base === base && equalsSource(entry, source)) return entry.index;
    }
    if (this.#derivedCount >= this.#maxDerived) {
      this.refused += 1;
      return base;
    }
    const name = source.bytes.slice(source.nameStart, source.nameEnd);
    const other = source.bytes.slice(source.otherStart, source.otherEnd);
    const index = this.add(finerDescriptor(descriptor, source.kind, decodeUtf8(name), decodeUtf8(other)));
    this.#derivedByHash.set(hash, { base, name, other, index, next: first });
    this.#derivedCount += 1;
    return index;
  }
}

function finerDescriptor(
  base: StreamDescriptor,
  kind: FinerSource['kind'],
  name: string,
  other: string,
): StreamDescriptor {
  if (kind === 'pod') {
    const source = { namespace: base.namespace, pod: name, container: other };
    return { ...base, logType: deriveLogType(source), pod: name, container: other };
  }
  const program = cleanProgram(name);
  const logType = program === '' ? base.logType : deriveLogType({ program });
  return { ...base, logType, host: base.host === '' ? other.slice(0, 253) : base.host };
}

function hashSource(base: number, source: FinerSource): number {
  let hash = Math.imul(0x811c9dc5 ^ base, 0x01000193);
  for (let i = source.nameStart; i < source.nameEnd; i++) {
    hash = Math.imul(hash ^ (source.bytes[i] ?? 0), 0x01000193);
  }
  for (let i = source.otherStart; i < source.otherEnd; i++) {
    hash = Math.imul(hash ^ (source.bytes[i] ?? 0), 0x01000193);
  }
  return hash;
}

function equalsSource(entry: Derived, source: FinerSource): boolean {
  const { bytes } = source;
  if (entry.name.length !== source.nameEnd - source.nameStart) return false;
  if (entry.other.length !== source.otherEnd - source.otherStart) return false;
  for (let i = 0; i < entry.name.length; i++) if (entry.name[i] !== bytes[source.nameStart + i]) return false;
  for (let i = 0; i < entry.other.length; i++)
    if (entry.other[i] !== bytes[source.otherStart + i]) return false;
  return true;
}
