import { createHash } from 'node:crypto';
import { RequestError } from './problem.js';

/** A secret and the tenant whose data it opens. */
export interface AccessToken {
  readonly tenant: string;
  readonly token: string;
}

/** Who may call. */
export interface AccessOptions {
  /** Without tokens the API is open, but only to callers on this machine. */
  readonly tokens: readonly AccessToken[];
  /** `anywhere` opens an API without tokens to the network too; for a trusted proxy in front. */
  readonly anonymousFrom: 'loopback' | 'anywhere';
}

/** What of a request decides about access. */
export interface AccessRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly ip: string;
  readonly method: string;
  tenant?: string;
}

/** The tenant of callers without a token. */
export const anonymousTenant = 'default';

/**
 * Names the tenant of a request, or throws 401/403. The tenant comes from the token alone, never from
 * the request's own words. Tokens are compared by their SHA-256, so timing tells nothing about them.
 *
 * An open API also refuses what a web page could make a browser send to this machine: requests of another site
 * (Sec-Fetch-Site) and host names that only a rebinding DNS server would give a loopback address.
 */
export class Access {
  readonly #tenantByDigest: ReadonlyMap<string, string>;
  readonly #anonymousFrom: AccessOptions['anonymousFrom'];
  /** For signing what is handed out; the same in every process with the same tokens. */
  readonly secret: string;

  constructor(options: AccessOptions) {
    this.#tenantByDigest = new Map(options.tokens.map(({ tenant, token }) => [digestOf(token), tenant]));
    this.#anonymousFrom = options.anonymousFrom;
    this.secret = digest([...this.#tenantByDigest.keys()].toSorted().join(' '));
  }

  /** True without tokens. */
  get isOpen(): boolean {
    return this.#tenantByDigest.size === 0;
  }

  /** The token of a request in any of the shapes collectors send it in. */
  tokenOf(request: Pick<AccessRequest, 'headers'>): string | undefined {
    return tokenIn(request.headers);
  }

  /** The tenant a request may act for. */
  tenantOf(request: AccessRequest): string {
    if (this.#tenantByDigest.size === 0) return this.#anonymous(request);
    const token = tokenIn(request.headers);
    if (token === undefined) throw unauthenticated('this address needs "Authorization: Bearer <token>"');
    const tenant = this.#tenantByDigest.get(digest(token));
    if (tenant === undefined) throw unauthenticated('the token is not known');
    return tenant;
  }

  /**
   * The tenant of a peer of a protocol that carries no token; undefined for one that may not send.
   *
   * @param isProven the peer proves by other means that it may, such as a shared key
   */
  tenantOfPeer(ip: string, isProven = false): string | undefined {
    const isAllowed = isProven || this.#anonymousFrom === 'anywhere' || isLoopback(ip);
    return isAllowed ? anonymousTenant : undefined;
  }

  #anonymous(request: AccessRequest): string {
    if (this.#anonymousFrom === 'anywhere') return anonymousTenant;
    if (!isLoopback(request.ip)) {
      throw new RequestError({
        code: 'CULPRIT_HTTP_UNAUTHENTICATED',
        detail: 'without tokens only callers on the same machine are served',
        hint: 'Set CULPRIT_INGEST_TOKENS and CULPRIT_QUERY_TOKENS, or ..._ANONYMOUS_FROM=anywhere behind a proxy that knows its users.',
      });
    }
    if (isOfOtherSite(request) || !isLocalHostHeader(request.headers['host'])) {
      throw new RequestError({
        code: 'CULPRIT_HTTP_FORBIDDEN',
        detail: 'requests of other web sites are refused while no token is configured',
      });
    }
    return anonymousTenant;
  }
}

/**
 * Reads `tenant:token` pairs separated by commas; a bare token belongs to the default tenant.
 * Returns undefined where a token is shorter than 16 characters, too short to be a secret.
 */
export function parseAccessTokens(text: string): readonly AccessToken[] | undefined {
  const tokens = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const colon = part.indexOf(':');
      return colon < 0
        ? { tenant: anonymousTenant, token: part }
        : { tenant: part.slice(0, colon), token: part.slice(colon + 1) };
    });
  return tokens.every(({ tenant, token }) => tenant !== '' && token.length >= 16) ? tokens : undefined;
}

function unauthenticated(detail: string): RequestError {
  return new RequestError({ code: 'CULPRIT_HTTP_UNAUTHENTICATED', detail });
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** A configured token is kept as its hash; it may be configured as one. */
function digestOf(token: string): string {
  const hash = hashed.exec(token)?.[1];
  return hash ?? digest(token);
}

const hashed = /^sha256:([0-9a-f]{64})$/;

/** Headers of their own in which collectors send a token. */
const tokenHeaders = ['authtoken', 'dd-api-key', 'x-api-key', 'x-amz-firehose-access-key'] as const;

type Headers = AccessRequest['headers'];

/** `Authorization` in the schemes of the protocols, or one of the headers that some have instead. */
function tokenIn(headers: Headers): string | undefined {
  const authorization = headers['authorization'] ?? headers['authentication'];
  if (typeof authorization === 'string') {
    const [scheme = '', token = ''] = authorization.trim().split(/ +/, 2);
    if (token !== '') return tokenOfScheme(scheme.toLowerCase(), token);
  }
  for (const name of tokenHeaders) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** Basic carries the token as the password, or as the user where there is no password; an API key may do the same. */
function tokenOfScheme(scheme: string, token: string): string | undefined {
  if (['bearer', 'token', 'splunk', 'stoken'].includes(scheme)) return token;
  if (scheme !== 'basic' && scheme !== 'apikey') return undefined;
  const [user = '', password = ''] = Buffer.from(token, 'base64').toString('utf8').split(/:(.*)/s, 2);
  if (scheme === 'basic') return password === '' ? user : password;
  return password === '' ? token : password;
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.') || ip.startsWith('::ffff:127.');
}

/** Following a link to a page is fine; whatever else another site starts is not. */
function isOfOtherSite({ method, headers }: AccessRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return false;
  return !(
    method === 'GET' &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document'
  );
}

/** True for IP literals and `localhost`, names that DNS cannot turn against us; also when there is no header. */
function isLocalHostHeader(host: string | readonly string[] | undefined): boolean {
  if (host === undefined) return true;
  if (typeof host !== 'string') return false;
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : (host.split(':')[0] ?? '');
  return name === 'localhost' || name.endsWith('.localhost') || name.startsWith('[') || /^[\d.]+$/.test(name);
}
