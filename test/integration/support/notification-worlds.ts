import { BlockList } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EpochMillis } from '@culprit/kernel';
import { silentLogger } from '@culprit/platform';
import { createEmbeddedStore } from '@culprit/store';
import type { ReportRepository, Store } from '@culprit/store';
import { AddressGuard, parseNetworks } from '../../../services/query/src/notify/address-guard.js';
import type { ChannelBody } from '../../../services/query/src/notify/channel.js';
import { NotificationSettings } from '../../../services/query/src/notify/notification-settings.js';
import { NotificationsService } from '../../../services/query/src/notify/notifications.service.js';
import { Notifier } from '../../../services/query/src/notify/notifier.js';
import { notificationRuleBody } from '../../../services/query/src/notify/rule.js';
import { sendMessage } from '../../../services/query/src/notify/send.js';
import type { MessageThread } from '../../../services/query/src/notify/thread.js';
import { startHttpReceiver, startMailReceiver, type HttpReceiver, type MailReceiver } from './receivers.js';
import { reportOf } from './stored-fixture.js';

/** A second of March at 10:00 UTC, ahead of the engine's own clock, which clears away what is past its day. */
export const morning = Date.UTC(new Date().getUTCFullYear() + 1, 2, 2, 10);

type Send = typeof sendMessage;
const guard = new AddressGuard({ allowed: parseNetworks('127.0.0.1') ?? new BlockList() });
const send = (message: Parameters<Send>[0], channel: ChannelBody): ReturnType<Send> =>
  sendMessage(message, channel, { guard, timeoutMs: 300 });

/** One installation with one tenant, whose processes come and go over its store. */
export interface World {
  readonly tenant: string;
  readonly settings: NotificationSettings;
  readonly service: NotificationsService;
  /** What became of messages, in order. */
  readonly counts: readonly string[];
  readonly reports: ReportRepository;
  /** Starts a process, which takes its first look. */
  startProcess(sending?: typeof send): Promise<Notifier>;
  /** Sets a channel and a rule that sends everything there, unless the rule says otherwise. */
  configure(channel: ChannelBody, rule?: Record<string, unknown>): Promise<void>;
  threads(): Promise<readonly MessageThread[]>;
}

/** A store, receivers on this machine, and a clock that stands still until it is told. */
export class NotificationWorlds {
  now = morning;
  readonly #store: Store;
  readonly #directory: string;
  readonly web: HttpReceiver;
  readonly mail: MailReceiver;
  #count = 0;

  constructor(parts: { store: Store; directory: string; web: HttpReceiver; mail: MailReceiver }) {
    this.#store = parts.store;
    this.#directory = parts.directory;
    this.web = parts.web;
    this.mail = parts.mail;
  }

  static async start(): Promise<NotificationWorlds> {
    const directory = await mkdtemp(join(tmpdir(), 'culprit-notify-'));
    const store = await createEmbeddedStore({ directory, logger: silentLogger });
    return new NotificationWorlds({
      store,
      directory,
      web: await startHttpReceiver(),
      mail: await startMailReceiver(),
    });
  }

  async close(): Promise<void> {
    await this.web.close();
    await this.mail.close();
    await this.#store.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Forgets what was received and sets the clock back. */
  reset(): void {
    this.now = morning;
    for (const list of [this.web.received, this.web.replies, this.mail.mails, this.mail.refusals])
      list.length = 0;
  }

  create(): World {
    const prefix = `world-${this.#count++}`;
    const tenant = `${prefix}-shop`;
    const root = this.#store;
    const store: Store = {
      ...root,
      forTenant: (context) => root.forTenant({ tenant: context.tenant === '' ? prefix : context.tenant }),
    };
    const clock = { now: () => this.now as EpochMillis };
    const settings = new NotificationSettings({ store, clock });
    const service = new NotificationsService({ store, clock, send, publicUrl: undefined });
    const counts: string[] = [];
    const parts = {
      store,
      settings,
      clock,
      logger: silentLogger,
      count: (what: string) => void counts.push(what),
    };
    return {
      tenant,
      settings,
      service,
      counts,
      reports: root.forTenant({ tenant }).reports,
      async startProcess(sending = send) {
        const notifier = new Notifier({
          ...parts,
          send: sending,
          random: () => 0,
          publicUrl: 'https://culprit.example/',
        });
        await notifier.look();
        return notifier;
      },
      async configure(channel, rule = {}) {
        const { channelId } = await settings.putChannel(tenant, channel);
        const all = { name: 'all', channelIds: [channelId], significance: 'low' };
        await settings.putRule(tenant, notificationRuleBody.parse({ ...all, ...rule }));
      },
      threads: () => service.list(tenant),
    };
  }

  /** A channel to {@link web} with the secret "secret". */
  get webhook(): ChannelBody {
    return { name: 'hook', kind: 'webhook', url: `${this.web.url}/hook`, secret: 'whsec_c2VjcmV0' };
  }

  /** Bodies that {@link web} received. */
  get bodies(): Record<string, unknown>[] {
    return this.web.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  /** Tells one report on a channel, in a world of its own. */
  async tell(
    channel: ChannelBody,
    fields: Parameters<typeof reportOf>[1] = {},
  ): Promise<{ readonly world: World; readonly notifier: Notifier }> {
    const world = this.create();
    await world.configure(channel);
    const notifier = await world.startProcess();
    await world.reports.save(reportOf('inc-1', fields));
    await notifier.look();
    await notifier.look();
    return { world, notifier };
  }
}
