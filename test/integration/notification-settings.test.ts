import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@culprit/platform';
import type { HttpApp } from '@culprit/platform';
import { createEmbeddedStore } from '@culprit/store';
import type { Store } from '@culprit/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQueryApp } from '../support/query-app.js';
import { complaintOf, culprit } from './support/cli-process.js';
import { startHttpReceiver, type HttpReceiver } from './support/receivers.js';
import { reportOf } from './support/stored-fixture.js';

const secret = 'a secret that nobody reads';

describe('notification settings', () => {
  let directory: string;
  let store: Store;
  let app: HttpApp;
  let base: string;
  let receiver: HttpReceiver;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'culprit-notify-settings-'));
    store = await createEmbeddedStore({ directory: join(directory, 'store'), logger: silentLogger });
    receiver = await startHttpReceiver();
    app = await createQueryApp({
      store,
      settings: { allowedAddresses: '127.0.0.1' },
      consoleDirectory: join(directory, 'none'),
    });
    base = await app.listen('127.0.0.1', 0);
  });
  afterAll(async () => {
    await app.close();
    await receiver.close();
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`${base}/api/v1/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return {
      status: answer.status,
      body: (answer.status === 204 ? {} : await answer.json()) as Record<string, unknown>,
    };
  }

  it('are set, changed and removed; a secret is used but never read back', async () => {
    const url = `${receiver.url}/hook?key=${encodeURIComponent(secret)}`;
    const made = await call('POST', 'notification-channels', { name: 'hook', kind: 'webhook', url, secret });
    expect(made.status).toBe(201);
    const id = String(made.body['channelId']);
    const changed = await call('PUT', `notification-channels/${id}`, {
      name: 'renamed',
      kind: 'webhook',
      url,
    });
    expect(changed.body).toMatchObject({
      name: 'renamed',
      secretsSet: ['secret'],
      url: `${receiver.url}/hook?…`,
    });
    const listed = await call('GET', 'notification-channels');
    expect(listed.body).toMatchObject({ total: 1 });
    expect(JSON.stringify([made, changed, listed])).not.toContain('nobody');
    const tested = await call('POST', `notification-channels/${id}/test`);
    expect(tested).toEqual({ status: 200, body: { delivered: true, reason: '' } });
    expect(receiver.received.at(-1)).toMatchObject({
      headers: { 'webhook-signature': expect.stringMatching(/^v1,/) as string },
      body: expect.stringContaining('io.culprit.report.test.v1') as string,
    });
    const rule = await call('POST', 'notification-rules', { name: 'r', channelIds: [id] });
    expect(rule).toMatchObject({
      status: 201,
      body: { significance: 'medium', dailyCap: 50, quietHours: null },
    });
    expect((await call('DELETE', `notification-channels/${id}`)).status).toBe(409);
    expect((await call('DELETE', `notification-rules/${String(rule.body['ruleId'])}`)).status).toBe(204);
    expect((await call('DELETE', `notification-channels/${id}`)).status).toBe(204);
    expect((await call('GET', 'notification-channels')).body).toEqual({ channels: [], total: 0 });
  });

  it('do not hand a secret to another host', async () => {
    const channel = { name: 'hook', kind: 'webhook', url: receiver.url };
    const { body } = await call('POST', 'notification-channels', { ...channel, secret });
    const path = `notification-channels/${String(body['channelId'])}`;
    const moved = await call('PUT', path, { ...channel, url: 'https://elsewhere.example/hook' });
    expect(moved.body).toMatchObject({ secretsSet: [] });
    await call('DELETE', path);
  });

  it.each([
    ['a channel without what it needs', 'channels', { name: 's', kind: 'slack' }, 'url'],
    ['an address that is none', 'channels', { name: 's', kind: 'slack', url: 'file:///etc/passwd' }, 'url'],
    [
      'a password in an address',
      'channels',
      { name: 'w', kind: 'webhook', url: 'https://a:b@x.example' },
      'url',
    ],
    [
      'a mailbox with a second header',
      'channels',
      { name: 'm', kind: 'email', host: 'h', from: 'a@b', to: ['a@b\r\nBcc: c@d'] },
      'to.0',
    ],
    ['a rule without a channel', 'rules', { name: 'r', channelIds: [] }, 'channelIds'],
    ['a rule for a channel that is not there', 'rules', { name: 'r', channelIds: ['nope'] }, 'channelIds'],
    [
      'quiet hours without a zone',
      'rules',
      { name: 'r', channelIds: ['a'], quietHours: { from: '22:00', to: '07:00', timeZone: 'Mars/One' } },
      'quietHours.timeZone',
    ],
  ])('refuse %s', async (_what, kind, body, field) => {
    const answer = await call('POST', `notification-${kind}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body['errors']).toMatchObject([{ field }]);
  });

  it('reach no closed network: not by address, not by name, and the cloud has no say', async () => {
    const targets = [
      'http://10.0.0.8/',
      'http://[::1]:1/',
      'http://169.254.169.254/latest',
      'http://[::ffff:169.254.169.254]/',
    ];
    for (const url of targets) {
      const { body } = await call('POST', 'notification-channels', { name: url, kind: 'webhook', url });
      const path = `notification-channels/${String(body['channelId'])}`;
      const tested = await call('POST', `${path}/test`);
      expect(tested.body).toMatchObject({
        delivered: false,
        reason: expect.stringContaining('closed network') as string,
      });
      await call('DELETE', path);
    }
  });

  it('work from the command line, from the first channel to the message', async () => {
    const environment = { CULPRIT_URL: base };
    const secretFile = join(directory, 'secret.txt');
    await writeFile(secretFile, `${secret}\n`);
    const run = (...args: string[]) => culprit(['notify', ...args], { environment });
    const added = await run(
      'add-channel',
      'webhook',
      'tickets',
      `url=${receiver.url}/t`,
      `secret=@${secretFile}`,
    );
    expect(added.exitCode).toBe(0);
    expect((await run('test', 'tickets')).stderr).toBe('delivered\n');
    expect(
      (await run('add-rule', 'all', '--channel', 'tickets', '--significance', 'low', '--cap', '9')).exitCode,
    ).toBe(0);
    complaintOf(await run('add-rule', 'none', '--channel', 'nowhere'), 2);
    await store.reports.save(reportOf('inc-cli'));
    await expect
      .poll(async () => (await run('--state', 'sent', '-o', 'json')).stdout, {
        timeout: 40_000,
        interval: 1_000,
      })
      .toContain('inc-cli');
    expect((await run()).stdout).toMatch(/sent {5}high {4}orders cannot reach shipping {2}\S+\.inc-cli\n/);
    expect(receiver.received.at(-1)?.body).toContain('inc-cli');
    expect((await run('rules')).stdout).toContain('all  to 1 channel');
    expect((await run('remove', 'all')).exitCode).toBe(0);
    expect((await run('remove', 'tickets')).stderr).toContain('removed the channel');
  });
});
