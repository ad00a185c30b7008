import type { BusProducer, ReceivedRecord } from '@culprit/bus';
import { createRng, type Rng } from '@culprit/kernel';
import type { Snapshot, SnapshotStore } from '@culprit/store';
import { silentLogger } from '@culprit/platform';
import { StageRunner, type StageState } from '../../libs/platform/src/stage-runner.js';

/** Mistakes that the checker must notice, each once made by somebody who moved records for a living. */
export type PlantedBug =
  /** Rows are stored after the offset behind them is committed. */
  | 'commit before insert'
  /** A restart reads on behind what was handed out last, not behind the contiguous end of what is done. */
  | 'commit the highest offset'
  /** The next stage takes everything that is published, repeats included. */
  | 'count repeats';

/** What is left when all input was worked off. */
export interface Outcome {
  /** Stored rows by offset of their record, in order of storing. */
  readonly rows: readonly number[];
  /** What the next stage made of the published records, repeats left out. */
  readonly digest: number;
  readonly crashes: number;
}

class Crash extends Error {}

const inputRecords = 60;

/** What survives a crash, and the seeded chance that decides where one comes. */
class World {
  readonly #rng: Rng;
  readonly #crashChance: number;
  readonly rows: number[] = [];
  readonly published: { readonly offset: number; readonly sum: number }[] = [];
  snapshot: Snapshot | undefined;
  committed = 0;
  handedOut = 0;
  crashes = 0;

  constructor(seed: number, crashChance: number) {
    this.#rng = createRng(seed);
    this.#crashChance = crashChance;
  }

  batchSize(): number {
    return 1 + Math.floor(this.#rng.next() * 7);
  }

  /** A step that is durable or not done at all; the process may die right before it, or right behind it. */
  durable(step: () => void): Promise<void> {
    this.#mayCrash();
    step();
    this.#mayCrash();
    return Promise.resolve();
  }

  #mayCrash(): void {
    if (this.#rng.next() >= this.#crashChance) return;
    this.crashes++;
    throw new Crash('the process died');
  }
}

/** Runs a stage over its input, restarted after every crash, until all of it is done. Same seed, same run. */
export async function simulateStage(
  seed: number,
  { crashChance, bug }: { readonly crashChance: number; readonly bug?: PlantedBug },
): Promise<Outcome> {
  const world = new World(seed, crashChance);
  while (world.committed < inputRecords) {
    try {
      await live(world, bug);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
  return { rows: world.rows, digest: digestOf(world, bug), crashes: world.crashes };
}

/** One life of the process. */
async function live(world: World, bug: PlantedBug | undefined): Promise<void> {
  const producer: BusProducer = {
    async publish(_topic, records) {
      for (const { key, value } of records)
        await world.durable(() => world.published.push({ offset: Number(key), sum: numberOf(value) }));
      return records.map(() => ({ partition: 0, offset: 0 }));
    },
  };
  const snapshots: SnapshotStore = {
    save: (_key, snapshot) => world.durable(() => (world.snapshot = snapshot)),
    loadLatest: () => Promise.resolve(world.snapshot),
  };
  const runner = new StageRunner({
    stage: 'sum',
    group: 'culprit-sum',
    snapshots,
    producer,
    logger: silentLogger,
    deadLetterTopic: 'letters',
    open: (_partition, snapshot) => createSum(world, snapshot, bug),
    checkpointBytes: 40,
  });
  await runner.restore([0]);
  runner.attach({ commit: (_partition, offset) => world.durable(() => (world.committed = offset)) });
  const behind = runner.nextOffset(0) ?? world.committed;
  let position = bug === 'commit the highest offset' ? Math.max(behind, world.handedOut) : behind;
  while (position < inputRecords) {
    const end = Math.min(position + world.batchSize(), inputRecords);
    const records = Array.from({ length: end - position }, (_, n) => recordAt(position + n));
    world.handedOut = Math.max(world.handedOut, end);
    await runner.handle({ topic: 'input', partition: 0, records, highWatermark: inputRecords });
    position = end;
  }
  await runner.checkpoint();
  // What was lost for good is never asked for again: without this the loop would not end.
  if (position >= inputRecords) world.committed = inputRecords;
}

/** A stage that stores one row a record and publishes the sum of all records so far. */
function createSum(world: World, snapshot: Uint8Array | undefined, bug: PlantedBug | undefined): StageState {
  let sum = snapshot === undefined ? 0 : numberOf(snapshot);
  let pending: number[] = [];
  const stored = new Set(world.rows);
  const store = async (): Promise<void> => {
    const rows = pending.filter((offset) => !stored.has(offset));
    pending = [];
    await world.durable(() => world.rows.push(...rows));
    for (const offset of rows) stored.add(offset);
  };
  return {
    async apply({ offset, value }) {
      if (bug === 'commit before insert' && pending.length > 8) await store();
      sum += value[0] ?? 0;
      pending.push(offset);
      return [{ topic: 'sums', key: String(offset), value: bytesOf(sum) }];
    },
    flush: () => (bug === 'commit before insert' ? Promise.resolve() : store()),
    snapshot: () => bytesOf(sum),
  };
}

/** The next stage: it takes a sequence once, and what it knows afterwards is one number. */
function digestOf({ published }: World, bug: PlantedBug | undefined): number {
  let last = -1;
  let digest = 0;
  for (const { offset, sum } of published) {
    if (offset <= last && bug !== 'count repeats') continue;
    last = offset;
    digest = (Math.imul(digest, 31) + sum + offset) >>> 0;
  }
  return digest;
}

function recordAt(offset: number): ReceivedRecord {
  return { offset, key: '', headers: {}, value: Uint8Array.of((offset * 37) % 251, 0, 0, 0, 0, 0, 0, 0) };
}

function bytesOf(value: number): Uint8Array {
  return new Uint8Array(Float64Array.of(value).buffer);
}

function numberOf(bytes: Uint8Array): number {
  return new Float64Array(bytes.slice().buffer)[0] ?? 0;
}
