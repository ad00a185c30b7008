import type { RootCauseReport, Significance } from '@culprit/correlation';
import { endOfQuietHours } from './quiet-hours.js';
import type { ActiveNotificationRule, NotificationRule } from './rule.js';

/** What was last told in a thread. */
export interface Told {
  readonly revision: number;
  readonly significance: Significance;
  readonly title: string;
  /** ms since 1970, wall clock. */
  readonly at: number;
  /** Messages of the day of `at` (UTC), those of a digest counted once. */
  readonly messagesOfDay: number;
}

/** Why a message waits although it could be sent. */
export type HeldFor = 'quiet-hours' | 'digest' | 'daily-cap';

/** All messages about one incident on one channel: a newer revision takes the place of one that still waits. */
export interface MessageThread {
  readonly threadId: string;
  readonly channelId: string;
  readonly incidentId: string;
  readonly ruleId: string;
  readonly environment: string;
  readonly title: string;
  readonly significance: Significance;
  readonly kind: 'created' | 'updated' | 'resolved';
  /** What is to be told, or was told last. */
  readonly revision: number;
  /** `dropped`: the incident turned out to be part of another before anything was told. */
  readonly state: 'waiting' | 'sent' | 'dead' | 'dropped';
  readonly heldFor: HeldFor | null;
  /** When the next attempt is due, ms since 1970. */
  readonly dueAt: number;
  readonly attempts: number;
  /** What the last attempt met; empty after none or a good one. */
  readonly error: string;
  readonly createdAt: number;
  readonly told: Told | null;
}

const rankBySignificance = { low: 0, medium: 1, high: 2 } as const;
const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Attempts of one message: the last comes about five hours after the first. */
export const maxAttempts = 10;
const pausesMs = [5_000, 30_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000];

export function threadIdOf(channelId: string, incidentId: string): string {
  return `${channelId}.${incidentId}`;
}

/** True where a rule speaks of such a report, whatever its significance. */
export function isAbout(rule: NotificationRule, report: RootCauseReport): boolean {
  const { environments, logTypes, incidentTypes } = rule;
  return (
    !rule.isPaused &&
    (environments.length === 0 || environments.includes(report.environment)) &&
    (incidentTypes.length === 0 || incidentTypes.includes(report.incidentType)) &&
    (logTypes.length === 0 || report.logTypes.some((logType) => logTypes.includes(logType)))
  );
}

/** What a new revision means for one channel; undefined where nothing is to be told. Planning it again changes nothing. */
export function planThread(
  report: RootCauseReport,
  to: {
    readonly channelId: string;
    readonly active: ActiveNotificationRule;
    readonly before: MessageThread | undefined;
    readonly now: number;
  },
): MessageThread | undefined {
  const { channelId, active, before, now } = to;
  if (before !== undefined && before.revision >= report.revision) return undefined;
  if (report.mergedInto !== undefined)
    return before?.state === 'waiting' && before.told === null
      ? { ...before, state: 'dropped', error: `is part of ${report.mergedInto}` }
      : undefined;
  const told = before?.told ?? null;
  const isWaiting = before?.state === 'waiting';
  if (!isWaiting && !isWorthTelling(report, told, active.rule)) return undefined;
  const { heldFor, dueAt } = isWaiting ? before : dueTime(active.rule, report.significance, now);
  return {
    threadId: threadIdOf(channelId, report.incidentId),
    channelId,
    incidentId: report.incidentId,
    ruleId: active.ruleId,
    environment: report.environment,
    title: report.title,
    significance: report.significance,
    kind: told === null ? 'created' : 'updated',
    revision: report.revision,
    state: 'waiting',
    heldFor,
    dueAt,
    attempts: isWaiting ? before.attempts : 0,
    error: isWaiting ? before.error : '',
    createdAt: before?.createdAt ?? now,
    told,
  };
}

function isWorthTelling(report: RootCauseReport, told: Told | null, rule: NotificationRule): boolean {
  if (rankBySignificance[report.significance] < rankBySignificance[rule.significance]) return false;
  if (told === null || rule.updates === 'all') return true;
  if (rule.updates === 'none') return false;
  const hasRisen = rankBySignificance[report.significance] > rankBySignificance[told.significance];
  return hasRisen || report.title !== told.title;
}

/** When a rule lets a message go. Digests keep to the clock: every hour is on the hour. */
function dueTime(
  rule: NotificationRule,
  significance: Significance,
  now: number,
): { readonly heldFor: HeldFor | null; readonly dueAt: number } {
  const { quietHours, digestMinutes } = rule;
  const isExcepted = quietHours?.except === 'high' && significance === 'high';
  const quietUntil = quietHours === null || isExcepted ? undefined : endOfQuietHours(quietHours, now);
  if (quietUntil !== undefined) return { heldFor: 'quiet-hours', dueAt: quietUntil };
  if (digestMinutes === null) return { heldFor: null, dueAt: now };
  const digestMs = digestMinutes * minuteMs;
  return { heldFor: 'digest', dueAt: (Math.floor(now / digestMs) + 1) * digestMs };
}

/** A thread whose attempt begins: should the process end now, it is tried again. */
export function attemptStarted(thread: MessageThread, now: number, jitter: number): MessageThread {
  const pauseMs = pausesMs[Math.min(thread.attempts, pausesMs.length - 1)] ?? 0;
  return { ...thread, attempts: thread.attempts + 1, dueAt: now + Math.round(pauseMs * (1 + 0.2 * jitter)) };
}

/** A thread that was told. @param isCounted false for all but one thread of a digest */
export function wasTold(thread: MessageThread, now: number, isCounted: boolean): MessageThread {
  const { told } = thread;
  const before = told !== null && isSameDay(told.at, now) ? told.messagesOfDay : 0;
  return {
    ...thread,
    state: 'sent',
    heldFor: null,
    error: '',
    told: {
      revision: thread.revision,
      significance: thread.significance,
      title: thread.title,
      at: now,
      messagesOfDay: before + (isCounted ? 1 : 0),
    },
  };
}

/** A thread whose attempt failed: to be tried again, or dead. */
export function hasFailed(
  thread: MessageThread,
  outcome: { readonly reason: string; readonly isFinal: boolean; readonly retryAt: number },
): MessageThread {
  const isDead = outcome.isFinal || thread.attempts >= maxAttempts;
  return {
    ...thread,
    state: isDead ? 'dead' : 'waiting',
    error: outcome.reason,
    dueAt: Math.max(thread.dueAt, outcome.retryAt),
  };
}

/** A thread that the cap of a rule holds back until the next day. */
export function heldForTomorrow(thread: MessageThread, now: number): MessageThread {
  return { ...thread, heldFor: 'daily-cap', dueAt: (Math.floor(now / dayMs) + 1) * dayMs };
}

/** Messages that went out today because of each rule. */
export function messagesToday(threads: readonly MessageThread[], now: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { ruleId, told } of threads) {
    if (told === null || !isSameDay(told.at, now)) continue;
    counts.set(ruleId, (counts.get(ruleId) ?? 0) + told.messagesOfDay);
  }
  return counts;
}

function isSameDay(a: number, b: number): boolean {
  return Math.floor(a / dayMs) === Math.floor(b / dayMs);
}
