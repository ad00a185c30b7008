import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toEpochNanos } from '@culprit/kernel';
import type { LogTypeName } from '@culprit/kernel';
import { createHealth, silentLogger } from '@culprit/platform';
import type { Health, HttpApp } from '@culprit/platform';
import type { RuleChange } from '@culprit/scoring';
import { createEmbeddedStore } from '@culprit/store';
import type { Store } from '@culprit/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQueryApp } from '../support/query-app.js';
import { environment, reportOf, rowsOf, start, templateId } from './support/stored-fixture.js';

const hostile = '<script>alert(1)</script>\u001b[31mred\u001b[0m\u202e" onload="x';

const pages = {
  'index.html': '<!doctype html><title>Culprit</title>',
  'assets/a-1.js': 'export {};\n'.repeat(50),
  'assets/secret.txt': 'no page needs this',
};

describe('query service', () => {
  let directory: string;
  let store: Store;
  let app: HttpApp;
  let health: Health;
  let base: string;
  const published: RuleChange[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'culprit-query-'));
    await mkdir(join(directory, 'pages', 'assets'), { recursive: true });
    for (const [name, text] of Object.entries(pages)) await writeFile(join(directory, 'pages', name), text);
    store = await createEmbeddedStore({ directory: join(directory, 'store'), logger: silentLogger });
    const writer = store.createEventWriter();
    const orders = Array.from({ length: 30 }, (_, i) =>
      i === 20 ? 'payment failed 20' : `order ${i} placed`,
    );
    await writer.append(rowsOf({ sequence: 1, logType: 'orders', pod: 'orders-1' }, orders));
    await writer.append(rowsOf({ sequence: 2, logType: 'orders', pod: 'orders-2' }, ['twin of orders']));
    await writer.append(rowsOf({ sequence: 3, logType: 'cart', pod: 'cart-1' }, [hostile, 'cart emptied']));
    await writer.flush();
    await store.templates.save(
      [
        {
          environment,
          logType: 'orders',
          templateId,
          text: 'order <*> placed',
          canonicalId: templateId,
        },
      ],
      1,
    );
    await store.reports.save(reportOf('inc-1'));
    await store.reports.save(
      reportOf('inc-1', { revision: 2, title: 'orders cannot reach shipping at all' }),
    );
    await store.reports.save(
      reportOf('inc-2', {
        start: toEpochNanos(start + 3_600_000),
        end: toEpochNanos(start + 3_660_000),
        significance: 'low',
        title: hostile,
        summary: hostile,
        logTypes: ['cart'],
        hallmarks: [{ time: toEpochNanos(start), logType: hostile, body: hostile }],
        coreEvents: reportOf('x').coreEvents.map((event) => ({
          ...event,
          body: hostile,
          reasons: [hostile],
        })),
      }),
    );
    health = createHealth();
    app = await createQueryApp({
      store,
      health,
      consoleDirectory: join(directory, 'pages'),
      rulePublisher: {
        publish: (_tenant, changes) => {
          published.push(...changes);
          return Promise.resolve();
        },
      },
    });
    base = await app.listen('127.0.0.1', 0);
  });

  afterAll(async () => {
    await app.close();
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function get(path: string): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${base}${path}`);
    return { status: answer.status, body: await answer.json() };
  }

  async function post(path: string, body: unknown): Promise<Response> {
    return fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  describe('incidents', () => {
    it('lists the latest revision of each, latest start first', async () => {
      expect(await get('/api/v1/incidents')).toMatchObject({
        status: 200,
        body: {
          total: 2,
          nextPageToken: null,
          incidents: [
            { id: 'inc-2' },
            { id: 'inc-1', revision: 2, title: 'orders cannot reach shipping at all' },
          ],
        },
      });
    });

    it.each([
      ['significance=high', ['inc-1']],
      ['significance=low,medium', ['inc-2']],
      ['logType=orders', ['inc-1']],
      ['from=2026-03-01T10:00:00Z', ['inc-2']],
      ['to=2026-03-01T10:00:00%2B00:00', ['inc-1']],
      [`from=${start / 1000}&to=${start + 1}`, ['inc-1']],
      ['host=node-9', []],
      ['type=type-1', ['inc-2', 'inc-1']],
    ])('filters by %s', async (query, ids) => {
      const { body } = await get(`/api/v1/incidents?${query}`);
      expect((body as { incidents: { id: string }[] }).incidents.map(({ id }) => id)).toEqual(ids);
    });

    it('goes on where a page ended', async () => {
      const first = (await get('/api/v1/incidents?pageSize=1')).body as { nextPageToken: string };
      expect(first).toMatchObject({ incidents: [{ id: 'inc-2' }] });
      const next = await get(
        `/api/v1/incidents?pageSize=1&pageToken=${encodeURIComponent(first.nextPageToken)}`,
      );
      expect(next.body).toMatchObject({ incidents: [{ id: 'inc-1' }] });
    });

    it('shows one with its revisions, times to the nanosecond', async () => {
      const { body } = await get('/api/v1/incidents/inc-1');
      expect(body).toMatchObject({
        id: 'inc-1',
        start: '2026-03-01T09:30:00.000000000Z',
        revisions: [{ revision: 1 }, { revision: 2 }],
        coreEvents: [
          {
            role: 'cause',
            body: 'eth0: link down',
            time: '2026-03-01T09:30:01.000000123Z',
            severity: 'ERROR',
          },
          { role: 'symptom' },
        ],
        related: { '1': 3, '2': 4, '3': 5 },
      });
    });

    it('is a file to pass on, as Markdown whose log text cannot break out, or as JSON', async () => {
      const markdown = await fetch(`${base}/api/v1/incidents/inc-2/export`);
      expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
      expect(markdown.headers.get('content-disposition')).toBe('attachment; filename="inc-2.md"');
      const text = await markdown.text();
      expect(text).toMatch(/^## /);
      expect(text).not.toContain('\u001b');
      const json = await fetch(`${base}/api/v1/incidents/inc-1/export?format=json&revision=1`);
      expect(json.headers.get('content-disposition')).toBe('attachment; filename="inc-1.json"');
      expect(await json.json()).toMatchObject({ id: 'inc-1', revision: 1 });
      expect((await fetch(`${base}/api/v1/incidents/inc-1/export?format=pdf`)).status).toBe(400);
    });

    it('is not sent again to who has it, until it changes', async () => {
      const first = await fetch(`${base}/api/v1/incidents/inc-1`);
      const tag = first.headers.get('etag') ?? '';
      expect(tag).toMatch(/^"[\w-]+"$/);
      const again = await fetch(`${base}/api/v1/incidents/inc-1`, {
        headers: { 'if-none-match': `W/${tag}, "other"` },
      });
      expect([again.status, await again.text()]).toEqual([304, '']);
      const other = await fetch(`${base}/api/v1/incidents/inc-1?revision=1`, {
        headers: { 'if-none-match': tag },
      });
      expect(other.status).toBe(200);
    });

    it('shows an older revision when asked', async () => {
      const { body } = await get('/api/v1/incidents/inc-1?revision=1');
      expect(body).toMatchObject({ revision: 1, title: 'orders cannot reach shipping' });
    });

    it.each([
      [1, 3],
      [2, 4],
      [3, 5],
    ])('nests related events: zoom %i shows %i', async (zoom, count) => {
      const { body } = await get(`/api/v1/incidents/inc-1/related?zoom=${zoom}`);
      const related = body as { total: number; isComplete: boolean; events: { zoom: number }[] };
      expect(related).toMatchObject({ total: count, isComplete: true });
      expect(related.events).toHaveLength(count);
    });

    it('keeps feedback with the kind of incident', async () => {
      const answer = await post('/api/v1/incidents/inc-1/feedback', { verdict: 'useful', note: 'right' });
      expect(answer.status).toBe(200);
      const saved = await store.feedback.list(reportOf('inc-1').incidentType);
      expect(saved).toMatchObject([{ incidentId: 'inc-1', verdict: 'useful', note: 'right' }]);
    });
  });

  describe('events', () => {
    it('searches by text, log type, severity and template', async () => {
      const failed = await get('/api/v1/events?q=payment%20FAILED');
      expect(failed.body).toMatchObject({
        total: 1,
        events: [{ body: 'payment failed 20', severity: 'ERROR' }],
      });
      expect((await get('/api/v1/events?logType=cart')).body).toMatchObject({ total: 2 });
      expect((await get('/api/v1/events?severity=error')).body).toMatchObject({ total: 1 });
      expect((await get(`/api/v1/events?template=${templateId}`)).body).toMatchObject({ total: 33 });
    });

    it('leaves the number out when it is not asked for', async () => {
      const { body } = await get('/api/v1/events?q=order&pageSize=2&counted=false');
      expect(body).toMatchObject({ total: null, events: [{}, {}] });
      expect((await get('/api/v1/events?counted=perhaps')).status).toBe(400);
    });

    it('counts what a search finds by time and severity', async () => {
      const { body } = await get('/api/v1/events/histogram?logType=orders&severity=error&buckets=10');
      expect(body).toMatchObject({
        total: 1,
        bucketMillis: 5_000,
        buckets: [{ count: 1, bySeverity: { error: 1, info: 0 } }],
      });
      expect((await get('/api/v1/events/histogram')).body).toMatchObject({ total: 33 });
      expect((await get('/api/v1/events/histogram?logType=nobody')).body).toEqual({
        from: null,
        to: null,
        bucketMillis: 0,
        total: 0,
        buckets: [],
      });
      expect((await get('/api/v1/events/histogram?buckets=501')).status).toBe(400);
      expect((await get('/api/v1/anomalies/histogram')).body).toMatchObject({ total: 0, buckets: [] });
    });

    it('pages through all events without a gap or a repeat', async () => {
      const seen: string[] = [];
      let token: string | null = '';
      while (token !== null) {
        const suffix: string = token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`;
        const { body } = await get(`/api/v1/events?pageSize=10${suffix}`);
        const page = body as { events: { eventId: string }[]; nextPageToken: string | null };
        seen.push(...page.events.map(({ eventId }) => eventId));
        token = page.nextPageToken;
      }
      expect(seen).toHaveLength(33);
      expect(new Set(seen).size).toBe(33);
    });

    it('treats search text as text', async () => {
      const texts = ["' OR 1=1 --", '%', '_', '{text:String}', "\\'; DROP TABLE events; --"];
      for (const text of texts) {
        const { status, body } = await get(`/api/v1/events?q=${encodeURIComponent(text)}`);
        expect(status).toBe(200);
        expect(body).toMatchObject({ total: 0 });
      }
      expect((await get('/api/v1/events')).body).toMatchObject({ total: 33 });
    });

    it('peeks round an event in its stream or its log type', async () => {
      const found = (await get('/api/v1/events?q=payment')).body as { events: { eventId: string }[] };
      const id = found.events[0]?.eventId ?? '';
      const stream = await get(`/api/v1/events/${id}/peek?before=2&after=2`);
      expect((stream.body as { events: { body: string }[] }).events.map(({ body }) => body)).toEqual([
        'order 18 placed',
        'order 19 placed',
        'payment failed 20',
        'order 21 placed',
        'order 22 placed',
      ]);
      const logType = await get(`/api/v1/events/${id}/peek?before=1000&after=0&scope=logType`);
      expect(
        (logType.body as { events: { pod: string }[] }).events.some(({ pod }) => pod === 'orders-2'),
      ).toBe(true);
    });

    it('lists event types with counts', async () => {
      const { body } = await get('/api/v1/templates?logType=orders');
      expect(body).toMatchObject({ templates: [{ templateId, text: 'order <*> placed', count: 31 }] });
    });
  });

  it('hands a rule about event types on, also when it is set again, as the same version', async () => {
    const rule = { kind: 'rename', templateIds: [templateId], logType: 'orders', name: 'Order' };
    const statuses = [await post('/api/v1/template-rules', rule), await post('/api/v1/template-rules', rule)];
    expect(statuses.map(({ status }) => status)).toEqual([201, 200]);
    expect(published).toHaveLength(2);
    expect(published[0]).toMatchObject({
      rule: { kind: 'rename', environment: 'shop', logType: 'orders', templates: ['order <*> placed'] },
    });
    expect(published[1]).toEqual(published[0]);
    const location = statuses[0]?.headers.get('location') ?? '';
    expect((await get(location)).body).toMatchObject({ name: 'Order', templates: ['order <*> placed'] });
  });

  it('tells how much is learned', async () => {
    health.addLag('structuring', () => 7);
    const { body } = await get('/api/v1/overview');
    expect(body).toMatchObject({
      events: 33,
      reports: 2,
      learning: { state: 'learning', text: 'learning: 29 s so far' },
      lag: { structuring: 7 },
    });
    const { logTypes } = body as { logTypes: { logType: string }[] };
    expect(logTypes.map(({ logType }) => logType as LogTypeName)).toEqual(['orders', 'cart']);
  });

  it('runs a scan as an operation that can be asked for', async () => {
    const answer = await post('/api/v1/scans', { at: '2026-03-01T09:30:00Z', environment: 'shop' });
    expect(answer.status).toBe(202);
    const location = answer.headers.get('location') ?? '';
    expect(location).toMatch(/^\/api\/v1\/scans\/[\w-]+$/);
    await expect
      .poll(async () => (await get(location)).body, { timeout: 5_000 })
      .toMatchObject({ state: 'done', at: '2026-03-01T09:30:00.000000000Z' });
  });

  it('explains when alerts of the Alertmanager began, once', async () => {
    const body = {
      version: '4',
      status: 'firing',
      receiver: 'culprit',
      groupKey: '{}',
      alerts: [
        alert('HighErrorRate', '2026-03-01T09:30:12.345Z'),
        alert('SlowRequests', '2026-03-01T09:30:40Z'),
        alert('Cleared', '2026-03-01T08:00:00Z', 'resolved'),
      ],
    };
    const path = '/api/v1/webhooks/alertmanager?environment=shop';
    const answer = await post(path, body);
    expect(answer.status).toBe(202);
    const { scans } = (await answer.json()) as { scans: { id: string; at: string; reason: string }[] };
    expect(scans.map(({ at, reason }) => [at, reason])).toEqual([
      ['2026-03-01T09:30:12.345000000Z', 'alerts: HighErrorRate, SlowRequests'],
    ]);
    expect(await (await post(path, body)).json()).toMatchObject({ scans: [{ id: scans[0]?.id }] });
    const list = (await get('/api/v1/scans')).body as { scans: { id: string }[] };
    expect(list.scans.map(({ id }) => id)).toContain(scans[0]?.id);
    expect((await post(path, { alerts: [{ startsAt: 'soon' }] })).status).toBe(400);
  });

  describe('bad requests', () => {
    it.each([
      ['/api/v1/incidents?pageSize=0', 400],
      ['/api/v1/incidents?pageSize=1001', 400],
      ['/api/v1/incidents?pageToken=AAAA', 400],
      ['/api/v1/incidents?significance=huge', 400],
      ['/api/v1/incidents?from=yesterday', 400],
      ['/api/v1/incidents?from=2026-02-30T00:00:00Z', 400],
      ['/api/v1/incidents?from=2026-03-01T09:30:00', 400],
      ['/api/v1/incidents?unknown=1', 400],
      ['/api/v1/incidents/none', 404],
      ['/api/v1/incidents/none/revisions', 404],
      ['/api/v1/incidents/a%20b', 400],
      ['/api/v1/incidents/inc-1/related?zoom=4', 400],
      ['/api/v1/events?template=xyz', 400],
      ['/api/v1/events?severity=loud', 400],
      ['/api/v1/events/00-000000000009-00000/peek', 404],
      ['/api/v1/events/..%2f..%2fetc/peek', 400],
      ['/api/v1/scans/none', 404],
      ['/api/v1/nothing', 404],
      ['/%ff', 400],
    ])('answers %s with problem+json %i', async (path, status) => {
      const answer = await fetch(`${base}${path}`);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await answer.json()).toMatchObject({ status, code: expect.stringMatching(/^CULPRIT_/) });
    });

    it.each([
      ['/api/v1/scans', 'DELETE', 'GET, HEAD, POST'],
      ['/api/v1/incidents/inc-1', 'PATCH', 'GET, HEAD'],
      ['/healthz', 'POST', 'GET, HEAD'],
    ])('says which methods %s has to who asks with %s', async (path, method, allowed) => {
      const answer = await fetch(`${base}${path}`, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe(allowed);
      expect(await answer.json()).toMatchObject({ code: 'CULPRIT_HTTP_METHOD_NOT_ALLOWED' });
    });

    it.each([
      [{ at: 'soon' }, 'at'],
      [{}, 'at'],
      [{ at: 1_772_357_400, extra: 1 }, ''],
    ])('refuses the scan %j and names the field', async (body, field) => {
      const answer = await post('/api/v1/scans', body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ errors: [{ field }] });
    });
  });

  describe('console', () => {
    it.each(['/', '/reports/inc-1', '/event-types/00000000000000aa', '/search?q=x', '/scans/x'])(
      'answers %s with the page, under a policy that allows nothing inline',
      async (path) => {
        const answer = await fetch(`${base}${path}`);
        expect(answer.status).toBe(200);
        expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
        expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'self'; /);
        expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
        expect(await answer.text()).toBe(pages['index.html']);
      },
    );

    it('packs files for those who can unpack, and answers what is known with 304', async () => {
      const answer = await fetch(`${base}/assets/a-1.js`);
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      expect(answer.headers.get('cache-control')).toContain('immutable');
      expect(await answer.text()).toBe(pages['assets/a-1.js']);
      const etag = answer.headers.get('etag') ?? '';
      const again = await fetch(`${base}/assets/a-1.js`, { headers: { 'if-none-match': etag } });
      expect([again.status, await again.text()]).toEqual([304, '']);
      const plain = await fetch(`${base}/assets/a-1.js`, { headers: { 'accept-encoding': 'identity' } });
      expect(plain.headers.get('content-encoding')).toBeNull();
    });

    it.each(['/assets/none.js', '/assets/..%2findex.html', '/assets/secret.txt', '/nowhere'])(
      'has nothing at %s',
      async (path) => {
        expect((await fetch(`${base}${path}`)).status).toBe(404);
      },
    );
  });

  describe('stream of reports', () => {
    it('says where it stands, then tells of a report that was saved', async () => {
      const aborting = new AbortController();
      const answer = await fetch(`${base}/api/v1/incidents/stream`, { signal: aborting.signal });
      expect(answer.headers.get('content-type')).toContain('text/event-stream');
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader?.read())?.value).toMatch(/^id: \w{8}-0\nevent: ready\ndata: {}\n\n$/);
      await store.reports.save(reportOf('inc-live', { start: toEpochNanos(start - 86_400_000) }));
      expect((await reader?.read())?.value).toMatch(
        /^id: \w{8}-1\nevent: report\ndata: {"incidentId":"inc-live","revision":1,"isNew":true}\n\n$/,
      );
      aborting.abort();
    });
  });
});

/** An alert as the Alertmanager words it. */
function alert(alertname: string, startsAt: string, status = 'firing'): object {
  const labels = { alertname, severity: 'page' };
  const endsAt = '0001-01-01T00:00:00Z';
  return { status, labels, annotations: { summary: 'errors' }, startsAt, endsAt, fingerprint: 'c1' };
}
