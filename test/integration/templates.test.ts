import { readFileSync, writeFileSync } from 'node:fs';
import type { RuleJson, TemplateDetailJson, TemplateJson } from '@culprit/service-query/module';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../faults/server.js';
import { culprit, temporaryFolder } from './support/cli-process.js';

const port = 46_931;
const startMillis = Date.UTC(2026, 2, 1, 9);
const users = ['ann', 'bob', 'cleo', 'dan'];
const login = 'user <*> logged in from <*> took=<*>';
const miss = 'cache miss for key <*>';
const evicted = 'cache evicted key <*>';
const answer = 'request answered with status <*>';

interface Listing {
  readonly templates: readonly TemplateJson[];
  readonly total: number;
  readonly ofAll: { readonly templates: number; readonly records: number; readonly lines: number };
}

/** Lines of a shop, two seconds apart, a stack trace of three lines among them. */
function shopLines(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, n) => n + from).flatMap((i) => {
    const time = new Date(startMillis + i * 2_000).toISOString();
    return [
      `${time} INFO user ${users[i % 4] ?? ''} logged in from 10.0.0.${i % 50} took=${i % 90}ms`,
      `${time} INFO request answered with status ${[200, 404, 503][i % 3] ?? 0}`,
      ...(i % 5 === 0 ? [`${time} WARN cache miss for key k${i}`] : []),
      ...(i % 7 === 0 ? [`${time} WARN cache evicted key k${i}`] : []),
      ...(i === 20
        ? [
            `${time} ERROR it broke: java.io.IOException: gone`,
            '\tat a.B.c(B.java:1)',
            '\tat a.D.e(D.java:2)',
          ]
        : []),
    ];
  });
}

/** A line far later brings out what waits for further lines of its record. */
const closing = (minutes: number): string =>
  `${new Date(startMillis + minutes * 60_000).toISOString()} INFO closing time`;

const countsOf = ({ templates }: Listing): Record<string, number> =>
  Object.fromEntries(templates.filter(({ count }) => count > 0).map(({ text, count }) => [text, count]));

const byId = (templates: readonly TemplateJson[]): unknown =>
  templates
    .filter(({ text, count }) => count > 0 && text !== 'closing time')
    .map(({ templateId, text, count }) => [templateId, text, count]);

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('event types and what people decide about them', () => {
  let server: TestServer | undefined;
  afterEach(async () => {
    await server?.kill();
  });

  const address = `http://127.0.0.1:${port}`;

  async function call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${address}/api/v1${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  async function list(query = ''): Promise<Listing> {
    return (await call('GET', `/templates?pageSize=1000${query}`)).body as Listing;
  }

  async function send(lines: readonly string[]): Promise<number> {
    const response = await fetch(`${address}/ingest/v1/logs?log_type=shop`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: `${lines.join('\n')}\n`,
    });
    return ((await response.json()) as { accepted: number }).accepted;
  }

  async function untilLines(lines: number): Promise<Listing> {
    await expect.poll(async () => (await list()).ofAll.lines, { timeout: 10_000 }).toBe(lines);
    return await list();
  }

  async function decide(rule: unknown): Promise<RuleJson> {
    const { status, body } = await call('POST', '/template-rules', rule);
    expect(status).toBe(201);
    return body as RuleJson;
  }

  async function untilText(text: string, isThere = true): Promise<void> {
    await expect
      .poll(async () => (await list()).templates.some((template) => template.text === text), {
        timeout: 10_000,
      })
      .toBe(isThere);
  }

  it('add up to the lines accepted through rules, a kill, a restart and undoing', async () => {
    const directory = folder.path('shop');
    server = await startServer(directory, port);
    let accepted = await send([...shopLines(60), closing(10)]);
    const before = await untilLines(accepted - 1);
    expect(countsOf(before)).toMatchObject({ [login]: 60, [answer]: 60, [miss]: 12, [evicted]: 9 });

    const idOf = (text: string): string =>
      before.templates.find((one) => one.text === text)?.templateId ?? '';
    const merge = await decide({ kind: 'merge', templateIds: [idOf(miss), idOf(evicted)] });
    const split = await decide({ kind: 'split', templateIds: [idOf(answer)], wildcard: 1 });
    await decide({ kind: 'rename', templateIds: [idOf(login)], name: 'Login' });
    await server.kill();

    server = await startServer(directory, port);
    await untilText('cache <*> key <*>');
    accepted += await send([...shopLines(60, 400), closing(60)]);
    const after = await untilLines(accepted - 1);
    expect(countsOf(after)).toMatchObject({
      [login]: 120,
      'cache <*> key <*>': 12 + 9 + 12 + 8,
      [answer]: 60,
      'request answered with status 200': 20,
      'request answered with status 404': 20,
      'request answered with status 503': 20,
    });
    expect(after.templates.find(({ name }) => name === 'Login')?.text).toBe(login);
    expect(after.templates.reduce((sum, { lineCount }) => sum + lineCount, 0)).toBe(after.ofAll.lines);

    for (const { ruleId } of [merge, split])
      expect((await call('DELETE', `/template-rules/${ruleId}`)).status).toBe(204);
    await untilText('cache <*> key <*>', false);
    await server.kill();
    server = await startServer(directory, port);
    const undone = { [login]: 120, [answer]: 120, [miss]: 24, [evicted]: 17 };
    await expect.poll(async () => countsOf(await list()), { timeout: 10_000 }).toMatchObject(undone);
  });

  it('are the same in a new data directory with the same rules', async () => {
    const rules = [
      { kind: 'split', templates: [answer], wildcard: 1, words: ['503'] },
      { kind: 'merge', templates: [miss, evicted] },
      { kind: 'pin', templates: ['user bob logged in from <*> took=<*>'] },
    ];
    const lines = [...shopLines(80), closing(20)];
    const seen: unknown[] = [];
    for (const name of ['first', 'second']) {
      server = await startServer(folder.path(name), port);
      const { body } = await call('PUT', '/template-rules', { rules });
      expect(body).toMatchObject({ total: 3 });
      const accepted = await send(lines);
      const { templates } = await untilLines(accepted - 1);
      seen.push(templates);
      await server.stop();
    }
    expect(seen[0]).toEqual(seen[1]);
    const file = folder.path('shop.log');
    writeFileSync(file, `${lines.join('\n')}\n`);
    writeFileSync(folder.path('rules.json'), JSON.stringify({ rules }));
    const args = ['templates', file, '--log-type', 'shop', '--template-rules', folder.path('rules.json')];
    const listed = await culprit([...args, '--limit', '1000', '-o', 'json']);
    const fromFile = JSON.parse(listed.stdout) as Listing;
    expect(fromFile.ofAll.lines).toBe(lines.length);
    expect(byId(fromFile.templates)).toEqual(byId(seen[0] as readonly TemplateJson[]));
  });

  it('are shown, exported, imported and taken back by the command line', async () => {
    server = await startServer(folder.path('cli'), port);
    const environment = { CULPRIT_URL: address };
    const accepted = await send([...shopLines(60), closing(10)]);
    const { templates } = await untilLines(accepted - 1);
    const id = templates.find(({ text }) => text === login)?.templateId ?? '';

    const shown = await culprit(['templates', 'show', id, '-o', 'json', '--examples', '1'], { environment });
    const detail = JSON.parse(shown.stdout) as TemplateDetailJson;
    expect(detail.parameters.map(({ name, type, distinctCount }) => [name, type, distinctCount])).toEqual([
      ['user', 'text', 4],
      [null, 'ip', 50],
      ['took', 'quantity', 60],
    ]);
    expect(detail.examples.map(({ body }) => body)).toEqual([expect.stringContaining('logged in from')]);

    const muted = await culprit(['templates', 'mute', id, '--for', '7d', '--reason', 'known'], {
      environment,
    });
    expect(muted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('known') as string });
    const exported = await culprit(['templates', 'rules', '--export', folder.path('out.json')], {
      environment,
    });
    expect(exported.exitCode).toBe(0);
    const { rules } = JSON.parse(readFileSync(folder.path('out.json'), 'utf8')) as { rules: RuleJson[] };
    expect(rules).toMatchObject([{ kind: 'mute', templates: [login], reason: 'known' }]);
    const ruleId = rules[0]?.ruleId ?? '';
    expect((await culprit(['templates', 'undo', ruleId], { environment })).exitCode).toBe(0);
    expect((await call('GET', '/template-rules')).body).toEqual({ rules: [], total: 0 });
    const imported = await culprit(['templates', 'rules', '--import', folder.path('out.json'), '--replace'], {
      environment,
    });
    expect(imported.stderr).toBe('1 rule set\n');
    // A rule holds from a place in the stream: it is set at once and in force a moment later.
    await expect
      .poll(async () => (await list('&muted=true')).templates, { timeout: 15_000 })
      .toMatchObject([{ text: login, mute: { reason: 'known' } }]);
    expect((await list('&q=LOGGED%20user&sort=lastSeen')).total).toBe(1);

    const refused = await culprit(['templates', 'split', id, '--at', '9'], { environment });
    expect(refused).toMatchObject({ exitCode: 4, stdout: '' });
    expect(refused.stderr).toContain('expected a wildcard from 1 to 3, got 9');
  });

  it('are refused as a problem when they cannot be, and setting one again changes nothing', async () => {
    server = await startServer(folder.path('api'), port);
    const refusals: readonly (readonly [unknown, string])[] = [
      [{ kind: 'merge', templates: ['only one'] }, 'two or more'],
      [{ kind: 'pin', templates: ['<*>'] }, 'everything is no template'],
      [{ kind: 'pin' }, 'either templates'],
      [{ kind: 'pin', templateIds: ['00000000000000aa'] }, 'there is no template'],
      [{ kind: 'rename', templates: ['a'], name: '' }, 'name'],
      [{ kind: 'mute', templates: ['a'], until: 'tomorrow' }, 'until'],
      [{ kind: 'forget', templates: ['a'] }, 'kind'],
    ];
    for (const [rule, said] of refusals) {
      const { status, body } = await call('POST', '/template-rules', rule);
      expect(status).toBe(400);
      expect(body).toMatchObject({
        code: 'CULPRIT_HTTP_INVALID',
        detail: expect.stringContaining(said) as string,
      });
    }
    const rule = { kind: 'pin', templates: ['a b'] };
    const { ruleId } = await decide(rule);
    expect(await call('POST', '/template-rules', { ...rule, templates: [' a  b '] })).toMatchObject({
      status: 200,
      body: { ruleId },
    });
    expect((await call('DELETE', `/template-rules/${ruleId}`)).status).toBe(204);
    expect((await call('DELETE', `/template-rules/${ruleId}`)).status).toBe(204);
    expect((await call('GET', `/template-rules/${ruleId}`)).status).toBe(404);
    expect((await call('DELETE', '/template-rules/0000000000000000')).status).toBe(404);
    expect((await call('GET', '/templates/0000000000000000')).status).toBe(404);
  });
});

describe('a muted event type', () => {
  it('is in no report, and is counted', async () => {
    const lines = Array.from({ length: 2_400 }, (_, i) => {
      const time = new Date(startMillis + i * 1_000).toISOString();
      const isBroken = i > 2_000 && i < 2_060;
      return [
        `${time} INFO order ${i} placed`,
        ...(isBroken ? [`${time} FATAL storage engine crashed: corrupt page ${i}`] : []),
      ];
    }).flat();
    const file = folder.path('orders.log');
    writeFileSync(file, `${lines.join('\n')}\n`);
    const crash = 'storage engine crashed: corrupt page <*>';
    const rules = { rules: [{ kind: 'mute', templates: [crash], reason: 'a test' }] };
    writeFileSync(folder.path('mute.json'), JSON.stringify(rules));
    const heard = await culprit(['analyze', file, '--report', 'json']);
    expect(heard.stdout).toContain('storage engine crashed');
    const muted = await culprit([
      'analyze',
      file,
      '--report',
      'json',
      '--template-rules',
      folder.path('mute.json'),
    ]);
    expect(muted.stdout).not.toContain('storage engine crashed');
    expect(muted.stderr).toContain('anomalies of muted event types not reported');
    const listed = await culprit([
      'templates',
      file,
      '--template-rules',
      folder.path('mute.json'),
      '-o',
      'json',
    ]);
    expect(JSON.parse(listed.stdout)).toMatchObject({
      ofAll: { lines: lines.length },
      templates: expect.arrayContaining([expect.objectContaining({ text: crash, count: 59 })]) as unknown,
    });
  });
});
