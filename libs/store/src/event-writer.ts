import type { AppError, Clock, Logger } from '@culprit/kernel';
import type { EventRows } from '@culprit/pipeline';
import { EventEncoder, eventColumns } from './encoding/event-encoder.js';
import { toStoreError, storeError } from './errors.js';
import { EventGroup } from './event-group.js';
import type { LaneRange, TemplateChanges } from './event-group.js';
import type { SqlDriver } from './sql-driver.js';
import type { EventRepository, EventWriter, EventWriterCounters } from './store.js';
import { StoredRowsIndex } from './stored-rows.js';

/**
 * A group is full at the first of these. What the engine does once per insert (parts, skip indexes, the projection) is
 * as dear as the rows: 20 CPU-s per million rows in groups of 5,000, 14 at 10,000, 11 at 20,000, 10 at 40,000. The
 * engine holds a group several times over while it inserts: 40 MB less are resident at 10,000 than at 20,000.
 */
const maxGroupRows = 10_000;
const maxGroupBytes = 4 << 20;
const maxGroupTemplates = 5_000;

/** Waits add up to 13 s: a merge may hold the memory that an insert lacks for that long. */
const maxAttempts = 8;
const firstPauseMs = 100;
const millisPerDay = 86_400_000;

/** Changes when the meaning of a row changes; part of every deduplication token. */
const rowSchema = 1;

export interface EventWriterDeps {
  readonly driver: SqlDriver;
  readonly events: Pick<EventRepository, 'countBySequence' | 'listRowIndices'> & {
    countRange(range: LaneRange): Promise<number>;
  };
  readonly templates: { saveAll(changes: readonly TemplateChanges[]): Promise<void> };
  readonly tenant: string;
  /** Distinguishes this writer's tokens from those of a process that died: see the room's README. */
  readonly writerId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Says whether the lane can still be nobody else's. */
  readonly isOurs?: (() => boolean) | undefined;
}

/**
 * The {@link EventWriter} over any driver: two buffers, one filling while the other is inserted.
 *
 * Exactly once rests on three facts: an insert is one block in one partition and thus atomic; rows are named by
 * (lane, sequence, index), so that a repeated batch is compared with what is stored; and a failed insert is repeated
 * under its own token and then counted.
 */
export function createEventWriter(deps: EventWriterDeps): EventWriter {
  return new GroupingEventWriter(deps);
}

class GroupingEventWriter implements EventWriter {
  readonly #deps: EventWriterDeps;
  readonly #stored: StoredRowsIndex;
  readonly #lastSequenceByLane = new Map<number, number>();
  readonly #storedThroughByLane = new Map<number, number>();
  readonly #counts = { rows: 0, lines: 0, inserts: 0, bytes: 0, skippedRows: 0 };
  #filling: EventGroup;
  #spare: EventGroup;
  #underWay: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();
  #failure: AppError | undefined;
  #isAbandoned = false;

  constructor(deps: EventWriterDeps) {
    this.#deps = deps;
    this.#stored = new StoredRowsIndex(deps.events);
    this.#filling = this.#createGroup();
    this.#spare = this.#createGroup();
    this.#filling.begin(this.#today());
  }

  get counters(): EventWriterCounters {
    const encoders = [this.#filling.encoder.counters, this.#spare.encoder.counters];
    return {
      ...this.#counts,
      repairedTexts: encoders.reduce((sum, counters) => sum + counters.repairedTexts, 0),
      clampedTimes: encoders.reduce((sum, counters) => sum + counters.clampedTimes, 0),
    };
  }

  append(rows: EventRows): Promise<void> {
    return this.#inTurn(() => this.#append(rows));
  }

  flush(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#seal();
      await this.#underWay;
      this.#assertSound();
    });
  }

  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    await this.#underWay;
  }

  storedThrough(lane: number): number {
    return this.#storedThroughByLane.get(lane) ?? -1;
  }

  /** A flush by a timer may meet an append: one after the other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #append(rows: EventRows): Promise<void> {
    this.#assertSound();
    const { lane, sequence, records } = rows;
    const last = this.#lastSequenceByLane.get(lane) ?? -1;
    if (sequence <= last) {
      throw storeError('CULPRIT_STORE_OUT_OF_ORDER', {
        message: `lane ${lane}: expected a sequence above ${last}, got ${sequence}`,
      });
    }
    const stored = await this.#stored.find(rows);
    this.#lastSequenceByLane.set(lane, sequence);
    if (rows.templates.length > 0) {
      this.#filling.templates.push({ rows: [...rows.templates], version: sequence });
    }
    for (let index = 0; index < records.length; index++) {
      const isStored = stored === 'all' || (stored !== 'none' && stored.has(index));
      if (isStored) this.#counts.skippedRows += 1;
      this.#filling.add(rows, index, isStored);
      if (this.#isFull()) await this.#seal();
    }
    this.#filling.completed.set(lane, sequence);
    if (this.#filling.templates.length >= maxGroupTemplates) await this.#seal();
  }

  #isFull(): boolean {
    const { rowCount, byteLength } = this.#filling.encoder;
    return rowCount >= maxGroupRows || byteLength >= maxGroupBytes;
  }

  /** Sends the group under way and goes on with the other buffer, once that one is free. */
  async #seal(): Promise<void> {
    if (this.#filling.isEmpty) return;
    await this.#underWay;
    this.#assertSound();
    const group = this.#filling;
    this.#filling = this.#spare;
    this.#spare = group;
    this.#filling.begin(this.#today());
    this.#underWay = this.#store(group).catch((error: unknown) => {
      this.#failure = toStoreError(error, 'write events');
    });
  }

  async #store(group: EventGroup): Promise<void> {
    await this.#untilDone('templates', () => this.#deps.templates.saveAll(group.templates));
    const { rowCount, lineCount, bytes } = group.encoder;
    if (rowCount > 0) {
      await this.#insert(group, bytes);
      this.#counts.rows += rowCount;
      this.#counts.lines += lineCount;
      this.#counts.inserts += 1;
      this.#counts.bytes += bytes.length;
    }
    for (const [lane, sequence] of group.completed) this.#storedThroughByLane.set(lane, sequence);
  }

  async #insert(group: EventGroup, rows: Buffer): Promise<void> {
    const { driver, writerId } = this.#deps;
    const token = `events/${group.describe()}/${rowSchema}/${writerId}`;
    const insert = { table: 'events', columns: eventColumns, rows };
    await this.#untilDone('events', async (attempt) => {
      await driver.insert({ ...insert, deduplicationToken: token });
      if (attempt === 1 || (await this.#isStored(group))) return;
      // The engine remembers the token of an insert that failed between noting it and keeping its rows.
      await driver.insert({ ...insert, deduplicationToken: `${token}/again` });
    });
  }

  /** Tries work again that may be repeated. A store that is away is waited for: what comes meanwhile waits on the bus. */
  async #untilDone(table: string, work: (attempt: number) => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (this.#deps.isOurs?.() === false)
        throw storeError('CULPRIT_STORE_FENCED', {
          message: `${table}: the lane may be somebody else's by now`,
        });
      try {
        await work(attempt);
        return;
      } catch (error) {
        const failure = toStoreError(error, `insert ${table}`);
        const mayEnd = failure.code !== 'CULPRIT_STORE_UNAVAILABLE';
        if (!failure.isRetryable || this.#isAbandoned || (mayEnd && attempt >= maxAttempts)) throw failure;
        this.#deps.logger.warn({ code: failure.code, table, attempt }, 'insert failed, trying again');
        await pause(firstPauseMs * 2 ** (Math.min(attempt, maxAttempts) - 1));
      }
    }
  }

  async #isStored(group: EventGroup): Promise<boolean> {
    for (const range of group.ranges.values()) {
      if ((await this.#deps.events.countRange(range)) < range.rowCount) return false;
    }
    return true;
  }

  #assertSound(): void {
    if (this.#isAbandoned) throw storeError('CULPRIT_STORE_CLOSED', { message: 'the writer was given up' });
    if (this.#failure !== undefined) throw this.#failure;
  }

  #createGroup(): EventGroup {
    const initialBytes = maxGroupBytes + (1 << 16);
    return new EventGroup(new EventEncoder({ tenant: this.#deps.tenant, initialBytes }));
  }

  #today(): number {
    return Math.floor(this.#deps.clock.now() / millisPerDay);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
