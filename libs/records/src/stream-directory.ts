import { decodeUtf8, type EnvironmentName } from '@culprit/kernel';
import { ByteView } from './byte-view.js';
import { slot, sourceSlots } from './envelope-keys.js';
import type { EnvelopeFields } from './envelope-fields.js';
import { unescapeInto } from './json-scan.js';
import { deriveLogType, sourceOfKubernetesPath, type SourceIdentity } from './log-type.js';
import type { StreamDescriptor } from './stream.js';
import { stableName } from './workload-name.js';

/** What the sender of the lines said outside of them: query parameters, headers, the name of the file. */
export interface SourceDefaults extends Omit<SourceIdentity, 'program' | 'isKubernetesEvent'> {
  readonly environment: string;
}

interface Entry {
  readonly key: Int32Array;
  readonly descriptor: StreamDescriptor;
  readonly next: Entry | undefined;
  /** Call in which the stream was last used, and its index there. */
  generation: number;
  index: number;
}

const maxNameBytes = 1024;

/**
 * Finds the stream of an envelope. The raw bytes of its source fields are the key, so a known source costs one hash
 * and one comparison; strings are made for new sources only. Remembers a bounded number of them.
 */
export class StreamDirectory {
  readonly #defaults: SourceDefaults;
  readonly #capacity: number;
  readonly #entryByHash = new Map<number, Entry>();
  #entryCount = 0;
  #generation = 0;
  readonly #views = new ByteView();
  #key = new Int32Array(128);
  #keyLength = 0;

  constructor(defaults: SourceDefaults, capacity: number) {
    this.#defaults = defaults;
    this.#capacity = capacity;
  }

  /** Starts a batch: stream indexes count from 0 again. */
  begin(): void {
    this.#generation += 1;
    if (this.#entryCount < this.#capacity) return;
    this.#entryByHash.clear();
    this.#entryCount = 0;
  }

  /** Index in `streams` of the stream that the fields name; undefined fields stand for the defaults alone. */
  indexOf(
    bytes: Uint8Array,
    fields: EnvelopeFields | undefined,
    isKubernetesEvent: boolean,
    streams: StreamDescriptor[],
  ): number {
    const hash = this.#writeKey(bytes, fields, isKubernetesEvent);
    const first = this.#entryByHash.get(hash);
    let entry = first;
    while (entry !== undefined && !this.#equalsKey(entry.key)) entry = entry.next;
    if (entry === undefined) {
      entry = {
        key: this.#key.slice(0, this.#keyLength),
        descriptor: describe(this.#defaults, bytes, fields, isKubernetesEvent),
        next: first,
        generation: -1,
        index: -1,
      };
      this.#entryByHash.set(hash, entry);
      this.#entryCount += 1;
    }
    if (entry.generation !== this.#generation) {
      entry.generation = this.#generation;
      entry.index = streams.length;
      streams.push(entry.descriptor);
    }
    return entry.index;
  }

  /** Every set source slot as (slot and length, bytes in fours); returns the hash of that. */
  #writeKey(bytes: Uint8Array, fields: EnvelopeFields | undefined, isKubernetesEvent: boolean): number {
    this.#key[0] = isKubernetesEvent ? 1 : 0;
    let length = 1;
    if (fields !== undefined) {
      const view = this.#views.of(bytes);
      for (const slotNumber of sourceSlots)
        if (fields.isSet(slotNumber)) length = this.#writeName(view, fields, slotNumber, length);
    }
    this.#keyLength = length;
    let hash = 0x811c9dc5;
    for (let i = 0; i < length; i++) {
      hash = Math.imul(hash ^ (this.#key[i] ?? 0), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  /** Appends the name in a slot to the key, whose length so far is `at`; returns its length then. */
  #writeName(view: DataView, fields: EnvelopeFields, slotNumber: number, at: number): number {
    let from = fields.start[slotNumber] ?? 0;
    const end = Math.min(fields.end[slotNumber] ?? 0, from + maxNameBytes);
    const needed = at + 2 + ((end - from) >> 2);
    if (needed > this.#key.length) this.#growKey(needed);
    const key = this.#key;
    let length = at;
    key[length++] = (slotNumber << 16) | (end - from);
    for (; from + 4 <= end; from += 4) key[length++] = view.getInt32(from, true);
    if (from === end) return length;
    let rest = 0;
    for (; from < end; from++) rest = (rest << 8) | view.getUint8(from);
    key[length++] = rest;
    return length;
  }

  #growKey(needed: number): void {
    const grown = new Int32Array(needed * 2);
    grown.set(this.#key);
    this.#key = grown;
  }

  #equalsKey(key: Int32Array): boolean {
    if (key.length !== this.#keyLength) return false;
    for (let i = 0; i < key.length; i++) if (key[i] !== this.#key[i]) return false;
    return true;
  }
}

function describe(
  defaults: SourceDefaults,
  bytes: Uint8Array,
  fields: EnvelopeFields | undefined,
  isKubernetesEvent: boolean,
): StreamDescriptor {
  const text = (slotNumber: number): string => textOfSlot(bytes, fields, slotNumber);
  const file = text(slot.file) || (defaults.file ?? '');
  const path = sourceOfKubernetesPath(file);
  const host = text(slot.host) || (defaults.host ?? '');
  const logType = text(slot.logType) || (defaults.logType ?? '');
  const source: Required<SourceIdentity> = {
    logType,
    namespace: text(slot.namespace) || (path?.namespace ?? defaults.namespace ?? ''),
    service:
      text(slot.service) ||
      stableName(text(slot.replicaSet)) ||
      stableName(text(slot.job)) ||
      (defaults.service ?? ''),
    pod: text(slot.pod) || (path?.pod ?? defaults.pod ?? ''),
    container: text(slot.container) || (path?.container ?? defaults.container ?? ''),
    host,
    file,
    program: text(slot.program),
    isKubernetesEvent,
  };
  const derived = deriveLogType(source);
  return {
    environment: asEnvironment(text(slot.cluster) || defaults.environment),
    logType: derived,
    namespace: source.namespace,
    // A log type that was told outright speaks for a service: nothing in the text may split it any more.
    service: source.service || (logType === '' && source.program === '' ? '' : derived),
    pod: source.pod,
    container: source.container,
    host,
  };
}

function textOfSlot(bytes: Uint8Array, fields: EnvelopeFields | undefined, slotNumber: number): string {
  if (fields === undefined || !fields.isSet(slotNumber)) return '';
  const start = fields.start[slotNumber] ?? 0;
  const end = Math.min(fields.end[slotNumber] ?? 0, start + maxNameBytes);
  if (!fields.isString(slotNumber)) return decodeUtf8(bytes.subarray(start, end));
  const plain = new Uint8Array(end - start + 4);
  return decodeUtf8(plain.subarray(0, unescapeInto(bytes, { start, end }, plain, 0)));
}

function asEnvironment(name: string): EnvironmentName {
  return name as EnvironmentName;
}
