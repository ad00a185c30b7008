import type { Access, Principal } from '@culprit/platform';

/** Header of RFC 5424 and, as the first element of its structured data, ours: `[culprit token="…"]`. */
const withToken = /^<\d{1,3}>\d{1,2}(?: \S{1,255}){5} \[culprit(?:@\d{1,10})? token="([^"\\\]]{16,200})"/;
const maxHeadBytes = 1_600;

/** Consecutive messages of one sender. */
export interface SenderRun {
  readonly sender: Principal;
  readonly messages: readonly Buffer[];
}

/**
 * Who a message is from: the token in its structured data says so, or else its connection does.
 *
 * @param peer undefined where the connection proves nothing
 * @returns undefined for a message that nobody may send
 */
export function senderOfMessage(
  message: Buffer,
  access: Access,
  peer: Principal | undefined,
): Principal | undefined {
  const head = message.subarray(0, maxHeadBytes);
  if (!head.includes('[culprit')) return peer;
  const token = withToken.exec(head.toString('latin1'))?.[1];
  return token === undefined ? peer : access.bySecret(token);
}

/** Messages in runs of one sender each, in order, up to the first that nobody may send. */
export function runsOfSenders(
  messages: readonly Buffer[],
  access: Access,
  peer: Principal | undefined,
): { readonly runs: readonly SenderRun[]; readonly isRefused: boolean } {
  const runs: { readonly sender: Principal; readonly messages: Buffer[] }[] = [];
  for (const message of messages) {
    const sender = senderOfMessage(message, access, peer);
    if (sender === undefined) return { runs, isRefused: true };
    const last = runs.at(-1);
    if (last?.sender.digest === sender.digest) last.messages.push(message);
    else runs.push({ sender, messages: [message] });
  }
  return { runs, isRefused: false };
}
