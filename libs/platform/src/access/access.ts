import { RequestError } from '../problem.js';
import { isLocalHostHeader, isLoopback, isOfOtherSite, isOfOwnSite } from './local-caller.js';
import { secretInHeaders, secretOfSender, type SecretBearer } from './request-secret.js';
import { digestOfSecret } from './secret.js';
import { mayActAs, type Role } from './token-record.js';

/** A secret of the configuration and the tenant whose data it opens. */
export interface AccessToken {
  readonly tenant: string;
  readonly token: string;
}

/** What is guarded: the doors that lines come in by, or the questions about them. */
export type AccessSide = 'ingest' | 'query';

/** Who acts, and how far. */
export interface Principal {
  readonly tenant: string;
  /** Undefined for who only sends lines. */
  readonly role: Role | undefined;
  /** For people, such as `token deploy` or `user anna`. */
  readonly name: string;
  /** Lines of this sender belong to it, whatever they say; empty: to the one they say. */
  readonly environment: string;
  /** Manages the access of other tenants too. */
  readonly isOperator: boolean;
  /** SHA-256 of the secret; of the empty text where there was none. */
  readonly digest: string;
}

/** Where secrets beside those of the configuration are looked up. */
export interface CredentialSource {
  /** False while nothing could be read yet. */
  readonly isKnown: boolean;
  /** True once anybody was given a secret for it: then nobody is served without one, for good. */
  isClosed(side: AccessSide): boolean;
  find(digest: string, side: AccessSide): Principal | undefined;
  /** The living secret whose digest begins like this, for what was signed with it. */
  findByStart(digestStart: string): Principal | undefined;
}

/** Who may call. */
export interface AccessOptions {
  readonly side: AccessSide;
  /** Without any secret the API is open, but only to callers on this machine. */
  readonly tokens: readonly AccessToken[];
  /** `anywhere` opens an API without tokens to the network too; for a trusted proxy in front. */
  readonly anonymousFrom: 'loopback' | 'anywhere';
  /** Secrets beside those of the configuration; none where absent. */
  readonly ledger?: CredentialSource | undefined;
  /** There are other ways to sign in: nobody is served without one. */
  readonly isClosed?: boolean;
  /** What a caller must be allowed for a handler (`Class.method`, without `Controller`); nobody where it is undefined. */
  readonly roleOf?: (handler: string) => Role | undefined;
  /** Who is signed in with a cookie of the request. */
  readonly sessionOf?: (cookies: string) => Promise<Principal | undefined>;
}

/** What of a request decides about access. */
export interface AccessRequest extends SecretBearer {
  readonly ip: string;
  readonly method: string;
  principal?: Principal;
}

/** The tenant of callers without a token. */
export const anonymousTenant = 'default';

/** Digits of a digest that name it among the living ones. */
const digestStartLength = 16;

/**
 * Says who sends a request, or throws 401, 403 or 503. The tenant comes from the secret alone, never from the request's
 * own words. Secrets are compared by their SHA-256, so timing tells nothing about them.
 *
 * An open API also refuses what a web page could make a browser send to this machine: requests of another site
 * (Sec-Fetch-Site) and host names that only a rebinding DNS server would give a loopback address.
 */
export class Access {
  readonly #options: AccessOptions;
  readonly #configured: ReadonlyMap<string, Principal>;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#configured = new Map(
      options.tokens.map(({ tenant, token }) => {
        const digest = configuredDigest(token);
        const isQuery = options.side === 'query';
        const name = `token of the configuration ${digest.slice(0, 6)}`;
        return [
          digest,
          {
            tenant,
            name,
            digest,
            role: isQuery ? 'admin' : undefined,
            environment: '',
            isOperator: isQuery && tenant === anonymousTenant,
          },
        ];
      }),
    );
  }

  /** True while nobody has a secret. */
  get isOpen(): boolean {
    const { ledger, side, isClosed } = this.#options;
    return isClosed !== true && this.#configured.size === 0 && ledger?.isClosed(side) !== true;
  }

  /** The secret of a request in any of the shapes that callers of this side send it in. */
  secretOf(request: SecretBearer): string | undefined {
    return this.#options.side === 'ingest' ? secretOfSender(request) : secretInHeaders(request);
  }

  /** Says who sends a request and notes it there. */
  admit(request: AccessRequest): Principal {
    const principal = this.#principalOf(request);
    request.principal = principal;
    return principal;
  }

  /** As {@link admit}, for people too, who are known by the cookie of their session. */
  async admitPerson(request: AccessRequest): Promise<Principal> {
    const { sessionOf } = this.#options;
    const cookies = request.headers['cookie'];
    if (sessionOf !== undefined && typeof cookies === 'string' && this.secretOf(request) === undefined) {
      const principal = await sessionOf(cookies);
      if (principal !== undefined) return this.#admitSession(request, principal);
    }
    return this.admit(request);
  }

  /** Throws 403 unless the handler is one of those that this caller may use. What is in no table is nobody's. */
  checkRole(principal: Principal, handler: string): void {
    const { roleOf } = this.#options;
    if (roleOf === undefined) return;
    const needed = roleOf(handler);
    if (needed !== undefined && principal.role !== undefined && mayActAs(principal.role, needed)) return;
    throw new RequestError({
      code: 'CULPRIT_HTTP_FORBIDDEN',
      detail: `this needs the role ${needed ?? 'of nobody'}; ${principal.name} is ${principal.role ?? 'no reader'}`,
    });
  }

  /** Who a living secret belongs to, by the beginning of its digest: for what was signed with it. */
  bySignature(start: string): Principal | undefined {
    if (start.length !== digestStartLength) return undefined;
    if (this.isOpen) return start === nobody.digest.slice(0, digestStartLength) ? nobody : undefined;
    const configured = [...this.#configured].find(([digest]) => digest.startsWith(start));
    return configured?.[1] ?? this.#options.ledger?.findByStart(start);
  }

  /** What names the secret of a principal in what is signed with it. */
  static signatureOf({ digest }: Principal): string {
    return digest.slice(0, digestStartLength);
  }

  /**
   * Who a peer of a protocol without secrets is; undefined for one that may not send.
   *
   * @param isProven the peer proves by other means that it may, such as a shared key
   */
  admitPeer(ip: string, isProven = false): Principal | undefined {
    const isAllowed = isProven || this.#options.anonymousFrom === 'anywhere' || isLoopback(ip);
    return isAllowed ? nobody : undefined;
  }

  /** Who a secret belongs to, wherever it was said. */
  bySecret(secret: string): Principal | undefined {
    const digest = digestOfSecret(secret);
    return this.#configured.get(digest) ?? this.#options.ledger?.find(digest, this.#options.side);
  }

  #principalOf(request: AccessRequest): Principal {
    const secret = this.secretOf(request);
    const principal = secret === undefined ? undefined : this.bySecret(secret);
    if (principal !== undefined) return principal;
    // Before it is known who has a secret nobody can be told that his is wrong: collectors would drop their lines.
    if (this.#options.ledger?.isKnown === false && this.#configured.size === 0) throw notKnownYet();
    if (this.isOpen) return this.#anonymous(request);
    if (secret === undefined) throw unauthenticated('this address needs "Authorization: Bearer <token>"');
    if (this.#options.ledger?.isKnown === false) throw notKnownYet();
    throw unauthenticated('the token is not known');
  }

  #admitSession(request: AccessRequest, principal: Principal): Principal {
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    if (!isReading && !isOfOwnSite(request)) {
      throw new RequestError({
        code: 'CULPRIT_HTTP_FORBIDDEN',
        detail: 'a request with a session must come from the pages of this site',
      });
    }
    request.principal = principal;
    return principal;
  }

  #anonymous(request: AccessRequest): Principal {
    const { anonymousFrom, side } = this.#options;
    const principal = side === 'query' ? thisMachine : nobody;
    if (anonymousFrom === 'anywhere') return principal;
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
    return principal;
  }
}

const nobody: Principal = {
  tenant: anonymousTenant,
  role: undefined,
  name: 'a sender without a token',
  environment: '',
  isOperator: false,
  digest: digestOfSecret(''),
};

/** Who asks an API without tokens: whoever may read its data directory anyway. */
const thisMachine: Principal = { ...nobody, role: 'admin', name: 'this machine', isOperator: true };

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

function notKnownYet(): RequestError {
  return new RequestError({
    code: 'CULPRIT_HTTP_UNAVAILABLE',
    detail: 'the tokens are not read yet',
    retryAfterSeconds: 2,
  });
}

/** A configured token is kept as its hash; it may be configured as one. */
function configuredDigest(token: string): string {
  return hashed.exec(token)?.[1] ?? digestOfSecret(token);
}

const hashed = /^sha256:([0-9a-f]{64})$/;
