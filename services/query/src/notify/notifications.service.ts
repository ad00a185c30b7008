import type { Clock, IncidentId } from '@culprit/kernel';
import { toEpochNanos } from '@culprit/kernel';
import type { RootCauseReport } from '@culprit/correlation';
import type { Store } from '@culprit/store';
import { notFound } from '../not-found.js';
import type { ChannelBody } from './channel.js';
import { toldReport, type Message } from './message.js';
import type { Outcome } from './send.js';
import { ThreadLog } from './thread-log.js';
import type { MessageThread } from './thread.js';

/** Channels in which a person is told that an incident is over; the others would only make noise. */
const endingKinds: ReadonlySet<ChannelBody['kind']> = new Set(['pagerduty', 'alertmanager', 'webhook']);

/** What people do with messages: read them, send one again, try a channel. */
export class NotificationsService {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #send: (message: Message, channel: ChannelBody) => Promise<Outcome>;
  readonly #publicUrl: string | undefined;

  constructor(deps: {
    readonly store: Store;
    readonly clock: Clock;
    readonly send: (message: Message, channel: ChannelBody) => Promise<Outcome>;
    readonly publicUrl: string | undefined;
  }) {
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#send = deps.send;
    this.#publicUrl = deps.publicUrl;
  }

  /** Changed last first, at most 1,000. */
  async list(tenant: string, state?: MessageThread['state']): Promise<readonly MessageThread[]> {
    const threads = await this.#log(tenant).list();
    return state === undefined ? threads : threads.filter((thread) => thread.state === state);
  }

  /** Sends a message that waits or is dead as soon as possible. */
  async retry(tenant: string, threadId: string): Promise<MessageThread> {
    const log = this.#log(tenant);
    const thread = await log.find(threadId);
    if (thread === undefined || thread.state === 'sent' || thread.state === 'dropped')
      throw notFound('message that waits or is dead');
    const again: MessageThread = {
      ...thread,
      state: 'waiting',
      heldFor: null,
      dueAt: this.#clock.now(),
      attempts: 0,
    };
    await log.save([again]);
    return again;
  }

  /** Sends a message that says it is a test, now, whatever rules and quiet hours say. */
  async test(channel: ChannelBody): Promise<Outcome> {
    const now = this.#clock.now();
    const report = toldReport(exampleReport(now), { kind: 'test', publicUrl: this.#publicUrl });
    return await this.#send({ messageId: `culprit-test-${now}`, sentAt: now, reports: [report] }, channel);
  }

  /** Tells receivers that keep a state that a person calls the incident over. */
  async resolve(
    tenant: string,
    incidentId: IncidentId,
    kindOf: (channelId: string) => string | undefined,
  ): Promise<void> {
    const log = this.#log(tenant);
    const told = (await log.list()).filter(
      (thread) => thread.incidentId === incidentId && thread.told !== null,
    );
    const ending = told.filter(({ channelId }) => endingKinds.has(kindOf(channelId) as ChannelBody['kind']));
    const dueAt = this.#clock.now();
    await log.save(
      ending.map((thread) => ({
        ...thread,
        kind: 'resolved',
        state: 'waiting',
        heldFor: null,
        dueAt,
        attempts: 0,
      })),
    );
  }

  #log(tenant: string): ThreadLog {
    return new ThreadLog({ documents: this.#store.forTenant({ tenant }).documents, clock: this.#clock });
  }
}

/** A report that nobody has to act on; a receiver sees the form of a real one. */
function exampleReport(now: number): RootCauseReport {
  const time = toEpochNanos(now);
  return {
    incidentId: 'test' as IncidentId,
    incidentType: 'test' as RootCauseReport['incidentType'],
    occurrence: 1,
    previous: undefined,
    revision: 1,
    environment: 'test' as RootCauseReport['environment'],
    detector: 'scan',
    start: time,
    end: time,
    created: time,
    updated: time,
    significance: 'low',
    falseReportsPerDay: 0,
    isProvisional: false,
    title: 'This is a test of a notification channel',
    summary: 'Somebody tries whether messages of Culprit arrive here. Nothing has happened.',
    logTypes: ['culprit'],
    hosts: [],
    coreEvents: [],
    hallmarks: [{ time, logType: 'culprit', body: 'a report shows one or two log lines here' }],
    alternates: [],
    words: [],
    relatedEvents: [],
    relatedCounts: { 1: 0, 2: 0, 3: 0 },
    mergedInto: undefined,
  };
}
