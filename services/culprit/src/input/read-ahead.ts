import { numberedPseudonyms } from '@culprit/records';
import type { SourceDefaults } from '@culprit/records';
import { LaneSource, type LaneBlock } from './lane-source.js';
import type { LogFile } from './log-files.js';

/** Files that are read at the same time, each a lane of its own; can be sent to a thread. */
export interface ReadingPlan {
  readonly lanes: readonly { readonly file: LogFile; readonly defaults: SourceDefaults }[];
  /** Leaves secrets as they are; usually they are replaced by numbered pseudonyms. */
  readonly keepsSecrets: boolean;
}

/** Where the blocks of all lanes come from. */
export interface LaneBlocks {
  /** The next block of a lane. It is valid until the next call for any lane. */
  next(lane: number): Promise<LaneBlock>;
  close(): Promise<void>;
}

/**
 * The sources of all lanes, and the one order in which they are read, whoever reads them: the first block of every lane,
 * then one more of each lane whose block was taken, in the order of taking. Pseudonyms are numbered in that order.
 */
export class ReadingOrder {
  readonly #sources: readonly LaneSource[];

  constructor({ lanes, keepsSecrets }: ReadingPlan) {
    const pseudonyms = keepsSecrets ? undefined : numberedPseudonyms();
    this.#sources = lanes.map(({ file, defaults }) => new LaneSource({ file, defaults, pseudonyms }));
  }

  /** Reads the first block of every lane. */
  async begin(take: (lane: number, block: LaneBlock) => void): Promise<void> {
    for (const [lane, source] of this.#sources.entries()) take(lane, await source.read());
  }

  /** Reads one more block of a lane whose last one has been taken. */
  async follow(lane: number, take: (lane: number, block: LaneBlock) => void): Promise<void> {
    const source = this.#sources[lane];
    if (source === undefined) throw new RangeError(`lane ${lane} of ${this.#sources.length}`);
    take(lane, await source.read());
  }
}

/** Reads in this thread. A block of a lane is read when the one before is no longer in use. */
export function readHere(plan: ReadingPlan): LaneBlocks {
  const order = new ReadingOrder(plan);
  const ready = new Map<number, LaneBlock>();
  const take = (lane: number, block: LaneBlock): void => {
    ready.set(lane, block);
  };
  let hasBegun = false;
  let taken: number | undefined;
  return {
    async next(lane) {
      if (!hasBegun) await order.begin(take);
      hasBegun = true;
      if (taken !== undefined) await order.follow(taken, take);
      const block = ready.get(lane);
      if (block === undefined) throw new Error(`lane ${lane} has no more blocks`);
      ready.delete(lane);
      taken = block.isLast ? undefined : lane;
      return block;
    },
    close: () => Promise.resolve(),
  };
}
