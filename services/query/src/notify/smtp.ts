import { createTransport } from 'nodemailer';
import type { ChannelOf } from './channel.js';
import type { Mail } from './formats/mail.js';
import type { Outcome, SendOptions } from './send.js';

/** Hands a mail to the server of a channel, at an address that the guard saw. @throws whatever the server did not like */
export async function sendMail(
  mail: Mail,
  channel: ChannelOf<'email'>,
  { guard, timeoutMs }: SendOptions,
): Promise<Outcome> {
  const [{ address }] = await guard.pin(channel.host);
  const { user, password } = channel;
  const transport = createTransport({
    host: address,
    port: channel.port,
    name: 'culprit',
    secure: channel.security === 'tls',
    requireTLS: channel.security === 'starttls',
    ignoreTLS: channel.security === 'none',
    tls: { servername: channel.host },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { from, to, subject, text, messageId, references, headers } = mail;
    await transport.sendMail({
      from,
      to: [...to],
      subject,
      text,
      messageId,
      headers,
      ...(references === undefined ? {} : { references, inReplyTo: references }),
    });
    return { kind: 'delivered' };
  } catch (error) {
    if (!isFinal(error)) throw error;
    return { kind: 'refused', reason: `mail server: ${error.message}`.slice(0, 300) };
  } finally {
    transport.close();
  }
}

/** Codes of 500 and more, and a password that is wrong, stay so. */
function isFinal(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, 'responseCode');
  return (typeof code === 'number' && code >= 500) || Reflect.get(error, 'code') === 'EAUTH';
}
