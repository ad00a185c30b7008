/** What a consumer tells of its talks with the coordinator. */
export interface MemberEvents {
  /** An answer came, be it a refusal; `createdAt` is when its request was made, in milliseconds since 1970. */
  onAnswer(listener: (request: { readonly apiName: string; readonly createdAt: number }) => void): void;
  /** The coordinator counts this member among the living. */
  onAlive(listener: () => void): void;
}

/** Requests by which the coordinator learns that a member lives. */
const signsOfLife: ReadonlySet<string> = new Set(['Heartbeat', 'SyncGroup']);

/**
 * Until when nobody else can have been given the partitions of a member: a lease (Gray and Cheriton 1989) that runs from
 * the sending of the last sign of life that the coordinator answered. The clock goes on while the process is frozen.
 */
export class Membership {
  readonly #lengthMs: number;
  #sentAt = -Infinity;
  #heardAt = -Infinity;

  /**
   * @param sessionTimeoutMs silence after which the coordinator gives a member up; a third of it is kept in reserve for
   * work that was begun at the last moment
   */
  constructor(events: MemberEvents, sessionTimeoutMs: number) {
    this.#lengthMs = (sessionTimeoutMs * 2) / 3;
    events.onAnswer(({ apiName, createdAt }) => {
      // The client's times are those of the wall clock, which may jump; only the difference is taken from it.
      if (signsOfLife.has(apiName)) this.#sentAt = performance.now() - (Date.now() - createdAt);
    });
    events.onAlive(() => {
      this.#heardAt = this.#sentAt;
    });
  }

  get isCertain(): boolean {
    return performance.now() < this.#heardAt + this.#lengthMs;
  }
}
