import { z } from 'zod';

const name = z.string().trim().min(1).max(200);
const names = z.array(z.string().min(1).max(500)).max(100).default([]);
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 22:00');
const timeZone = z
  .string()
  .max(64)
  .default('UTC')
  .refine(isTimeZone, 'expected the name of a time zone such as Europe/Berlin');

/** Which reports are told where, and when; an empty list means every one. */
export const notificationRuleBody = z.strictObject({
  name,
  channelIds: z
    .array(z.string().regex(/^[\w-]{1,64}$/))
    .min(1)
    .max(20),
  environments: names,
  logTypes: names,
  incidentTypes: names,
  /** Lowest significance that is told. */
  significance: z.enum(['low', 'medium', 'high']).default('medium'),
  /** After the first message: `important` when the significance rises or the cause changes, `all` revisions, or `none`. */
  updates: z.enum(['important', 'all', 'none']).default('important'),
  quietHours: z
    .strictObject({
      from: clockTime,
      to: clockTime,
      timeZone,
      /** What is told all the same. */
      except: z.enum(['nothing', 'high']).default('nothing'),
    })
    .refine(({ from, to }) => from !== to, 'expected two different times')
    .nullable()
    .default(null),
  /** Minutes between two messages, each about everything since the last; null tells each report at once. */
  digestMinutes: z.number().int().min(5).max(1_440).nullable().default(null),
  /** Messages of a day (UTC) at most; what is over is told in one message after midnight. */
  dailyCap: z.number().int().min(1).max(1_000).default(50),
  isPaused: z.boolean().default(false),
});
/** A rule as somebody sets it. */
export type NotificationRule = z.output<typeof notificationRuleBody>;

/** A rule with its id. */
export interface ActiveNotificationRule {
  readonly ruleId: string;
  readonly rule: NotificationRule;
}

export type QuietHours = NonNullable<NotificationRule['quietHours']>;

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}
