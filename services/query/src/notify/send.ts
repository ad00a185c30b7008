import { AppError, assertNever, toDisplayText } from '@culprit/kernel';
import type { AddressGuard } from './address-guard.js';
import type { ChannelBody } from './channel.js';
import { alertmanagerRequest } from './formats/alertmanager.js';
import { mailOf } from './formats/mail.js';
import { pagerDutyRequests } from './formats/pager-duty.js';
import type { OutgoingRequest } from './formats/request.js';
import { slackRequest } from './formats/slack.js';
import { teamsRequest } from './formats/teams.js';
import { webhookRequest, zebriumRequest } from './formats/webhook.js';
import type { Message } from './message.js';
import { post, type Answer } from './post.js';
import { sendMail } from './smtp.js';

/** How an attempt ended. */
export type Outcome =
  | { readonly kind: 'delivered' }
  /** Trying again may help, after `retryAfterMs` where the receiver said so. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number }
  /** The receiver will say the same again. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface SendOptions {
  readonly guard: AddressGuard;
  /** For one call, in ms. */
  readonly timeoutMs: number;
}

const maxAnswerBytes = 2_048;
const maxReasonCharacters = 300;
const maxRetryAfterMs = 3_600_000;
/** Answers of 4xx that are not about what was sent. */
const passingStatus: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** Sends a message once. Never throws: whatever happens is an outcome. */
export async function sendMessage(
  message: Message,
  channel: ChannelBody,
  options: SendOptions,
): Promise<Outcome> {
  try {
    if (channel.kind === 'email') return await sendMail(mailOf(message, channel), channel, options);
    for (const request of requestsOf(message, channel)) {
      const outcome = outcomeOf(await post(request, { ...options, maxAnswerBytes }), channel.kind);
      if (outcome.kind !== 'delivered') return outcome;
    }
    return { kind: 'delivered' };
  } catch (error) {
    return outcomeOfError(error);
  }
}

function requestsOf(message: Message, channel: Exclude<ChannelBody, { kind: 'email' }>): OutgoingRequest[] {
  switch (channel.kind) {
    case 'webhook':
      return [webhookRequest(message, channel)];
    case 'zebrium-webhook':
      return [zebriumRequest(message, channel)];
    case 'slack':
      return [slackRequest(message, channel.url ?? '')];
    case 'teams':
      return [teamsRequest(message, channel.url ?? '')];
    case 'pagerduty':
      return pagerDutyRequests(message, { url: channel.url, routingKey: channel.routingKey ?? '' });
    case 'alertmanager':
      return [alertmanagerRequest(message, channel)];
    default:
      return assertNever(channel);
  }
}

function outcomeOf({ status, retryAfter, body }: Answer, kind: ChannelBody['kind']): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const said = cleaned(body);
  const reason = `${kind} receiver answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status >= 500 || passingStatus.has(status))
    return { kind: 'failed', reason, retryAfterMs: retryAfterMs(retryAfter) };
  return { kind: 'refused', reason: status < 400 ? `${reason} (redirects are not followed)` : reason };
}

/** What went wrong before there was an answer. */
export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof AppError && !error.isRetryable) {
    return { kind: 'refused', reason: [error.message, error.hint].filter(Boolean).join('. ') };
  }
  const isTimeout = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  const reason = isTimeout
    ? 'no answer in time'
    : cleaned(error instanceof Error ? error.message : String(error));
  return { kind: 'failed', reason, retryAfterMs: 0 };
}

/** Seconds, or a date which is left to our own patience. */
function retryAfterMs(text: string): number {
  const seconds = Number(text === '' ? 0 : text);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(maxRetryAfterMs, seconds * 1_000) : 0;
}

function cleaned(text: string): string {
  return toDisplayText(text).replaceAll(/\s+/g, ' ').trim().slice(0, maxReasonCharacters);
}
