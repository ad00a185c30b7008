/**
 * Signing in at a real OpenID Connect provider: node-oidc-provider, a certified one, with its own login and consent pages.
 * Command: npm run test:clients. The first time it needs the npm registry.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCulprit, type Culprit } from '../e2e/support/culprit.js';
import { fetchNpmPackage } from './support/fetched.js';

const groupsOf: Readonly<Record<string, readonly string[]>> = {
  anna: ['sre', 'staff'],
  bob: ['staff'],
  eve: [],
};

interface ProviderModule {
  readonly default: new (
    issuer: string,
    options: object,
  ) => { callback(): Parameters<Server['on']>[1]; proxy: boolean };
}

async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A browser as far as signing in needs one: cookies by host, redirects, and forms that it submits. */
class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();
  readonly visited: string[] = [];

  async open(address: string, init: RequestInit = {}): Promise<Response> {
    let url = new URL(address);
    let request = init;
    for (let hops = 0; hops < 20; hops++) {
      const response = await this.#ask(url, request);
      const location = response.headers.get('location');
      if (location === null) return response;
      url = new URL(location, url);
      request = {};
    }
    throw new Error('too many redirects');
  }

  cookiesOf(address: string): string {
    const known = this.#cookies.get(new URL(address).host) ?? new Map<string, string>();
    return [...known].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Submits the form of a page with these fields beside the hidden ones. */
  async submit(page: Response, fields: Readonly<Record<string, string>>): Promise<Response> {
    const html = await page.text();
    const action = /<form[^>]* action="([^"]+)"/.exec(html)?.[1];
    if (action === undefined) throw new Error(`no form in: ${html.slice(0, 500)}`);
    const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']): [string, string] => [name, value],
    );
    return await this.open(new URL(action, page.url).href, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams([...hidden, ...Object.entries(fields)]).toString(),
    });
  }

  async #ask(url: URL, init: RequestInit): Promise<Response> {
    this.visited.push(url.href);
    const headers = new Headers(init.headers);
    headers.set('cookie', this.cookiesOf(url.href));
    const response = await fetch(url, { ...init, redirect: 'manual', headers });
    const jar = this.#cookies.get(url.host) ?? new Map<string, string>();
    this.#cookies.set(url.host, jar);
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
}

describe('signing in at an identity provider', () => {
  let provider: Server;
  let culprit: Culprit;

  beforeAll(async () => {
    const directory = await fetchNpmPackage('oidc-provider', '9.13.3');
    const { default: Provider } = (await import(
      pathToFileURL(join(directory, 'lib', 'index.js')).href
    )) as ProviderModule;
    const free = createServer();
    const port = await listen(free);
    free.close();
    provider = createServer();
    const providerPort = await listen(provider);
    const issuer = `http://127.0.0.1:${providerPort}`;
    const publicUrl = `http://127.0.0.1:${port}`;
    provider.on('request', new Provider(issuer, settingsOf(publicUrl)).callback());
    culprit = await startCulprit(
      {
        CULPRIT_QUERY_OIDC_ISSUER: issuer,
        CULPRIT_QUERY_OIDC_CLIENT_ID: 'culprit',
        CULPRIT_QUERY_OIDC_CLIENT_SECRET: 'a secret of the client',
        CULPRIT_QUERY_OIDC_ROLES: 'admin=sre,viewer=staff',
        CULPRIT_QUERY_PUBLIC_URL: publicUrl,
      },
      ['--port', `${port}`],
    );
  });
  afterAll(async () => {
    await culprit.stop();
    provider.closeAllConnections();
    provider.close();
  });

  async function signIn(browser: Browser, login: string): Promise<Response> {
    const loginPage = await browser.open(`${culprit.address}/api/v1/session/provider`);
    const consentPage = await browser.submit(loginPage, { login, password: 'any' });
    return await browser.submit(consentPage, {});
  }

  const ask = (browser: Browser, path: string): Promise<Response> =>
    fetch(`${culprit.address}${path}`, { headers: { cookie: browser.cookiesOf(culprit.address) } });

  it('is asked of everybody, on this machine too', async () => {
    expect((await fetch(`${culprit.address}/api/v1/overview`)).status).toBe(401);
    expect(await (await fetch(`${culprit.address}/api/v1/session`)).json()).toMatchObject({
      isOpen: false,
      ways: { provider: true },
    });
  });

  it('gives the role of the groups and comes back to the console', async () => {
    const browser = new Browser();
    expect((await signIn(browser, 'anna')).status).toBe(200);
    expect(browser.visited.at(-1)).toBe(`${culprit.address}/`);
    expect(await (await ask(browser, '/api/v1/session')).json()).toMatchObject({
      name: 'user anna@example.org',
      role: 'admin',
    });
    expect((await ask(browser, '/api/v1/audit')).status).toBe(200);
    const toProvider = new URL(browser.visited.find((url) => url.includes('/auth?')) ?? '');
    expect(Object.fromEntries(toProvider.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/.{20}/),
      nonce: expect.stringMatching(/.{20}/),
    });

    const other = new Browser();
    await signIn(other, 'bob');
    expect(await (await ask(other, '/api/v1/session')).json()).toMatchObject({ role: 'viewer' });
    expect((await ask(other, '/api/v1/audit')).status).toBe(403);
  });

  it('lets in nobody without a role, and writes that down', async () => {
    const browser = new Browser();
    expect((await signIn(browser, 'eve')).status).toBe(403);
    expect((await ask(browser, '/api/v1/overview')).status).toBe(401);
    const admin = new Browser();
    await signIn(admin, 'anna');
    const audit = await (await ask(admin, '/api/v1/audit')).text();
    expect(audit).toContain('user eve@example.org');
    expect(audit).toContain('refused: no group with a role');
  });

  it('takes no sign-in that another browser began, and none twice', async () => {
    const victim = new Browser();
    await signIn(victim, 'bob');
    const callback = victim.visited.find((url) => url.includes('/callback?')) ?? '';
    expect((await new Browser().open(callback)).status).toBe(401);
    const begun = new Browser();
    await begun.open(`${culprit.address}/api/v1/session/provider`);
    expect((await begun.open(callback)).status).toBe(401);
    expect((await victim.open(callback)).status).toBe(401);
  });
});

function settingsOf(publicUrl: string): object {
  return {
    clients: [
      {
        client_id: 'culprit',
        client_secret: 'a secret of the client',
        redirect_uris: [`${publicUrl}/api/v1/session/provider/callback`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email'], groups: ['groups'], profile: ['name'] },
    scopes: ['openid', 'email', 'groups', 'profile'],
    pkce: { required: () => true },
    cookies: { keys: ['a key for the cookies of the provider'] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.org`, groups: groupsOf[id] ?? [] }),
    }),
  };
}
