/** What of a request may hold a secret. */
export interface SecretBearer {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Query arguments and parameters of the path, where they were read. */
  readonly query?: unknown;
  readonly params?: unknown;
}

/** Headers of their own in which collectors send a token. */
const tokenHeaders = ['authtoken', 'dd-api-key', 'x-api-key', 'x-amz-firehose-access-key'] as const;
/** Query arguments in which collectors send one. */
const tokenArguments = ['token', 'dd-api-key'] as const;
/** A tenant header that holds one of our own: all that some clients of Loki can be told. */
const tenantHeader = 'x-scope-orgid';
const ownPrefix = 'culprit_in_';

/** The secret of a caller of the API: `Authorization` in the schemes of the protocols, or a header instead. */
export function secretInHeaders({ headers }: SecretBearer): string | undefined {
  const authorization = headers['authorization'] ?? headers['authentication'];
  if (typeof authorization === 'string') {
    const [scheme = '', token = ''] = authorization.trim().split(/ +/, 2);
    if (token !== '') return secretOfScheme(scheme.toLowerCase(), token);
  }
  return firstText(headers, tokenHeaders);
}

/** The secret of a sender of lines in any of the shapes that collectors send it in: headers first, then the address. */
export function secretOfSender(request: SecretBearer): string | undefined {
  const found =
    secretInHeaders(request) ??
    firstText(request.query, tokenArguments) ??
    firstText(request.params, ['key']);
  if (found !== undefined) return found;
  const tenant = request.headers[tenantHeader];
  return typeof tenant === 'string' && tenant.startsWith(ownPrefix) ? tenant : undefined;
}

function firstText(values: unknown, names: readonly string[]): string | undefined {
  if (typeof values !== 'object' || values === null) return undefined;
  for (const name of names) {
    const value: unknown = Reflect.get(values, name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/**
 * Basic carries the token as the password, or as the user where there is no password. An API key is the token, or does the
 * same: what is printable when it is unpacked was packed.
 */
function secretOfScheme(scheme: string, token: string): string | undefined {
  if (['bearer', 'token', 'splunk', 'stoken'].includes(scheme)) return token;
  if (scheme !== 'basic' && scheme !== 'apikey') return undefined;
  const [user = '', password = ''] = Buffer.from(token, 'base64').toString('utf8').split(/:(.*)/s, 2);
  if (scheme === 'basic') return password === '' ? user : password;
  return password !== '' && /^[ -~]+$/.test(user + password) ? password : token;
}
