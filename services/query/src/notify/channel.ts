import { z } from 'zod';
import { channelAnswer, type ChannelJson } from './notification-answers.js';

const name = z.string().trim().min(1).max(200);
const secretText = z.string().min(1).max(2_000);
const address = z
  .string()
  .max(2_000)
  .superRefine((value, context) => {
    const url = URL.parse(value);
    if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      context.addIssue({
        code: 'custom',
        message: 'expected an address that begins with https:// or http://',
      });
    } else if (url.username !== '' || url.password !== '') {
      context.addIssue({ code: 'custom', message: 'expected an address without a password in it' });
    }
  });
/** One mailbox as SMTP takes it; nothing that could start another header. */
const mailbox = z
  .string()
  .max(320)
  .regex(/^[^\s<>,;:"]+@[^\s<>,;:"]+$/, 'expected an e-mail address');

/** Where messages go, by kind. Fields of {@link secretFields} are never given out again. */
export const channelBody = z.discriminatedUnion('kind', [
  z.strictObject({ name, kind: z.literal('webhook'), url: address, secret: secretText.optional() }),
  z.strictObject({ name, kind: z.literal('zebrium-webhook'), url: address, secret: secretText.optional() }),
  z.strictObject({ name, kind: z.literal('slack'), url: address.optional() }),
  z.strictObject({ name, kind: z.literal('teams'), url: address.optional() }),
  z.strictObject({
    name,
    kind: z.literal('pagerduty'),
    routingKey: z.string().min(1).max(200).optional(),
    url: address.default('https://events.pagerduty.com/v2/enqueue'),
  }),
  z.strictObject({
    name,
    kind: z.literal('email'),
    host: z
      .string()
      .min(1)
      .max(253)
      .regex(/^[\w.:-]+$/, 'expected a host name or address'),
    port: z.number().int().min(1).max(65_535).default(587),
    /** `tls` from the first byte, `starttls` before anything is said, `none` for a relay on the same network. */
    security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
    user: z.string().min(1).max(320).optional(),
    password: secretText.optional(),
    from: mailbox,
    to: z.array(mailbox).min(1).max(50),
  }),
  z.strictObject({
    name,
    kind: z.literal('alertmanager'),
    url: address,
    token: secretText.optional(),
    /** How long an alert stays active without news, minutes. */
    activeMinutes: z.number().int().min(5).max(10_080).default(240),
  }),
]);
/** A channel as somebody sets it. */
export type ChannelBody = z.output<typeof channelBody>;
export type ChannelKind = ChannelBody['kind'];
export type ChannelOf<Kind extends ChannelKind> = Extract<ChannelBody, { readonly kind: Kind }>;

/** A channel with its id. */
export interface Channel {
  readonly channelId: string;
  readonly channel: ChannelBody;
}

/** What of a channel opens a door: an address with a key in it counts as one. */
const secretFields = ['secret', 'url', 'routingKey', 'password', 'token'] as const;
type SecretField = (typeof secretFields)[number];
const secretFieldsByKind: Readonly<Record<ChannelKind, readonly SecretField[]>> = {
  webhook: ['secret'],
  'zebrium-webhook': ['secret'],
  slack: ['url'],
  teams: ['url'],
  pagerduty: ['routingKey'],
  email: ['password'],
  alertmanager: ['token'],
};
/** Without these nothing can be sent. */
const neededFieldsByKind: Readonly<Partial<Record<ChannelKind, SecretField>>> = {
  slack: 'url',
  teams: 'url',
  pagerduty: 'routingKey',
};

/** A channel as it is given out: what is secret is only said to be there. */
export function channelJson({ channelId, channel }: Channel): ChannelJson {
  const secret = new Set<string>(secretFieldsByKind[channel.kind]);
  const entries = Object.entries(channel).filter(([, value]) => value !== undefined);
  const shown = entries
    .filter(([field]) => !secret.has(field))
    .map(([field, value]) => [field, shownValue(value)]);
  return channelAnswer.parse({
    ...Object.fromEntries(shown),
    channelId,
    secretsSet: entries.map(([field]) => field).filter((field) => secret.has(field)),
  });
}

/** Keys hide in the arguments of an address. */
function shownValue(value: unknown): unknown {
  if (typeof value !== 'string' || !/^https?:\/\//.test(value)) return value;
  const url = URL.parse(value);
  return url === null || url.search === '' ? value : `${url.origin}${url.pathname}?…`;
}

/**
 * What somebody set, with the secrets kept that were not said again.
 *
 * @returns the field that is missing where it cannot work
 */
export function withKeptSecrets(
  body: ChannelBody,
  before: ChannelBody | undefined,
): { readonly channel: ChannelBody } | { readonly missing: string } {
  const kept: Record<string, unknown> = {};
  // A secret belongs to where it is sent: whoever moves a channel has to know it.
  if (before?.kind === body.kind && placeOf(before) === placeOf(body))
    for (const field of secretFieldsByKind[body.kind]) {
      const value: unknown = Reflect.get(before, field);
      if (value !== undefined) kept[field] = value;
    }
  const said = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
  const channel = channelBody.parse({ ...kept, ...said });
  const needed = neededFieldsByKind[channel.kind];
  return needed !== undefined && Reflect.get(channel, needed) === undefined
    ? { missing: needed }
    : { channel };
}

function placeOf(channel: ChannelBody): string {
  if (channel.kind === 'email') return `${channel.host}:${channel.port}`;
  return channel.kind === 'slack' || channel.kind === 'teams' ? '' : (URL.parse(channel.url)?.origin ?? '');
}
