import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelBody } from '../../services/query/src/notify/channel.js';
import { NotificationWorlds } from './support/notification-worlds.js';
import { reportOf } from './support/stored-fixture.js';

const minuteMs = 60_000;
const hostile = '<!channel> <https://evil|click> `x` *b*\u001b[31m\u202e\r\nBcc: victim@example.org';
const isoTime = (millis: number): string => new Date(millis).toISOString();

describe('what receivers get', () => {
  let worlds: NotificationWorlds;
  beforeAll(async () => {
    worlds = await NotificationWorlds.start();
  });
  afterAll(() => worlds.close());
  beforeEach(() => worlds.reset());

  const mailChannel = (fields: Partial<Extract<ChannelBody, { kind: 'email' }>> = {}): ChannelBody => ({
    name: 'm',
    kind: 'email',
    host: '127.0.0.1',
    port: worlds.mail.port,
    security: 'none',
    user: 'culprit',
    password: 'open sesame',
    from: 'culprit@shop.example',
    to: ['oncall@shop.example', 'second@shop.example'],
    ...fields,
  });

  it('Slack: log text is neither a mention nor a link', async () => {
    await worlds.tell(
      { name: 's', kind: 'slack', url: `${worlds.web.url}/services/T/B/key` },
      { title: hostile, summary: hostile },
    );
    const [{ path, body } = expect.fail()] = worlds.web.received;
    expect(path).toBe('/services/T/B/key');
    const { text, blocks } = JSON.parse(body) as { text: string; blocks: { type: string }[] };
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'context', 'actions']);
    expect(text).toContain('&lt;!channel&gt;');
    const read = [...body.matchAll(/"mrkdwn","text":"([^"]*)"/g)].map(([, markup]) => markup);
    expect(read).toHaveLength(2);
    expect(read.join(' ')).not.toMatch(/[<>]/);
  });

  it('Teams: log text is shown where no markup is read', async () => {
    await worlds.tell(
      { name: 't', kind: 'teams', url: `${worlds.web.url}/workflows/key` },
      { summary: '[click](https://evil)' },
    );
    const card = JSON.parse(worlds.web.received[0]?.body ?? '') as {
      attachments: { content: { body: { type: string }[]; actions: { url: string }[] } }[];
    };
    const content = card.attachments[0]?.content;
    expect(new Set(content?.body.map(({ type }) => type))).toEqual(new Set(['RichTextBlock']));
    expect(content?.actions.map(({ url }) => url)).toEqual(['https://culprit.example/reports/inc-1']);
  });

  it('PagerDuty: the incident is the dedup key from trigger to resolve', async () => {
    const { world, notifier } = await worlds.tell({
      name: 'p',
      kind: 'pagerduty',
      routingKey: 'R0',
      url: `${worlds.web.url}/v2/enqueue`,
    });
    await world.reports.save(reportOf('inc-1', { revision: 2, title: 'another cause' }));
    await notifier.look();
    await world.service.resolve(world.tenant, reportOf('inc-1').incidentId, () => 'pagerduty');
    await notifier.look();
    expect(worlds.bodies).toMatchObject([
      {
        routing_key: 'R0',
        event_action: 'trigger',
        dedup_key: 'culprit/inc-1',
        payload: { severity: 'critical' },
      },
      { event_action: 'trigger', dedup_key: 'culprit/inc-1' },
      { event_action: 'resolve', dedup_key: 'culprit/inc-1' },
    ]);
  });

  it('Alertmanager: alerts of API v2, the one of a lower significance ended', async () => {
    const channel: ChannelBody = {
      name: 'a',
      kind: 'alertmanager',
      url: `${worlds.web.url}/am`,
      token: 't0',
      activeMinutes: 60,
    };
    const { world, notifier } = await worlds.tell(channel, { significance: 'medium' });
    await world.reports.save(reportOf('inc-1', { revision: 2, significance: 'high' }));
    await notifier.look();
    expect(worlds.web.received[0]).toMatchObject({
      path: '/am/api/v2/alerts',
      headers: { authorization: 'Bearer t0' },
    });
    expect(worlds.bodies).toMatchObject([
      [
        {
          labels: { incident: 'inc-1', significance: 'medium' },
          endsAt: isoTime(worlds.now + 60 * minuteMs),
        },
      ],
      [
        { labels: { significance: 'medium' }, endsAt: isoTime(worlds.now) },
        { labels: { significance: 'high' }, endsAt: isoTime(worlds.now + 60 * minuteMs) },
      ],
    ]);
  });

  it('a webhook in the shape of zebrium_incident', async () => {
    await worlds.tell({ name: 'z', kind: 'zebrium-webhook', url: worlds.web.url });
    expect(worlds.bodies).toMatchObject([
      {
        event_type: 'zebrium_incident',
        deployment_name: 'shop',
        incident_hallmark: 'eth0: link down',
        incident_epoch_ts: expect.stringMatching(/^2026-03-01T09:30:00/) as string,
        incident_url: 'https://culprit.example/reports/inc-1',
      },
    ]);
  });

  it('e-mail: one thread an incident, and log text makes no header', async () => {
    const { world, notifier } = await worlds.tell(mailChannel(), { title: hostile });
    await world.reports.save(reportOf('inc-1', { revision: 2, title: 'another cause' }));
    await notifier.look();
    expect(worlds.mail.mails).toHaveLength(2);
    const [first = '', second = ''] = worlds.mail.mails;
    for (const text of [first, second]) {
      expect(text).toMatch(/^In-Reply-To: <incident\.inc-1@shop\.example>/m);
      expect(text).toMatch(/^Message-ID: <culprit-[\w.-]+@shop\.example>/m);
      expect(text).not.toMatch(/^Bcc:/im);
      expect(text).toContain('https://culprit.example/reports/inc-1');
    }
    expect(second).toMatch(/^Subject: \[high, update\] shop: another cause/m);
  });

  it('e-mail: greylisting is waited for; a refusal, a wrong password and a server without TLS are dead at once', async () => {
    worlds.mail.refusals.push(451);
    const grey = await worlds.tell(mailChannel());
    expect(await grey.world.threads()).toMatchObject([{ state: 'waiting', attempts: 1 }]);
    worlds.now += minuteMs;
    await grey.notifier.look();
    expect(await grey.world.threads()).toMatchObject([{ state: 'sent' }]);
    worlds.mail.refusals.push(550);
    const refused = await worlds.tell(mailChannel());
    expect(await refused.world.threads()).toMatchObject([{ state: 'dead' }]);
    const stranger = await worlds.tell(mailChannel({ password: 'wrong' }));
    expect(await stranger.world.threads()).toMatchObject([{ state: 'dead' }]);
    const plain = await worlds.tell(mailChannel({ security: 'starttls' }));
    expect(await plain.world.threads()).toMatchObject([{ state: 'dead' }]);
    expect(worlds.mail.mails).toHaveLength(1);
  });
});
