import { createHmac } from 'node:crypto';

/**
 * Headers that prove who sent a body, and when.
 *
 * @param secret any text, or `whsec_` and base64
 * @param sentAt ms since 1970
 * Source: Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`.
 */
export function signatureHeaders(
  secret: string,
  { messageId, sentAt, body }: { readonly messageId: string; readonly sentAt: number; readonly body: string },
): Record<string, string> {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  const timestamp = String(Math.floor(sentAt / 1_000));
  const signature = createHmac('sha256', key).update(`${messageId}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
