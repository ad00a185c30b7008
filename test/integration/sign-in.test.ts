import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postJson, startQueryServer, type QueryServer } from './support/query-server.js';

const password = 'correct horse battery staple';

function cookieOf(answer: Response): string {
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

describe('signing in with a password', () => {
  let server: QueryServer;
  let session: string;

  beforeAll(async () => {
    server = await startQueryServer();
    session = `${server.base}/api/v1/session`;
  });
  afterAll(() => server.close());

  const put = (name: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.base}/api/v1/users/${name}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const overview = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${server.base}/api/v1/overview`, { headers })).status;
  const signIn = (name: string, secret = password, headers: Record<string, string> = {}): Promise<Response> =>
    postJson(session, { name, password: secret }, headers);

  it('begins with an admin, who closes the door behind him', async () => {
    expect(await (await fetch(session)).json()).toMatchObject({
      isOpen: true,
      name: 'this machine',
      ways: { password: false, provider: false, token: false },
    });
    expect((await put('eve', { password })).status).toBe(409);
    expect((await put('anna', { password: 'too short', role: 'admin' })).status).toBe(400);
    expect((await put('anna', { password, role: 'admin' })).status).toBe(200);
    expect(await overview({})).toBe(401);
    expect(await (await fetch(session)).json()).toMatchObject({
      isOpen: false,
      name: null,
      ways: { password: true, token: true },
    });
  });

  it('gives a cookie that no script reads and no other site sends', async () => {
    const answer = await signIn('anna');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^culprit_session=culprit_session_[0-9a-f]{72}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    const cookie = cookieOf(answer);
    expect(await overview({ cookie })).toBe(200);
    expect(await overview({ cookie: `${cookie}0` })).toBe(401);
    expect(await (await fetch(session, { headers: { cookie } })).json()).toMatchObject({
      name: 'user anna',
      role: 'admin',
    });
  });

  it('lets a session change things from its own pages alone', async () => {
    const cookie = cookieOf(await signIn('anna'));
    const scan = (headers: Record<string, string>): Promise<Response> =>
      put('bea', { password, role: 'viewer' }, { cookie, ...headers });
    expect((await scan({})).status).toBe(403);
    expect((await scan({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await scan({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await scan({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await scan({ origin: server.base })).status).toBe(200);
    expect((await scan({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await signIn('anna', password, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('holds the role of the user, and ends when he may do nothing any more', async () => {
    const admin = { cookie: cookieOf(await signIn('anna')), 'sec-fetch-site': 'same-origin' };
    const viewer = { cookie: cookieOf(await signIn('bea')), 'sec-fetch-site': 'same-origin' };
    expect(await overview(viewer)).toBe(200);
    expect((await put('anna', { password }, viewer)).status).toBe(403);
    const gone = await fetch(`${server.base}/api/v1/users/bea`, { method: 'DELETE', headers: admin });
    expect(gone.status).toBe(204);
    expect(await overview(viewer)).toBe(401);
    expect((await signIn('bea')).status).toBe(401);
  });

  it('ends with a sign-out', async () => {
    const cookie = cookieOf(await signIn('anna'));
    const out = await fetch(session, {
      method: 'DELETE',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    });
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(await overview({ cookie })).toBe(401);
  });

  it('keeps neither password nor cookie, and writes every try down', async () => {
    const cookie = cookieOf(await signIn('anna'));
    expect((await signIn('anna', 'wrong')).status).toBe(401);
    const { documents } = server.store.forTenant({ tenant: '' });
    const kept = JSON.stringify([
      await documents.list('access-user', 100),
      await documents.list('access-session', 100),
    ]);
    expect(kept).toContain('anna');
    expect(kept).not.toContain(password);
    expect(kept).not.toContain(cookie.split('=')[1]);
    const audit = await (await fetch(`${server.base}/api/v1/audit`, { headers: { cookie } })).text();
    expect(audit).toContain('sign in with a password');
    expect(audit).toContain('refused: wrong name or password');
    expect(audit).toContain('set a password');
    expect(audit).not.toContain(password);
  });

  it('makes who guesses wait', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await signIn('mallory', `guess ${i}`)).status);
    expect(statuses.slice(0, 4)).toEqual([401, 401, 401, 401]);
    const late = await signIn('mallory', 'guess');
    expect([late.status, Number(late.headers.get('retry-after')) > 0]).toEqual([429, true]);
  });
});
