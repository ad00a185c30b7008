import { routesOf } from '../../libs/platform/src/openapi/routes.js';
import type { Role } from '@culprit/platform';
import { queryConfigSchema, queryModule } from '@culprit/service-query/module';
import type { NewTokenJson, TokenJson } from '@culprit/service-query/module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ruleOfRoute } from '../../services/query/src/auth/route-roles.js';
import { postJson, startQueryServer, type QueryServer } from './support/query-server.js';
import { reportOf, rowsOf } from './support/stored-fixture.js';

const absent: never = undefined as never;
const operator = 'operator-token-0123456789';
const roles = ['viewer', 'editor', 'admin'] as const satisfies readonly Role[];
const rank = (role: Role | 'public' | undefined): number =>
  role === 'public' ? -1 : role === undefined ? 9 : roles.indexOf(role);

/** Every route of the query service, as its decorators say it. */
const routes = routesOf(
  queryModule({
    store: absent,
    ledger: absent,
    config: queryConfigSchema.parse({}),
    rulePublisher: absent,
    decisionPublisher: absent,
    consoleDirectory: '',
  }).controllers ?? [],
);
const guarded = routes.filter(({ isGuarded }) => isGuarded);

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
}

/** Asks and reads what comes first: a stream of news never ends by itself. */
async function ask(base: string, method: string, path: string, secret: string | undefined): Promise<Answer> {
  const stop = new AbortController();
  const response = await fetch(`${base}${path}`, {
    method,
    signal: stop.signal,
    headers: {
      accept: 'application/json, text/event-stream',
      ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
      ...(method === 'GET' || method === 'DELETE' ? {} : { 'content-type': 'application/json' }),
    },
    // Not what any route wants: the question is whether it is looked at.
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: '"nothing that a route takes"' }),
  });
  const { status } = response;
  if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
    stop.abort();
    return { status, code: undefined, text: '' };
  }
  const text = await response.text();
  const code = /"code":\s*"(\w+)"/.exec(text)?.[1];
  return { status, code, text };
}

function addressOf(path: string): string {
  return path.replaceAll(/\{\w+\}/g, 'ffffffffffff');
}

describe('access', () => {
  let server: QueryServer;
  const secrets = new Map<string, string>();

  async function create(body: object, secret = operator): Promise<NewTokenJson> {
    const answer = await postJson(`${server.base}/api/v1/tokens`, body, {
      authorization: `Bearer ${secret}`,
    });
    expect(answer.status).toBe(201);
    return (await answer.json()) as NewTokenJson;
  }

  beforeAll(async () => {
    server = await startQueryServer({ tokens: `default:${operator}` });
    for (const role of roles)
      secrets.set(role, (await create({ name: `a ${role}`, kind: 'user', role })).secret);
    for (const role of roles)
      secrets.set(
        `other ${role}`,
        (await create({ name: `their ${role}`, kind: 'user', role, tenant: 'other' })).secret,
      );
  });
  afterAll(() => server.close());

  it('knows every route of the service: one that nobody wrote down is nobody’s', () => {
    expect(routes.length).toBeGreaterThan(50);
    expect(routes.filter(({ handler }) => ruleOfRoute(handler) === undefined)).toEqual([]);
    expect(ruleOfRoute('Nothing.here')).toBeUndefined();
    expect(ruleOfRoute('constructor')).toBeUndefined();
  });

  it('guards every route but those that hold no data', () => {
    const wrong = routes.filter(
      ({ handler, isGuarded }) => isGuarded === (ruleOfRoute(handler)?.role === 'public'),
    );
    expect(wrong).toEqual([]);
  });

  it('writes down every route that changes something', () => {
    const silent = guarded.filter(
      ({ handler, method }) => method !== 'get' && ruleOfRoute(handler)?.action === undefined,
    );
    expect(silent.map(({ handler }) => handler)).toEqual(['Mcp.receive']);
  });

  it.each(guarded.map(({ method, path, handler }) => [method.toUpperCase(), path, handler] as const))(
    'lets those ask %s %s who may',
    async (method, path, handler) => {
      const needed = ruleOfRoute(handler)?.role;
      expect((await ask(server.base, method, addressOf(path), undefined)).status).toBe(401);
      expect((await ask(server.base, method, addressOf(path), 'culprit_user_0123456789abcdef')).status).toBe(
        401,
      );
      for (const role of roles) {
        const { status, code } = await ask(server.base, method, addressOf(path), secrets.get(role));
        const isAllowed = rank(role) >= rank(needed);
        expect([role, status === 401 || (status === 403 && code === 'CULPRIT_HTTP_FORBIDDEN')]).toEqual([
          role,
          !isAllowed,
        ]);
        expect([role, status < 500]).toEqual([role, true]);
      }
    },
  );

  describe('of two tenants', () => {
    const marker = 'nobody-else-sees-this';
    const statuses: number[] = [];

    beforeAll(async () => {
      const other = server.store.forTenant({ tenant: 'other' });
      const writer = other.createEventWriter();
      await writer.append(rowsOf({ sequence: 1, logType: marker, pod: marker }, [`${marker} failed`]));
      await writer.flush();
      await other.reports.save(reportOf('inc-9', { title: marker }));
      await other.templates.save(
        [
          {
            environment: marker,
            logType: marker,
            templateId: 'abcdefabcdefabcd' as never,
            text: marker,
            canonicalId: 'abcdefabcdefabcd' as never,
          },
        ],
        1,
      );
      const admin = { authorization: `Bearer ${secrets.get('other admin')}` };
      for (const [path, body] of [
        ['notification-channels', { kind: 'webhook', name: marker, url: 'https://hooks.example/x' }],
        ['incidents/inc-9/notes', { author: 'them', text: marker }],
      ] as const)
        statuses.push((await postJson(`${server.base}/api/v1/${path}`, body, admin)).status);
      await create({ name: marker, kind: 'user', role: 'viewer' }, secrets.get('other admin'));
    });

    const ids = ['inc-9', 'abcdefabcdefabcd'];
    const reads = guarded.filter(({ method, path }) => method === 'get' && !path.endsWith('/stream'));
    const addresses = reads.flatMap(({ path }) =>
      path.includes('{') ? ids.map((id) => path.replaceAll(/\{\w+\}/g, id)) : [path],
    );

    it('shows each its own', async () => {
      expect(statuses).toEqual([201, 201]);
      const seen = await Promise.all(
        addresses.map(async (path) => (await ask(server.base, 'GET', path, secrets.get('other admin'))).text),
      );
      expect(seen.filter((text) => text.includes(marker)).length).toBeGreaterThanOrEqual(6);
    });

    it.each(addresses)('shows nothing of another tenant at GET %s', async (path) => {
      const { status, text } = await ask(server.base, 'GET', path, secrets.get('admin'));
      expect(text).not.toContain(marker);
      expect(status).toBeLessThan(500);
    });

    it('lets no admin manage the access of another tenant', async () => {
      const { token } = await create({ name: 'ours', kind: 'user' }, secrets.get('admin'));
      const their = secrets.get('other admin') ?? '';
      const list = await ask(server.base, 'GET', '/api/v1/tokens', their);
      expect(list.text).not.toContain(token.tokenId);
      expect((await ask(server.base, 'DELETE', `/api/v1/tokens/${token.tokenId}`, their)).status).toBe(404);
      const foreign = { name: 'sneaky', kind: 'user', tenant: 'default' };
      const refused = await postJson(`${server.base}/api/v1/tokens`, foreign, {
        authorization: `Bearer ${their}`,
      });
      expect(refused.status).toBe(403);
    });

    it('takes no lines of a tenant whose lines nobody keeps apart', async () => {
      const body = { name: 'lines of others', kind: 'ingest', tenant: 'other' };
      const refused = await postJson(`${server.base}/api/v1/tokens`, body, {
        authorization: `Bearer ${operator}`,
      });
      expect(refused.status).toBe(400);
    });
  });

  it('shows a secret once and keeps none', async () => {
    const made = await create({ name: 'once', kind: 'ingest', environment: 'shop' });
    expect(made.secret).toMatch(/^culprit_in_/);
    const list = await ask(server.base, 'GET', '/api/v1/tokens', operator);
    expect(list.text).toContain(made.token.tokenId);
    for (const { secret } of [made]) expect(list.text).not.toContain(secret);
    const kept = JSON.stringify(
      await server.store.forTenant({ tenant: '' }).documents.list('access-token', 100),
    );
    expect(kept).not.toContain(made.secret);
    const audit = await ask(server.base, 'GET', '/api/v1/audit', operator);
    expect(audit.text).not.toContain(made.secret);
  });

  it('ends a token when it is revoked, and an old secret when its overlap is over', async () => {
    const { token, secret } = await create({ name: 'turning', kind: 'user', role: 'viewer' });
    const works = async (one: string): Promise<boolean> =>
      (await ask(server.base, 'GET', '/api/v1/overview', one)).status === 200;
    const rotate = async (overlapMinutes: number): Promise<NewTokenJson> => {
      const address = `${server.base}/api/v1/tokens/${token.tokenId}/rotate`;
      const answer = await postJson(address, { overlapMinutes }, { authorization: `Bearer ${operator}` });
      return (await answer.json()) as NewTokenJson;
    };
    const second = await rotate(60);
    expect(second.token.overlapEndsAt).not.toBeNull();
    expect([await works(secret), await works(second.secret)]).toEqual([true, true]);
    const third = await rotate(0);
    expect([await works(secret), await works(second.secret), await works(third.secret)]).toEqual([
      false,
      false,
      true,
    ]);
    await ask(server.base, 'DELETE', `/api/v1/tokens/${token.tokenId}`, operator);
    expect(await works(third.secret)).toBe(false);
    const { tokens } = JSON.parse((await ask(server.base, 'GET', '/api/v1/tokens', operator)).text) as {
      readonly tokens: readonly TokenJson[];
    };
    expect(tokens.find(({ tokenId }) => tokenId === token.tokenId)).toMatchObject({
      state: 'revoked',
      lastUsedAt: expect.stringContaining('T'),
    });
  });

  it('writes down who did what from where, what was refused too', async () => {
    const { token } = await create({ name: 'noted', kind: 'ingest' });
    await postJson(
      `${server.base}/api/v1/tokens`,
      { name: 'noted', kind: 'ingest' },
      {
        authorization: `Bearer ${operator}`,
      },
    );
    const { text } = await ask(server.base, 'GET', '/api/v1/audit?limit=2', operator);
    const { entries } = JSON.parse(text) as { readonly entries: readonly object[] };
    expect(entries).toMatchObject([
      { action: 'make a token', outcome: 'refused: CULPRIT_QUERY_NAME_TAKEN', from: '127.0.0.1' },
      {
        who: expect.stringContaining('token of the configuration'),
        subject: `/api/v1/tokens ${token.tokenId}`,
        outcome: 'done',
      },
    ]);
  });
});

describe('an open installation', () => {
  it('is closed by the first user token, which must be one of an admin', async () => {
    const server = await startQueryServer();
    try {
      const overview = async (headers: Record<string, string> = {}): Promise<number> =>
        (await fetch(`${server.base}/api/v1/overview`, { headers })).status;
      const tokens = `${server.base}/api/v1/tokens`;
      expect(await overview()).toBe(200);
      const viewer = await postJson(tokens, { name: 'reader', kind: 'user' });
      expect([viewer.status, await viewer.json()]).toMatchObject([
        409,
        { code: 'CULPRIT_QUERY_NEEDS_ADMIN' },
      ]);
      const made = (await (
        await postJson(tokens, { name: 'me', kind: 'user', role: 'admin' })
      ).json()) as NewTokenJson;
      const admin = { authorization: `Bearer ${made.secret}` };
      expect([await overview(), await overview(admin)]).toEqual([401, 200]);
      await fetch(`${tokens}/${made.token.tokenId}`, { method: 'DELETE', headers: admin });
      // Nothing opens again what was closed: only the configuration has a way in now.
      expect([await overview(), await overview(admin)]).toEqual([401, 401]);
    } finally {
      await server.close();
    }
  });
});
