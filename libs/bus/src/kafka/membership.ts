import type { Consumer } from 'kafkajs';

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
  constructor(consumer: Pick<Consumer, 'events' | 'on'>, sessionTimeoutMs: number) {
    this.#lengthMs = (sessionTimeoutMs * 2) / 3;
    consumer.on(consumer.events.REQUEST, ({ payload }) => {
      // The client's times are those of the wall clock, which may jump; only the difference is taken from it.
      if (signsOfLife.has(payload.apiName))
        this.#sentAt = performance.now() - (Date.now() - payload.createdAt);
    });
    const heard = (): void => {
      this.#heardAt = this.#sentAt;
    };
    consumer.on(consumer.events.HEARTBEAT, heard);
    consumer.on(consumer.events.GROUP_JOIN, heard);
  }

  get isCertain(): boolean {
    return performance.now() < this.#heardAt + this.#lengthMs;
  }
}
