import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenApiDocument } from '@culprit/platform';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { postJson, startQueryServer, type QueryServer } from './support/query-server.js';
import { templateId } from './support/stored-fixture.js';

const committed = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'openapi.json'), 'utf8'),
) as OpenApiDocument;

/** What stands for the parameter of an address: something that is there. */
type Ids = Readonly<Record<string, string>>;

describe('the OpenAPI document', () => {
  let server: QueryServer;
  let ids: Ids;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(committed, 'culprit');

  beforeAll(async () => {
    server = await startQueryServer();
    ids = await findIds(server.base);
  });
  afterAll(() => server.close());

  /** What is wrong with an answer by the document; empty when nothing is. */
  async function breaches(address: string, method: string, answer: Response): Promise<readonly string[]> {
    const operation = committed.paths[address]?.[method];
    const described = operation?.responses[answer.status] ?? operation?.responses['default'];
    if (described === undefined) return [`status ${answer.status} is not described`];
    const status = operation?.responses[answer.status] === undefined ? 'default' : `${answer.status}`;
    if (described.content === undefined) return [];
    const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
    if (described.content[type] === undefined && described.content['*/*'] === undefined) {
      return [`content type ${type} is not described`];
    }
    if (!type.endsWith('json')) return [];
    const pointer = ['paths', address, method, 'responses', status, 'content', type, 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const check = ajv.compile({ $ref: `culprit#/${pointer}` });
    check(await answer.json());
    return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  }

  it('is served where the routes are, and is the committed one', async () => {
    const answer = await fetch(`${server.base}/api/v1/openapi.json`);
    expect(await answer.json()).toEqual(committed);
  });

  const reads = Object.entries(committed.paths).flatMap(([address, methods]) =>
    // What sends a browser elsewhere has no answer of its own.
    methods['get']?.responses['200'] === undefined || address === '/api/v1/incidents/stream' ? [] : [address],
  );

  it.each(reads)('says what GET %s answers', async (address) => {
    const path = pathOf(address, ids);
    const answer = await fetch(`${server.base}${path}`);
    expect(answer.status).toBe(200);
    expect(await breaches(address, 'get', answer)).toEqual([]);
  });

  const withIds = reads.filter((address) => /^\/api\/v1\/.*\{id\}/.test(address));

  it.each(withIds)('says what GET %s answers about what is not there', async (address) => {
    const answer = await fetch(`${server.base}${address.replace('{id}', 'ffffffffffffffff')}`);
    expect(answer.status).toBe(404);
    expect(await breaches(address, 'get', answer)).toEqual([]);
  });

  const questions = reads.filter((address) => /^\/api\/v1\/(?!validate|openapi)/.test(address));

  it.each(questions)('says how GET %s refuses an argument that nobody knows', async (address) => {
    const parameters = committed.paths[address]?.['get']?.parameters ?? [];
    if (!parameters.some((parameter) => parameter.in === 'query')) return;
    const answer = await fetch(`${server.base}${address.replace('{id}', 'ffffffffffffffff')}?surprise=1`);
    expect(answer.status).toBe(400);
    expect(await breaches(address, 'get', answer)).toEqual([]);
  });

  it.each([
    ['/api/v1/scans', { at: 'now-5m' }, 202],
    ['/api/v1/scans', { at: 'soon' }, 400],
    ['/api/v1/scans', { at: 'now', surprise: 1 }, 400],
    ['/api/v1/template-rules', { kind: 'pin', template: 'order <*> shipped' }, 201],
    ['/api/v1/template-rules', { kind: 'pin' }, 400],
    ['/api/v1/incident-decisions', { kind: 'alert', incidentType: 'type-9', reason: 'loud' }, 201],
    ['/api/v1/incident-decisions', { kind: 'alert' }, 400],
    ['/api/v1/notification-channels', { kind: 'slack', name: 'chat', url: 'https://x.example' }, 201],
    ['/api/v1/notification-channels', { kind: 'slack', name: 'chat' }, 400],
    ['/api/v1/notification-rules', { name: 'all', channelIds: ['nowhere'] }, 400],
    ['/api/v1/webhooks/alertmanager', { alerts: [{ startsAt: 'now-5m' }] }, 202],
    ['/ingest/v1/logs', [{ message: 'hello' }], 200],
    ['/ingest/v1/logs?debug=1', [{ message: 'hello' }], 200],
    ['/loki/api/v1/push', { streams: [] }, 204],
    ['/v1/logs', { resourceLogs: [] }, 200],
  ])('says what POST %s %j answers', async (path, body, status) => {
    const answer = await postJson(`${server.base}${path}`, body);
    expect(answer.status).toBe(status);
    expect(await breaches(path.split('?')[0] ?? path, 'post', answer)).toEqual([]);
  });

  it('finds fault with an answer that is not as described', async () => {
    const wrong = Response.json({ incidents: [{ id: 7 }], total: -1, surprise: true });
    const found = await breaches('/api/v1/incidents', 'get', wrong);
    expect(found).toContain('/incidents/0/id must be string');
    expect(found).toContain('/total must be >= 0');
    expect(found).toContain(' must NOT have additional properties');
  });
});

/** An address with names of what is there for its parameters. */
function pathOf(address: string, ids: Ids): string {
  return address.replace(/\{(\w+)\}/g, (_, name: string) => {
    const key = `${address.slice(0, address.indexOf('{'))}${name}`;
    const id = ids[key] ?? ids[name];
    if (id === undefined) throw new Error(`findIds() does not know ${key}`);
    return encodeURIComponent(id);
  });
}

describe('another tenant', () => {
  const owner = { authorization: 'Bearer the-token-of-the-owner' };
  const stranger = { authorization: 'Bearer the-token-of-a-stranger' };
  let server: QueryServer;
  let ids: Ids;

  beforeAll(async () => {
    const tokens = 'default:the-token-of-the-owner,other:the-token-of-a-stranger';
    server = await startQueryServer({ tokens });
    ids = await findIds(server.base, owner);
  });
  afterAll(() => server.close());

  const addresses = Object.entries(committed.paths).flatMap(([address, methods]) =>
    address.startsWith('/api/v1/') && (methods['get']?.security.length ?? 0) > 0 ? [address] : [],
  );
  // One never ends; the other belongs to a foreign protocol and says the same to everybody.
  const asked = addresses.filter((address) => !/\/(?:stream|validate)$/.test(address));

  it('is asked about everything that the document guards', () => {
    expect(asked.length).toBeGreaterThan(15);
  });

  it.each(asked)('learns nothing from GET %s with names that it should not know', async (address) => {
    const path = pathOf(address, ids);
    const url = `${server.base}${path}`;
    const theirs = await fetch(url, { headers: owner });
    expect(theirs.status).toBe(200);
    await theirs.body?.cancel();
    const answer = await fetch(url, { headers: stranger });
    // A problem repeats the path that was asked for, which the stranger knew already.
    const text = (await answer.text()).replaceAll(path, '');
    expect(answer.status).toBe(address.includes('{') ? 404 : 200);
    expect(text).not.toMatch(/inc-1|inc-2|payment|order <\*>|orders|eth0|node-1/);
    expect((await fetch(url)).status).toBe(401);
  });
});

/** Makes what is not there yet and finds out the names of things. */
async function findIds(base: string, headers: Readonly<Record<string, string>> = {}): Promise<Ids> {
  const idOf = async (path: string, body: unknown): Promise<string> => {
    const location = (await postJson(`${base}${path}`, body, headers)).headers.get('location') ?? '';
    return location.slice(location.lastIndexOf('/') + 1);
  };
  const found = await (await fetch(`${base}/api/v1/events?q=payment`, { headers })).json();
  const scan = await idOf('/api/v1/scans', { at: '2026-03-01T09:30:00Z', environment: 'shop' });
  await vi.waitUntil(async () => {
    const { state } = (await (await fetch(`${base}/api/v1/scans/${scan}`, { headers })).json()) as {
      state: string;
    };
    return state === 'done';
  });
  const channel = { kind: 'webhook', name: 'hook', url: 'https://x.example?key=1', secret: 'a secret' };
  const channelId = await idOf('/api/v1/notification-channels', channel);
  await idOf('/api/v1/notification-rules', { name: 'all', channelIds: [channelId] });
  const batch = await (await postJson(`${base}/log/api/v2/batch`, {}, headers)).json();
  return {
    '/api/v1/incidents/id': 'inc-1',
    '/api/v1/templates/id': templateId,
    '/event-types/id': templateId,
    '/reports/id': 'inc-1',
    '/assets/name': 'a-1.js',
    rest: 'anything',
    '/api/v1/events/id': (found as { events: { eventId: string }[] }).events[0]?.eventId ?? '',
    '/api/v1/scans/id': scan,
    '/scans/id': scan,
    '/api/v1/template-rules/id': await idOf('/api/v1/template-rules', {
      kind: 'mute',
      template: 'cart emptied',
      reason: 'noise',
    }),
    id: (batch as { data: { batch_id: string } }).data.batch_id,
  };
}
