import { createHash, createHmac } from 'node:crypto';

/** Who signs. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of credentials that were lent for a time. */
  readonly sessionToken?: string | undefined;
}

/** A request that may be made by whoever has its URL. */
export interface PresignedRequest {
  readonly host: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly service: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly at: Date;
  /** How long it holds. */
  readonly expiresSeconds: number;
  /** SHA-256 of the body in hex, or what the service takes for it; that of an empty body when absent. */
  readonly payloadHash?: string;
}

const algorithm = 'AWS4-HMAC-SHA256';

/** The URL of a GET request, signed by Signature Version 4 in its query (AWS General Reference, "SigV4"). */
export function presignedUrl(request: PresignedRequest): string {
  const { host, path, service, region, credentials, at, payloadHash = sha256('') } = request;
  const time = at.toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const query = canonicalQuery({
    ...request.query,
    'X-Amz-Algorithm': algorithm,
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(request.expiresSeconds),
    'X-Amz-SignedHeaders': 'host',
    ...(sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken }),
  });
  const canonical = ['GET', path, query, `host:${host}`, '', 'host', payloadHash].join('\n');
  const key = [time.slice(0, 8), region, service, 'aws4_request'].reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${secretAccessKey}`,
  );
  const signature = hmac(key, [algorithm, time, scope, sha256(canonical)].join('\n')).toString('hex');
  return `https://${host}${path}?${query}&X-Amz-Signature=${signature}`;
}

function canonicalQuery(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.toSorted((a, b) => (a < b ? -1 : 1)).join('&');
}

/** Percent-encoding of RFC 3986: more is encoded than in URLs of browsers. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
