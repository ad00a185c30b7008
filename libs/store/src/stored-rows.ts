import type { EventRows } from '@culprit/pipeline';
import type { EventRepository } from './store.js';

/** Sequences that one question to the store answers at most; the limit of its statement. */
export const sequenceLimit = 2_000_000;

/** Which rows of a batch need not be written again. */
export type StoredRows = 'none' | 'all' | ReadonlySet<number>;

interface LaneMemory {
  /** Stored rows by sequence, for sequences up to `through`. */
  readonly counts: Map<number, number>;
  /** Nothing is stored beyond this sequence, unless there is `more`. */
  through: number;
  hasMore: boolean;
}

/**
 * Knows what was stored before this process started, so that a repeated batch is completed and not doubled.
 * Asks the store once a lane; once a lane is past what was stored it costs a map lookup a batch.
 */
export class StoredRowsIndex {
  readonly #events: Pick<EventRepository, 'countBySequence' | 'listRowIndices'>;
  readonly #memoryByLane = new Map<number, LaneMemory>();

  constructor(events: Pick<EventRepository, 'countBySequence' | 'listRowIndices'>) {
    this.#events = events;
  }

  async find(rows: EventRows): Promise<StoredRows> {
    const { lane, sequence } = rows;
    const memory = await this.#remember(lane, sequence);
    if (sequence > memory.through) return 'none';
    const stored = memory.counts.get(sequence) ?? 0;
    memory.counts.delete(sequence);
    if (stored === 0) return 'none';
    if (stored >= rows.records.length) return 'all';
    return await this.#events.listRowIndices(lane, sequence);
  }

  async #remember(lane: number, sequence: number): Promise<LaneMemory> {
    const known = this.#memoryByLane.get(lane);
    if (known !== undefined && (sequence <= known.through || !known.hasMore)) return known;
    const counts = new Map(await this.#events.countBySequence(lane, sequence));
    let through = -1;
    for (const stored of counts.keys()) through = Math.max(through, stored);
    const memory = { counts, through, hasMore: counts.size >= sequenceLimit };
    this.#memoryByLane.set(lane, memory);
    return memory;
  }
}
