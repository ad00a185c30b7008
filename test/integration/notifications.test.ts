import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { notificationRuleBody } from '../../services/query/src/notify/rule.js';
import { morning, NotificationWorlds } from './support/notification-worlds.js';
import { reportOf } from './support/stored-fixture.js';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const hostile = '<!channel> \u001b[31m\u202e\r\nBcc: victim@example.org';
const subjectOf = (event: unknown): unknown => (event as { subject: unknown }).subject;

describe('notifications', () => {
  let worlds: NotificationWorlds;
  beforeAll(async () => {
    worlds = await NotificationWorlds.start();
  });
  afterAll(() => worlds.close());
  beforeEach(() => worlds.reset());

  describe('a webhook', () => {
    it('gets a signed CloudEvent for what is new, and nothing for what was there', async () => {
      const world = worlds.create();
      await world.reports.save(reportOf('inc-old'));
      await world.configure(worlds.webhook);
      const notifier = await world.startProcess();
      await world.reports.save(reportOf('inc-1', { title: hostile }));
      await notifier.look();
      await notifier.look();
      expect(worlds.web.received).toHaveLength(1);
      const [{ headers, body } = expect.fail()] = worlds.web.received;
      expect(JSON.parse(body)).toMatchObject({
        specversion: '1.0',
        id: headers['webhook-id'],
        type: 'io.culprit.report.created.v1',
        subject: 'inc-1',
        data: { significance: 'high', link: 'https://culprit.example/reports/inc-1' },
      });
      expect(body).not.toMatch(/\\u001b|\u202e|\\r/);
      const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
      const signature = createHmac('sha256', 'secret').update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${signature}`);
      expect(headers['content-type']).toContain('application/cloudevents+json');
    });

    it('is tried again with the same id after 500, 429 and silence, and waits as long as it asked for', async () => {
      const world = worlds.create();
      await world.configure(worlds.webhook);
      const notifier = await world.startProcess();
      await world.reports.save(reportOf('inc-1'));
      worlds.web.replies.push(
        { status: 500, body: 'no\u001b[31m' },
        { status: 429, headers: { 'retry-after': '90' } },
        'hang',
      );
      await notifier.look();
      expect(await world.threads()).toMatchObject([
        {
          state: 'waiting',
          attempts: 1,
          error: 'webhook receiver answered 500: no',
          dueAt: worlds.now + 5_000,
        },
      ]);
      await notifier.look();
      expect(worlds.web.received).toHaveLength(1);
      worlds.now += 5_000;
      await notifier.look();
      expect(await world.threads()).toMatchObject([
        { state: 'waiting', attempts: 2, dueAt: worlds.now + 90_000 },
      ]);
      worlds.now += 90_000;
      await notifier.look();
      expect(await world.threads()).toMatchObject([
        { state: 'waiting', attempts: 3, error: 'no answer in time' },
      ]);
      worlds.now += 120_000;
      await notifier.look();
      expect(await world.threads()).toMatchObject([{ state: 'sent', attempts: 4, error: '' }]);
      expect(new Set(worlds.web.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(world.counts).toEqual(['retried', 'retried', 'retried', 'delivered']);
    });

    it('that refuses leaves a dead letter, which a person may send again; so do ten failures', async () => {
      const world = worlds.create();
      await world.configure(worlds.webhook);
      const notifier = await world.startProcess();
      await world.reports.save(reportOf('inc-1'));
      worlds.web.replies.push({ status: 302, headers: { location: `${worlds.web.url}/elsewhere` } });
      await notifier.look();
      await notifier.look();
      const [dead = expect.fail()] = await world.service.list(world.tenant, 'dead');
      expect(dead.error).toContain('302 (redirects are not followed)');
      expect(worlds.web.received.map(({ path }) => path)).toEqual(['/hook']);
      expect(notifier.notice).toContain('1 notifications could not be delivered');
      worlds.web.replies.push(...Array.from({ length: 10 }, () => ({ status: 503 })));
      await world.service.retry(world.tenant, dead.threadId);
      for (let i = 0; i < 12; i++, worlds.now += 60 * minuteMs) await notifier.look();
      expect(await world.threads()).toMatchObject([{ state: 'dead', attempts: 10 }]);
      expect(worlds.web.received).toHaveLength(11);
      await world.service.retry(world.tenant, dead.threadId);
      await notifier.look();
      expect(await world.threads()).toMatchObject([{ state: 'sent' }]);
    });
  });

  describe('an incident', () => {
    it('is told once, and again only when its significance rises or its cause changes', async () => {
      const world = worlds.create();
      await world.configure(worlds.webhook, { significance: 'medium' });
      const notifier = await world.startProcess();
      const revise = async (revision: number, fields: Parameters<typeof reportOf>[1]): Promise<void> => {
        await world.reports.save(reportOf('inc-1', { revision, ...fields }));
        await notifier.look();
      };
      await revise(1, { significance: 'low' });
      expect(worlds.web.received).toEqual([]);
      await revise(2, { significance: 'medium' });
      await revise(3, { significance: 'medium', summary: 'more is known' });
      await revise(4, { significance: 'high' });
      await revise(5, { significance: 'high', title: 'another cause' });
      await revise(6, { significance: 'medium', title: 'another cause' });
      const told = worlds.bodies.map((event) => [
        event['type'],
        (event['data'] as { revision: number }).revision,
      ]);
      expect(told).toEqual([
        ['io.culprit.report.created.v1', 2],
        ['io.culprit.report.updated.v1', 4],
        ['io.culprit.report.updated.v1', 5],
      ]);
    });

    it('of which a newer revision comes while a message waits is told as it is now; one merged meanwhile is not', async () => {
      const world = worlds.create();
      await world.configure(worlds.webhook);
      const notifier = await world.startProcess();
      worlds.web.replies.push({ status: 500 }, { status: 500 });
      await world.reports.save(reportOf('inc-1'));
      await world.reports.save(reportOf('inc-2'));
      await notifier.look();
      await world.reports.save(reportOf('inc-1', { revision: 2, title: 'the newest' }));
      await world.reports.save(reportOf('inc-2', { revision: 2, mergedInto: reportOf('inc-1').incidentId }));
      worlds.now += minuteMs;
      await notifier.look();
      expect(worlds.bodies.slice(2)).toMatchObject([
        { type: 'io.culprit.report.created.v1', data: { title: 'the newest' } },
      ]);
      expect((await world.threads()).map(({ state }) => state).toSorted()).toEqual(['dropped', 'sent']);
    });

    it('of another environment, log type or kind than a rule speaks of is not told', async () => {
      const world = worlds.create();
      const { channelId } = await world.settings.putChannel(world.tenant, worlds.webhook);
      const rules = [
        { environments: ['other'] },
        { logTypes: ['payment'] },
        { incidentTypes: ['t'] },
        { isPaused: true },
      ];
      for (const rule of rules) {
        const body = notificationRuleBody.parse({
          name: 'r',
          channelIds: [channelId],
          significance: 'low',
          ...rule,
        });
        await world.settings.putRule(world.tenant, body);
      }
      const notifier = await world.startProcess();
      await world.reports.save(reportOf('inc-1'));
      await notifier.look();
      expect(worlds.web.received).toEqual([]);
      await world.reports.save(reportOf('inc-2', { logTypes: ['cart', 'payment'] }));
      await notifier.look();
      expect(worlds.bodies).toMatchObject([{ subject: 'inc-2' }]);
    });
  });

  describe('a restart', () => {
    it('repeats nothing that was told, and goes on with what was not', async () => {
      const world = worlds.create();
      await world.configure(worlds.webhook);
      const first = await world.startProcess();
      await world.reports.save(reportOf('inc-1'));
      await first.look();
      await world.reports.save(reportOf('inc-2'));
      worlds.web.replies.push({ status: 500 });
      await first.look();
      await first.stop();
      await world.reports.save(reportOf('inc-3'));
      worlds.now += minuteMs;
      const second = await world.startProcess();
      await second.look();
      await second.look();
      expect(worlds.bodies.map(({ subject }) => subject)).toEqual(['inc-1', 'inc-2', 'inc-2', 'inc-3']);
    });

    it('in the midst of sending sends the same message again, under the same id', async () => {
      const world = worlds.create();
      await world.configure(worlds.webhook);
      let killed: string | undefined;
      const first = await world.startProcess((message) => {
        killed = message.messageId;
        return new Promise(() => {});
      });
      await world.reports.save(reportOf('inc-1'));
      void first.look();
      await expect.poll(() => killed).toBeDefined();
      worlds.now += minuteMs;
      const second = await world.startProcess();
      await second.look();
      expect(worlds.web.received.map(({ headers }) => headers['webhook-id'])).toEqual([killed]);
    });

    it('and a second process beside it: one of them speaks', async () => {
      const world = worlds.create();
      await world.configure(worlds.webhook);
      const processes = await Promise.all([world.startProcess(), world.startProcess(), world.startProcess()]);
      await world.reports.save(reportOf('inc-1'));
      for (let i = 0; i < 3; i++) await Promise.all(processes.map((notifier) => notifier.look()));
      expect(worlds.web.received).toHaveLength(1);
    });
  });

  describe('quiet hours, digests and the daily cap', () => {
    it('hold messages until they are over, then tell all in one', async () => {
      const world = worlds.create();
      const quietHours = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin', except: 'high' };
      await world.configure(worlds.webhook, { quietHours });
      const notifier = await world.startProcess();
      // 21:30 UTC is 22:30 in Berlin in March.
      worlds.now = morning + 11.5 * 60 * minuteMs;
      await world.reports.save(reportOf('inc-1', { significance: 'medium' }));
      await world.reports.save(reportOf('inc-2', { significance: 'low' }));
      await world.reports.save(reportOf('inc-3', { significance: 'high' }));
      for (let i = 0; i < 3; i++) await notifier.look();
      expect(worlds.bodies.map(subjectOf)).toEqual(['inc-3']);
      expect((await world.threads()).filter(({ heldFor }) => heldFor === 'quiet-hours')).toHaveLength(2);
      worlds.now = morning + 20 * 60 * minuteMs - 1;
      await notifier.look();
      await notifier.look();
      expect(worlds.web.received).toHaveLength(1);
      worlds.now += 1;
      await notifier.look();
      const batch: unknown = worlds.bodies[1];
      expect(new Set((batch as unknown[]).map(subjectOf))).toEqual(new Set(['inc-1', 'inc-2']));
      expect(worlds.web.received[1]?.headers['content-type']).toContain('cloudevents-batch');
    });

    it('tell once an hour where a digest is wanted', async () => {
      const world = worlds.create();
      await world.configure(worlds.webhook, { digestMinutes: 60 });
      const notifier = await world.startProcess();
      worlds.now = morning + 20 * minuteMs;
      for (const id of ['inc-1', 'inc-2', 'inc-3']) await world.reports.save(reportOf(id));
      for (let i = 0; i < 3; i++) await notifier.look();
      expect(worlds.web.received).toEqual([]);
      worlds.now = morning + 60 * minuteMs;
      for (let i = 0; i < 3; i++) await notifier.look();
      expect(worlds.web.received).toHaveLength(1);
      expect((await world.threads()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
    });

    it('leave what is over the cap for one message after midnight, counted and visible', async () => {
      const world = worlds.create();
      await world.configure(worlds.webhook, { dailyCap: 2 });
      const notifier = await world.startProcess();
      for (let i = 0; i < 5; i++) await world.reports.save(reportOf(`inc-${i}`));
      for (let i = 0; i < 3; i++) await notifier.look();
      expect(worlds.web.received).toHaveLength(2);
      const held = (await world.threads()).filter(({ heldFor }) => heldFor === 'daily-cap');
      expect(held).toHaveLength(3);
      expect(world.counts.filter((what) => what === 'held')).toHaveLength(3);
      worlds.now = Math.ceil(morning / dayMs) * dayMs;
      for (let i = 0; i < 3; i++) await notifier.look();
      expect(worlds.web.received).toHaveLength(3);
      expect(worlds.bodies[2]).toHaveLength(3);
    });
  });
});
