import { describe, expect, it } from 'vitest';
import { Access, parseAccessTokens } from './access.js';
import type { AccessRequest } from './access.js';
import { secretOfSender } from './request-secret.js';
import { newSecret } from './secret.js';

const token = 'sixteen-characters-or-more';

function request(headers: Record<string, string> = {}, ip = '127.0.0.1', method = 'POST'): AccessRequest {
  return { headers: { host: 'localhost:8080', ...headers }, ip, method };
}

describe('access with tokens', () => {
  const access = new Access({
    side: 'ingest',
    tokens: [{ tenant: 'acme', token }],
    anonymousFrom: 'loopback',
  });

  it('takes the tenant from the token alone', () => {
    expect(access.admit(request({ authorization: `Bearer ${token}`, 'x-tenant': 'other' })).tenant).toBe(
      'acme',
    );
    expect(access.admit(request({ authorization: `bearer  ${token} ` }, '10.0.0.1')).tenant).toBe('acme');
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Basic ${token}`,
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
  ])('refuses "%s"', (authorization) => {
    expect(() => access.admit(request(authorization === undefined ? {} : { authorization }))).toThrow(
      expect.objectContaining({ code: 'CULPRIT_HTTP_UNAUTHENTICATED' }),
    );
  });
});

function keyOf(text: string): string | undefined {
  return secretOfSender({ headers: { authorization: `ApiKey ${text}` } });
}

describe('an API key', () => {
  it('is the token as it is, whatever its bytes would unpack to', () => {
    for (let i = 0; i < 200; i++) {
      const secret = newSecret('ingest');
      expect(keyOf(secret)).toBe(secret);
    }
  });

  it('is unpacked where an id and a colon stand before it', () => {
    expect(keyOf(Buffer.from(`id:${token}`).toString('base64'))).toBe(token);
  });
});

describe('access without tokens', () => {
  const access = new Access({ side: 'ingest', tokens: [], anonymousFrom: 'loopback' });

  it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])('serves this machine as %s', (ip) => {
    expect(access.admit(request({}, ip)).tenant).toBe('default');
  });

  it.each(['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', ''])('refuses the network as %s', (ip) => {
    expect(() => access.admit(request({}, ip))).toThrow(
      expect.objectContaining({ code: 'CULPRIT_HTTP_UNAUTHENTICATED' }),
    );
  });

  it('serves the network when told to', () => {
    const open = new Access({ side: 'ingest', tokens: [], anonymousFrom: 'anywhere' });
    expect(open.admit(request({ host: 'logs.example.com' }, '10.0.0.1')).tenant).toBe('default');
  });

  it.each(['evil.example.com', 'localhost.example.com', '127.0.0.1.example.com'])(
    'refuses the host name %s, which a rebinding name server could point here',
    (host) => {
      expect(() => access.admit(request({ host }))).toThrow(
        expect.objectContaining({ code: 'CULPRIT_HTTP_FORBIDDEN' }),
      );
    },
  );

  it.each(['localhost', 'localhost:80', '127.0.0.1:8080', '[::1]:8080', 'culprit.localhost'])(
    'serves %s',
    (host) => {
      expect(access.admit(request({ host })).tenant).toBe('default');
    },
  );

  it('refuses what another site starts, but lets a link to a page be followed', () => {
    const cross = { 'sec-fetch-site': 'cross-site' };
    expect(() => access.admit(request(cross))).toThrow('other web sites');
    const link = { ...cross, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(access.admit(request(link, '127.0.0.1', 'GET')).tenant).toBe('default');
    expect(() => access.admit(request(link, '127.0.0.1', 'POST'))).toThrow('other web sites');
    expect(access.admit(request({ 'sec-fetch-site': 'same-origin' })).tenant).toBe('default');
  });
});

describe('access tokens in configuration', () => {
  it('reads pairs and bare tokens', () => {
    expect(parseAccessTokens(`acme:${token}, ${token}`)).toEqual([
      { tenant: 'acme', token },
      { tenant: 'default', token },
    ]);
    expect(parseAccessTokens('')).toEqual([]);
  });

  it('refuses tokens that are too short to be secret', () => {
    expect(parseAccessTokens('acme:short')).toBeUndefined();
    expect(parseAccessTokens(`:${token}`)).toBeUndefined();
  });
});
