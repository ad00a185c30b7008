import { hashText, type Clock, type IncidentId, type Logger } from '@culprit/kernel';
import type { DocumentRepository, Store } from '@culprit/store';
import type { Channel, ChannelBody } from './channel.js';
import { Lease } from './lease.js';
import { toldReport, type Message, type MessageKind } from './message.js';
import { installationTenant } from '@culprit/platform';
import { maxWatchedReports } from './notification-settings.js';
import type { NotificationSettings } from './notification-settings.js';
import type { ActiveNotificationRule } from './rule.js';
import type { Outcome } from './send.js';
import { ThreadLog } from './thread-log.js';
import {
  attemptStarted,
  hasFailed,
  heldForTomorrow,
  isAbout,
  messagesToday,
  planThread,
  threadIdOf,
  wasTold,
} from './thread.js';
import type { MessageThread } from './thread.js';

/** What becomes of messages, for metrics. */
export type NotificationCount = 'delivered' | 'retried' | 'dead' | 'held' | 'dropped';

export interface NotifierDeps {
  readonly store: Store;
  readonly settings: NotificationSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Sends once; never rejects. */
  readonly send: (message: Message, channel: ChannelBody) => Promise<Outcome>;
  readonly count: (what: NotificationCount) => void;
  /** Between 0 and 1, for pauses that differ. */
  readonly random: () => number;
  readonly publicUrl: string | undefined;
}

const intervalMs = 5_000;
/** Messages of one tenant in one look; the others go in the next. */
const maxMessagesAtOnce = 20;
const maxTenants = 1_000;

/**
 * Tells people about reports. Every look compares the store with what was seen before, turns news into threads that
 * are stored before anything is sent, and sends what is due. A restart at any point neither loses nor invents a message;
 * one whose receipt was not noted any more goes out again under the same id.
 */
export class Notifier {
  readonly #deps: NotifierDeps;
  readonly #lease: Lease;
  readonly #deadByTenant = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
    const documents = deps.store.forTenant({ tenant: installationTenant }).documents;
    this.#lease = new Lease({ documents, clock: deps.clock, name: 'notifier' });
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), intervalMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#looking;
    await this.#lease.release().catch(() => undefined);
  }

  /** A sentence where messages could not be delivered. */
  get notice(): string | undefined {
    let dead = 0;
    for (const count of this.#deadByTenant.values()) dead += count;
    return dead === 0 ? undefined : `${dead} notifications could not be delivered; see Settings`;
  }

  /** One look at all tenants that have rules; one at a time. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#lookAround()
      .catch((error: unknown) =>
        this.#deps.logger.warn({ err: error }, 'notifications could not be looked after'),
      )
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  async #lookAround(): Promise<void> {
    const { store } = this.#deps;
    const installation = store.forTenant({ tenant: installationTenant }).documents;
    const tenants = await installation.list('notified-tenant', maxTenants);
    if (tenants.length === 0 || !(await this.#lease.isMine())) return;
    for (const { documentId } of tenants) await this.#lookAfter(documentId);
  }

  async #lookAfter(tenant: string): Promise<void> {
    const { store, settings, clock } = this.#deps;
    const { documents } = store.forTenant({ tenant });
    const log = new ThreadLog({ documents, clock });
    const rules = await settings.rules(tenant);
    if (rules.length > 0) await this.#plan(tenant, rules, { documents, log });
    const threads = await log.list();
    const channels = await settings.channels(tenant);
    this.#deadByTenant.set(tenant, threads.filter(({ state }) => state === 'dead').length);
    const now = clock.now();
    const due = threads.filter(({ state, dueAt }) => state === 'waiting' && dueAt <= now).toReversed();
    const free = await this.#holdOverCap(due, { rules, threads, log });
    for (const group of groupsOf(free).slice(0, maxMessagesAtOnce))
      await this.#tell(tenant, group, { channels, log });
  }

  /** Threads are stored before the cursor, so that a crash in between plans the same again. */
  async #plan(
    tenant: string,
    rules: readonly ActiveNotificationRule[],
    { documents, log }: { readonly documents: DocumentRepository; readonly log: ThreadLog },
  ): Promise<void> {
    const { store, clock } = this.#deps;
    const { reports } = store.forTenant({ tenant });
    const cursor = await documents.find('notification-cursor', 'reports');
    const seen = new Map(Object.entries((cursor?.value ?? {}) as Record<string, number>));
    const versions = await reports.listVersions(maxWatchedReports);
    const news = [...versions].filter(([id, revision]) => seen.get(id) !== revision).toReversed();
    if (news.length === 0) return;
    for (const [incidentId] of news)
      await log.save(await this.#threadsFor(tenant, incidentId, { rules, log }));
    const version = Math.max(clock.now(), (cursor?.version ?? 0) + 1);
    await documents.save('notification-cursor', [
      { documentId: 'reports', version, value: Object.fromEntries(versions) },
    ]);
  }

  /** Of several rules that lead to one channel, that of the thread speaks, else the first that has something to say. */
  async #threadsFor(
    tenant: string,
    incidentId: IncidentId,
    { rules, log }: { readonly rules: readonly ActiveNotificationRule[]; readonly log: ThreadLog },
  ): Promise<MessageThread[]> {
    const report = await this.#deps.store.forTenant({ tenant }).reports.find(incidentId);
    if (report === undefined) return [];
    const now = this.#deps.clock.now();
    const about = rules.filter(({ rule }) => isAbout(rule, report));
    const planned: MessageThread[] = [];
    for (const channelId of new Set(about.flatMap(({ rule }) => rule.channelIds))) {
      const before = await log.find(threadIdOf(channelId, incidentId));
      const leading = about.filter(({ rule }) => rule.channelIds.includes(channelId));
      const own = leading.filter(({ ruleId }) => ruleId === before?.ruleId);
      for (const active of own.length > 0 ? own : leading) {
        const thread = planThread(report, { channelId, active, before, now });
        if (thread === undefined) continue;
        planned.push(thread);
        if (thread.state === 'dropped') this.#deps.count('dropped');
        break;
      }
    }
    return planned;
  }

  /** Holds back what is over the cap of its rule; the others may go. */
  async #holdOverCap(
    due: readonly MessageThread[],
    context: {
      readonly rules: readonly ActiveNotificationRule[];
      readonly threads: readonly MessageThread[];
      readonly log: ThreadLog;
    },
  ): Promise<MessageThread[]> {
    const now = this.#deps.clock.now();
    const counts = messagesToday(context.threads, now);
    const capByRule = new Map(context.rules.map(({ ruleId, rule }) => [ruleId, rule.dailyCap]));
    const free: MessageThread[] = [];
    const held: MessageThread[] = [];
    for (const thread of due) {
      const count = counts.get(thread.ruleId) ?? 0;
      const isOver = thread.attempts === 0 && count >= (capByRule.get(thread.ruleId) ?? Infinity);
      if (isOver) held.push(heldForTomorrow(thread, now));
      else free.push(thread);
      if (!isOver && thread.heldFor === null) counts.set(thread.ruleId, count + 1);
    }
    held.forEach(() => this.#deps.count('held'));
    await context.log.save(held);
    return free;
  }

  /** Sends one message about the threads, which lead to one channel. */
  async #tell(
    tenant: string,
    threads: readonly MessageThread[],
    { channels, log }: { readonly channels: readonly Channel[]; readonly log: ThreadLog },
  ): Promise<void> {
    const { clock, random, send, count, logger } = this.#deps;
    const started = threads.map((thread) => attemptStarted(thread, clock.now(), random()));
    await log.save(started);
    const channel = channels.find(({ channelId }) => channelId === threads[0]?.channelId)?.channel;
    const message = channel === undefined ? undefined : await this.#messageOf(tenant, started);
    const outcome: Outcome =
      channel === undefined || message === undefined
        ? {
            kind: 'refused',
            reason: channel === undefined ? 'the channel was removed' : 'the report is gone',
          }
        : await send(message, channel);
    const now = clock.now();
    if (outcome.kind === 'delivered') {
      await log.save(started.map((thread, i) => wasTold(thread, now, i === 0)));
      count('delivered');
      return;
    }
    const retryAt = now + (outcome.kind === 'failed' ? outcome.retryAfterMs : 0);
    const isFinal = outcome.kind === 'refused';
    const failed = started.map((thread) => hasFailed(thread, { reason: outcome.reason, isFinal, retryAt }));
    await log.save(failed);
    const isDead = failed.every(({ state }) => state === 'dead');
    count(isDead ? 'dead' : 'retried');
    logger.warn(
      { channelId: threads[0]?.channelId, isDead, reason: outcome.reason },
      'notification not delivered',
    );
  }

  async #messageOf(tenant: string, threads: readonly MessageThread[]): Promise<Message | undefined> {
    const { store, clock, publicUrl } = this.#deps;
    const { reports } = store.forTenant({ tenant });
    const told = await Promise.all(
      threads.map(async ({ incidentId, kind, revision, told: before }) => {
        const report = await reports.find(incidentId as IncidentId, revision);
        const about = { kind: kind as MessageKind, toldSignificance: before?.significance, publicUrl };
        return report === undefined ? [] : [toldReport(report, about)];
      }),
    );
    const all = told.flat();
    if (all.length === 0) return undefined;
    return { messageId: messageIdOf(threads), sentAt: clock.now(), reports: all };
  }
}

/** What waited for an hour of the clock goes out together, everything else by itself. */
function groupsOf(due: readonly MessageThread[]): (readonly MessageThread[])[] {
  const digests = new Map<string, MessageThread[]>();
  const groups: (readonly MessageThread[])[] = [];
  for (const thread of due) {
    if (thread.heldFor === null) {
      groups.push([thread]);
      continue;
    }
    const digest = digests.get(thread.channelId);
    if (digest === undefined) {
      const first = [thread];
      digests.set(thread.channelId, first);
      groups.push(first);
    } else digest.push(thread);
  }
  return groups;
}

/** The same for the same news on the same channel, however often it is sent. */
function messageIdOf(threads: readonly MessageThread[]): string {
  const parts = threads.map(({ threadId, revision, kind }) => `${threadId}.${revision}.${kind}`);
  return `culprit-${hashText(parts.join(' '))}`;
}
