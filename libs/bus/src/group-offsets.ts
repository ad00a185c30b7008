/** Committed offsets by group, topic and partition; -1 where a group is known and has not committed. */
export type OffsetTable = Record<string, Record<string, Record<string, number>>>;

/** What {@link GroupOffsets} needs to outlive the process. */
export interface OffsetStorage {
  readonly initial: OffsetTable;
  save(table: OffsetTable): Promise<void>;
}

/** Remembers which groups read which topics and how far. Commits made while one is being written share the next write. */
export class GroupOffsets {
  readonly #storage: OffsetStorage;
  /** group → topic → partition → offset. */
  readonly #offsets = new Map<string, Map<string, Map<number, number>>>();
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  /** True while the newest change is not stored: a repeated commit then tries again. */
  #isUnsaved = false;

  constructor(storage: OffsetStorage) {
    this.#storage = storage;
    for (const [group, byTopic] of Object.entries(storage.initial)) {
      for (const [topic, byPartition] of Object.entries(byTopic)) {
        const entries = Object.entries(byPartition);
        const offsets = this.#offsetsOf(group, topic);
        for (const [partition, offset] of entries) offsets.set(Number(partition), offset);
      }
    }
  }

  committed(group: string, topic: string, partition: number): number | undefined {
    return this.#offsets.get(group)?.get(topic)?.get(partition);
  }

  /** Makes a group known, so that nothing it has not read is deleted. */
  async register(group: string, topic: string): Promise<void> {
    if (this.#offsets.get(group)?.has(topic) === true && !this.#isUnsaved) return;
    this.#offsetsOf(group, topic);
    await this.#save();
  }

  async commit(group: string, topic: string, partition: number, offset: number): Promise<void> {
    const offsets = this.#offsetsOf(group, topic);
    const isOld = offset <= (offsets.get(partition) ?? -1);
    if (isOld && !this.#isUnsaved) return;
    if (!isOld) offsets.set(partition, offset);
    await this.#save();
  }

  /** Lowest committed offset of all groups that know the topic; undefined when none does. */
  lowest(topic: string, partition: number): number | undefined {
    let lowest: number | undefined;
    for (const byTopic of this.#offsets.values()) {
      const offsets = byTopic.get(topic);
      if (offsets !== undefined) lowest = Math.min(lowest ?? Infinity, offsets.get(partition) ?? 0);
    }
    return lowest;
  }

  /** Highest committed offset of all groups, 0 without any: offsets below it must never be given out again. */
  highest(topic: string, partition: number): number {
    let highest = 0;
    for (const byTopic of this.#offsets.values()) {
      highest = Math.max(highest, byTopic.get(topic)?.get(partition) ?? 0);
    }
    return highest;
  }

  /** Waits for the writes under way. */
  async close(): Promise<void> {
    await (this.#next ?? this.#running);
  }

  #offsetsOf(group: string, topic: string): Map<number, number> {
    let byTopic = this.#offsets.get(group);
    if (byTopic === undefined) this.#offsets.set(group, (byTopic = new Map()));
    let offsets = byTopic.get(topic);
    if (offsets === undefined) byTopic.set(topic, (offsets = new Map()));
    return offsets;
  }

  /** One write at a time; whoever comes meanwhile waits for the one after it, which holds their change. */
  #save(): Promise<void> {
    this.#isUnsaved = true;
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        this.#running = this.#write();
        return this.#running;
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    this.#isUnsaved = false;
    try {
      await this.#storage.save(this.#table());
    } catch (error) {
      this.#isUnsaved = true;
      throw error;
    }
  }

  #table(): OffsetTable {
    const table: OffsetTable = Object.create(null) as OffsetTable;
    for (const [group, byTopic] of this.#offsets) {
      const entries = [...byTopic].map(([topic, offsets]) => [topic, Object.fromEntries(offsets)] as const);
      table[group] = Object.fromEntries(entries);
    }
    return table;
  }
}
