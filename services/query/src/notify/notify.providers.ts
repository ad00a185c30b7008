import type { Clock, Logger } from '@culprit/kernel';
import { CLOCK, HEALTH, LOGGER, METRICS } from '@culprit/platform';
import type { Health, Metrics } from '@culprit/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, Provider, Type } from '@nestjs/common';
import type { Store } from '@culprit/store';
import { CHANNELS, NOTIFICATIONS, NOTIFIER } from '../tokens.js';
import { AddressGuard } from './address-guard.js';
import type { ChannelBody } from './channel.js';
import type { Message } from './message.js';
import { NotificationSettings } from './notification-settings.js';
import {
  NotificationChannelsController,
  NotificationRulesController,
  NotificationsController,
} from './notifications.controller.js';
import { NotificationsService } from './notifications.service.js';
import { Notifier, type NotificationCount } from './notifier.js';
import { sendMessage } from './send.js';
import type { QueryConfig } from '../config.js';

const callTimeoutMs = 10_000;
const counts: readonly NotificationCount[] = ['delivered', 'retried', 'dead', 'held', 'dropped'];

export const notifyControllers: readonly Type[] = [
  NotificationChannelsController,
  NotificationRulesController,
  NotificationsController,
];

/** Starts looking when the application is up, and ends before it goes. */
@Injectable()
class NotifierLife implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #notifier: Notifier;

  constructor(@Inject(NOTIFIER) notifier: Notifier) {
    this.#notifier = notifier;
  }

  onApplicationBootstrap(): void {
    this.#notifier.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#notifier.stop();
  }
}

/** Everything that tells people about reports. */
export function notifyProviders({
  store,
  config,
}: {
  readonly store: Store;
  readonly config: QueryConfig;
}): Provider[] {
  const { publicUrl, allowedAddresses } = config;
  const guard = new AddressGuard({ allowed: allowedAddresses });
  const send = (message: Message, channel: ChannelBody) =>
    sendMessage(message, channel, { guard, timeoutMs: callTimeoutMs });
  return [
    NotifierLife,
    {
      provide: CHANNELS,
      inject: [CLOCK],
      useFactory: (clock: Clock) => new NotificationSettings({ store, clock }),
    },
    {
      provide: NOTIFICATIONS,
      inject: [CLOCK],
      useFactory: (clock: Clock) => new NotificationsService({ store, clock, send, publicUrl }),
    },
    {
      provide: NOTIFIER,
      inject: [CHANNELS, CLOCK, LOGGER, METRICS, HEALTH],
      useFactory: (
        settings: NotificationSettings,
        clock: Clock,
        logger: Logger,
        metrics: Metrics,
        health: Health,
      ) => {
        const count = countIn(metrics);
        const notifier = new Notifier({
          store,
          settings,
          clock,
          logger,
          send,
          count,
          random: Math.random,
          publicUrl,
        });
        health.addNotice(() => notifier.notice);
        return notifier;
      },
    },
  ];
}

function countIn(metrics: Metrics): (what: NotificationCount) => void {
  const help = 'Messages about reports, by what became of them.';
  const family = metrics.counters('culprit_query_notifications_total', help, {
    name: 'outcome',
    values: counts,
  });
  return (what) => family.add(what);
}
