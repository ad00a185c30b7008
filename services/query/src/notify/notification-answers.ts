import { z } from 'zod';
import { count, named, time } from '../answer-shapes.js';
import { notificationRuleBody } from './rule.js';

/** A channel: fields of its kind, without what is secret. */
export const channelAnswer = named('NotificationChannel', 'Where messages about reports go', {
  channelId: z.string(),
  name: z.string(),
  kind: z.enum(['webhook', 'zebrium-webhook', 'slack', 'teams', 'pagerduty', 'email', 'alertmanager']),
  secretsSet: z.array(z.string()).readonly().describe('Secret fields that are set; they are never given out'),
  url: z.string().optional().describe('Without its arguments, in which keys hide'),
  host: z.string().optional(),
  port: count.optional(),
  security: z.enum(['tls', 'starttls', 'none']).optional(),
  user: z.string().optional(),
  from: z.string().optional(),
  to: z.array(z.string()).readonly().optional(),
  activeMinutes: count.optional(),
});
/** A channel as it is given out. */
export type ChannelJson = z.output<typeof channelAnswer>;

export const channelListAnswer = z
  .object({ channels: z.array(channelAnswer).readonly(), total: count })
  .readonly();

/** How the test of a channel went. */
export const channelTestAnswer = z
  .object({ delivered: z.boolean(), reason: z.string().describe('Empty when it was delivered') })
  .readonly();
export type ChannelTestJson = z.output<typeof channelTestAnswer>;

/** A rule as it is given out. */
export const notificationRuleAnswer = notificationRuleBody
  .extend({ ruleId: z.string() })
  .readonly()
  .meta({ id: 'NotificationRule', description: 'Which reports are told where, and when' });
export type NotificationRuleJson = z.output<typeof notificationRuleAnswer>;

export const notificationRuleListAnswer = z
  .object({ rules: z.array(notificationRuleAnswer).readonly(), total: count })
  .readonly();

/** Messages about one incident on one channel. */
export const notificationAnswer = named('Notification', 'Messages about one incident on one channel', {
  threadId: z.string(),
  channelId: z.string(),
  incidentId: z.string(),
  ruleId: z.string(),
  environment: z.string(),
  title: z.string(),
  significance: z.enum(['low', 'medium', 'high']),
  kind: z.enum(['created', 'updated', 'resolved']),
  revision: count.describe('Of the report: what is to be told, or was told last'),
  state: z.enum(['waiting', 'sent', 'dead', 'dropped']),
  heldFor: z.enum(['quiet-hours', 'digest', 'daily-cap']).nullable(),
  dueAt: time.describe('When the next attempt is due'),
  attempts: count,
  error: z.string().describe('What the last attempt met; empty after a good one'),
  createdAt: time,
  told: z.object({ revision: count, at: time }).readonly().nullable().describe('What was told last'),
});
export type NotificationJson = z.output<typeof notificationAnswer>;

export const notificationListAnswer = z
  .object({ notifications: z.array(notificationAnswer).readonly(), total: count })
  .readonly();
