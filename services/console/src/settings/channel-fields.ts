import type { ChannelJson } from '@culprit/service-query/module';

type Kind = ChannelJson['kind'];

/** A field of the form for a channel. */
export interface ChannelField {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'url' | 'password' | 'number';
  readonly isNeeded: boolean;
}

export const channelKinds: readonly (readonly [Kind, string])[] = [
  ['slack', 'Slack'],
  ['teams', 'Microsoft Teams'],
  ['pagerduty', 'PagerDuty'],
  ['email', 'E-mail'],
  ['webhook', 'Webhook (CloudEvents)'],
  ['alertmanager', 'Alertmanager'],
  ['zebrium-webhook', 'Webhook in the shape of zebrium_incident'],
];

const field = (
  name: string,
  label: string,
  type: ChannelField['type'] = 'text',
  isNeeded = true,
): ChannelField => ({ name, label, type, isNeeded });

const signedFields = [
  field('url', 'Address', 'url'),
  field('secret', 'Secret to sign with', 'password', false),
];

const fieldsByKind: Readonly<Record<Kind, readonly ChannelField[]>> = {
  slack: [field('url', 'Address of the incoming webhook', 'password')],
  teams: [field('url', 'Address of the workflow', 'password')],
  pagerduty: [field('routingKey', 'Routing key', 'password')],
  webhook: signedFields,
  'zebrium-webhook': signedFields,
  alertmanager: [field('url', 'Address', 'url'), field('token', 'Token', 'password', false)],
  email: [
    field('host', 'Mail server'),
    field('port', 'Port (587)', 'number', false),
    field('user', 'User', 'text', false),
    field('password', 'Password', 'password', false),
    field('from', 'From'),
    field('to', 'To, separated by commas'),
  ],
};

/** What a channel of a kind needs to know, its name first. */
export function fieldsOf(kind: Kind): readonly ChannelField[] {
  return [field('name', 'Name'), ...fieldsByKind[kind]];
}

/** The channel that a filled form describes, as the API takes it; empty fields are left out. */
export function bodyOf(kind: Kind, form: { get(name: string): unknown }): Readonly<Record<string, unknown>> {
  const body: Record<string, unknown> = { kind };
  for (const { name, type } of fieldsOf(kind)) {
    const value = form.get(name);
    if (typeof value !== 'string' || value.trim() === '') continue;
    if (name === 'to') body[name] = value.split(',').map((one) => one.trim());
    else body[name] = type === 'number' ? Number(value) : value.trim();
  }
  return body;
}
