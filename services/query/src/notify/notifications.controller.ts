import { formatRfc3339, toEpochNanos } from '@culprit/kernel';
import { AccessGuard, Operation, Tenant } from '@culprit/platform';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import { z } from 'zod';
import { CHANNELS, NOTIFICATIONS } from '../tokens.js';
import { channelBody, channelJson } from './channel.js';
import type { ChannelBody } from './channel.js';
import {
  channelAnswer,
  channelListAnswer,
  channelTestAnswer,
  notificationAnswer,
  notificationListAnswer,
  notificationRuleAnswer,
  notificationRuleListAnswer,
} from './notification-answers.js';
import type {
  ChannelJson,
  ChannelTestJson,
  NotificationJson,
  NotificationRuleJson,
} from './notification-answers.js';
import type { NotificationSettings } from './notification-settings.js';
import type { NotificationsService } from './notifications.service.js';
import { notificationRuleBody } from './rule.js';
import type { ActiveNotificationRule, NotificationRule } from './rule.js';
import type { MessageThread } from './thread.js';

export const settingIdParam = z.string().regex(/^[\w-]{1,64}$/, 'expected an id');
export const threadIdParam = z.string().regex(/^[\w.:-]{1,200}$/, 'expected the id of a message');
export const notificationsQuery = z.strictObject({
  state: z.enum(['waiting', 'sent', 'dead', 'dropped']).optional(),
});
type NotificationsQuery = z.output<typeof notificationsQuery>;

interface Reply {
  header(name: string, value: string): unknown;
}

/** Where messages about reports go. */
@Controller('api/v1/notification-channels')
@UseGuards(AccessGuard)
export class NotificationChannelsController {
  readonly #settings: NotificationSettings;
  readonly #notifications: NotificationsService;

  constructor(
    @Inject(CHANNELS) settings: NotificationSettings,
    @Inject(NOTIFICATIONS) notifications: NotificationsService,
  ) {
    this.#settings = settings;
    this.#notifications = notifications;
  }

  @Operation({ summary: 'Where messages about reports go', answers: { 200: channelListAnswer } })
  @Get()
  async list(@Tenant() tenant: string): Promise<{ channels: ChannelJson[]; total: number }> {
    const channels = await this.#settings.channels(tenant);
    return { channels: channels.map(channelJson), total: channels.length };
  }

  @Operation({ summary: 'Adds a channel', answers: { 201: channelAnswer } })
  @Post()
  async create(
    @Body({ schema: channelBody }) body: ChannelBody,
    @Tenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChannelJson> {
    const channel = await this.#settings.putChannel(tenant, body);
    reply.header('location', `/api/v1/notification-channels/${channel.channelId}`);
    return channelJson(channel);
  }

  /** Secrets that are left out stay as they are, unless the channel now leads to another host. */
  @Operation({
    summary: 'Replaces a channel; secrets that are left out stay, unless it leads to another host',
    answers: { 200: channelAnswer },
  })
  @Put(':id')
  async replace(
    @Param('id', { schema: settingIdParam }) id: string,
    @Body({ schema: channelBody }) body: ChannelBody,
    @Tenant() tenant: string,
  ): Promise<ChannelJson> {
    return channelJson(await this.#settings.putChannel(tenant, body, id));
  }

  @Operation({ summary: 'Removes a channel that no rule sends to', answers: { 204: 'nothing' } })
  @Delete(':id')
  @HttpCode(204)
  async remove(@Param('id', { schema: settingIdParam }) id: string, @Tenant() tenant: string): Promise<void> {
    await this.#settings.removeChannel(tenant, id);
  }

  /** Sends a test message now and says how it went. */
  @Operation({
    summary: 'Sends a test message now and says how it went',
    answers: { 200: channelTestAnswer },
  })
  @Post(':id/test')
  @HttpCode(200)
  async test(
    @Param('id', { schema: settingIdParam }) id: string,
    @Tenant() tenant: string,
  ): Promise<ChannelTestJson> {
    const { channel } = await this.#settings.channel(tenant, id);
    const outcome = await this.#notifications.test(channel);
    return {
      delivered: outcome.kind === 'delivered',
      reason: outcome.kind === 'delivered' ? '' : outcome.reason,
    };
  }
}

/** Which reports are told where, and when. */
@Controller('api/v1/notification-rules')
@UseGuards(AccessGuard)
export class NotificationRulesController {
  readonly #settings: NotificationSettings;

  constructor(@Inject(CHANNELS) settings: NotificationSettings) {
    this.#settings = settings;
  }

  @Operation({
    summary: 'Which reports are told where, and when',
    answers: { 200: notificationRuleListAnswer },
  })
  @Get()
  async list(@Tenant() tenant: string): Promise<{ rules: NotificationRuleJson[]; total: number }> {
    const rules = await this.#settings.rules(tenant);
    return { rules: rules.map(ruleJson), total: rules.length };
  }

  @Operation({
    summary: 'Adds a rule; it speaks of what happens from now on',
    answers: { 201: notificationRuleAnswer },
  })
  @Post()
  async create(
    @Body({ schema: notificationRuleBody }) body: NotificationRule,
    @Tenant() tenant: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<NotificationRuleJson> {
    const rule = await this.#settings.putRule(tenant, body);
    reply.header('location', `/api/v1/notification-rules/${rule.ruleId}`);
    return ruleJson(rule);
  }

  @Operation({ summary: 'Replaces a rule', answers: { 200: notificationRuleAnswer } })
  @Put(':id')
  async replace(
    @Param('id', { schema: settingIdParam }) id: string,
    @Body({ schema: notificationRuleBody }) body: NotificationRule,
    @Tenant() tenant: string,
  ): Promise<NotificationRuleJson> {
    return ruleJson(await this.#settings.putRule(tenant, body, id));
  }

  @Operation({
    summary: 'Removes a rule; what it had to tell already is still told',
    answers: { 204: 'nothing' },
  })
  @Delete(':id')
  @HttpCode(204)
  async remove(@Param('id', { schema: settingIdParam }) id: string, @Tenant() tenant: string): Promise<void> {
    await this.#settings.removeRule(tenant, id);
  }
}

/** What was told, what waits, and what could not be delivered. */
@Controller('api/v1/notifications')
@UseGuards(AccessGuard)
export class NotificationsController {
  readonly #notifications: NotificationsService;

  constructor(@Inject(NOTIFICATIONS) notifications: NotificationsService) {
    this.#notifications = notifications;
  }

  /** Changed last first, at most 1,000, kept for 30 days. */
  @Operation({
    summary: 'What was told, what waits, and what could not be delivered',
    answers: { 200: notificationListAnswer },
  })
  @Get()
  async list(
    @Query({ schema: notificationsQuery }) query: NotificationsQuery,
    @Tenant() tenant: string,
  ): Promise<{ notifications: NotificationJson[]; total: number }> {
    const threads = await this.#notifications.list(tenant, query.state);
    return { notifications: threads.map(notificationJson), total: threads.length };
  }

  /** Sends a message that waits or is dead as soon as possible. */
  @Operation({
    summary: 'Sends a message that waits or is dead as soon as possible',
    answers: { 202: notificationAnswer },
  })
  @Post(':id/retry')
  @HttpCode(202)
  async retry(
    @Param('id', { schema: threadIdParam }) id: string,
    @Tenant() tenant: string,
  ): Promise<NotificationJson> {
    return notificationJson(await this.#notifications.retry(tenant, id));
  }
}

function ruleJson({ ruleId, rule }: ActiveNotificationRule): NotificationRuleJson {
  return { ruleId, ...rule };
}

function notificationJson(thread: MessageThread): NotificationJson {
  const { dueAt, createdAt, told, ...rest } = thread;
  return {
    ...rest,
    dueAt: wallTime(dueAt),
    createdAt: wallTime(createdAt),
    told: told === null ? null : { revision: told.revision, at: wallTime(told.at) },
  };
}

function wallTime(millis: number): string {
  return formatRfc3339(toEpochNanos(millis));
}
