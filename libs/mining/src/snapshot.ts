import { ByteReader, ByteWriter } from '@culprit/kernel';
import { TemplateStore } from './template-store.js';

/** First byte of every snapshot; raised when the layout changes. */
const SNAPSHOT_VERSION = 2;

/** Everything a miner knows. */
export interface MinerState {
  readonly scope: string;
  readonly maxTemplates: number;
  readonly store: TemplateStore;
  readonly entries: Int32Array<ArrayBuffer>;
  readonly usedEntries: number;
  /** First template of each group of one structure; group 0 has none. */
  readonly heads: readonly number[];
  readonly overflow: readonly number[];
  readonly created: readonly number[];
  /** Pairs of merged template and the one it went into. */
  readonly merged: readonly number[];
  readonly generalised: readonly number[];
  readonly counters: readonly number[];
}

export function writeSnapshot(state: MinerState): Uint8Array {
  const { store } = state;
  const writer = new ByteWriter(store.byteLength + state.entries.byteLength);
  writer.uint8(SNAPSHOT_VERSION);
  writer.text(state.scope);
  writer.uint32(state.maxTemplates);
  writer.uint32(store.size);
  writer.uint32(store.elementCount);
  for (const column of [
    store.firsts,
    store.births,
    store.sizes,
    // What stands between a template and its root depends on who looked for it.
    Int32Array.from({ length: store.size }, (_, index) => store.rootOf(index)),
    store.nexts,
    store.groups,
    store.lessons,
    store.idHighs,
    store.idLows,
  ]) {
    writeInts(writer, column.subarray(0, store.size));
  }
  for (const column of [store.gaps, store.kinds, store.shapes, store.textStarts, store.textLengths]) {
    writeInts(writer, column.subarray(0, store.elementCount));
  }
  writer.bytes(store.text.subarray(0, store.textLength));
  for (let i = 0; i < store.size; i++) writer.float64(store.counts[i] ?? 0);
  writeInts(writer, state.entries);
  writer.uint32(state.usedEntries);
  for (const list of [state.heads, state.overflow, state.created, state.merged, state.generalised])
    writeInts(writer, list);
  for (const counter of state.counters) writer.float64(counter);
  return writer.toBytes();
}

export function readSnapshot(bytes: Uint8Array): MinerState {
  const reader = new ByteReader(bytes);
  const version = reader.uint8();
  if (version !== SNAPSHOT_VERSION) {
    throw new RangeError(`miner snapshot: expected version ${SNAPSHOT_VERSION}, got ${version}`);
  }
  const scope = reader.text();
  const maxTemplates = reader.uint32();
  const store = readStore(reader);
  return {
    scope,
    maxTemplates,
    store,
    entries: Int32Array.from(readInts(reader)),
    usedEntries: reader.uint32(),
    heads: readInts(reader),
    overflow: readInts(reader),
    created: readInts(reader),
    merged: readInts(reader),
    generalised: readInts(reader),
    counters: [reader.float64(), reader.float64(), reader.float64()],
  };
}

function readStore(reader: ByteReader): TemplateStore {
  const store = new TemplateStore();
  store.size = reader.uint32();
  store.elementCount = reader.uint32();
  store.firsts = Uint32Array.from(readInts(reader));
  store.births = Uint32Array.from(readInts(reader));
  store.sizes = Uint8Array.from(readInts(reader));
  store.parents = Int32Array.from(readInts(reader));
  store.nexts = Int32Array.from(readInts(reader));
  store.groups = Int32Array.from(readInts(reader));
  store.lessons = Uint8Array.from(readInts(reader));
  store.idHighs = Uint32Array.from(readInts(reader));
  store.idLows = Uint32Array.from(readInts(reader));
  store.gaps = Int32Array.from(readInts(reader));
  store.kinds = Uint8Array.from(readInts(reader));
  store.shapes = Int32Array.from(readInts(reader));
  store.textStarts = Uint32Array.from(readInts(reader));
  store.textLengths = Uint8Array.from(readInts(reader));
  store.text = Uint8Array.from(reader.bytes());
  store.textLength = store.text.length;
  store.counts = Float64Array.from({ length: store.size }, () => reader.float64());
  return store;
}

function writeInts(writer: ByteWriter, values: ArrayLike<number>): void {
  writer.uint32(values.length);
  for (let i = 0; i < values.length; i++) writer.uint32(values[i] ?? 0);
}

/** Integers as signed 32-bit; typed columns reinterpret them. */
function readInts(reader: ByteReader): number[] {
  const length = reader.uint32();
  if (length * 4 > reader.remaining) throw new RangeError('miner snapshot: a list runs past the end');
  return Array.from({ length }, () => reader.uint32() | 0);
}
