import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SourceDefaults } from '@culprit/records';
import { asObject } from '../json-body.js';
import type { Json } from '../json-body.js';

/** What a stream token says: under whose token it was given, and where the lines come from. */
export interface StreamClaims {
  /** The beginning of the digest of the token; as long as that one opens the doors, this one does. */
  readonly signedBy: string;
  readonly defaults: SourceDefaults;
}

const prefix = 'cst2';

/**
 * Makes tokens that carry what they stand for, signed: nothing is kept here, and a restart forgets nothing. O(length).
 *
 * @param secret what is kept of the token it is given for, the same in every process
 */
export function signStream({ signedBy, defaults }: StreamClaims, secret: string): string {
  const payload = `${signedBy}.${Buffer.from(JSON.stringify(defaults)).toString('base64url')}`;
  return `${prefix}.${payload}.${signatureOf(payload, secret)}`;
}

/** Under whose token a stream token claims to be given; empty for anything else. */
export function signerOfStream(token: string): string {
  const [kind, signedBy = ''] = token.split('.', 2);
  return kind === prefix ? signedBy : '';
}

/** Where the lines come from by a token that {@link signStream} made with this secret; undefined for anything else. */
export function verifyStream(token: string, secret: string): SourceDefaults | undefined {
  const [, signedBy = '', payload = '', signature = ''] = token.split('.');
  const expected = signatureOf(`${signedBy}.${payload}`, secret);
  if (signature.length !== expected.length) return undefined;
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as SourceDefaults;
}

/** Where the lines of a stream come from, of what a collector says when it asks for a token. */
export function defaultsOf(request: Json): SourceDefaults {
  const ids = asObject(request['ids']) ?? {};
  const configs = asObject(request['cfgs']) ?? {};
  const either = (key: string): string => nameOf(ids[key]) || nameOf(configs[key]);
  const isOfContainer = request['container_log'] === true || either('container_name') !== '';
  const group = nameOf(ids['ze_deployment_name']);
  return {
    environment: nameOf(configs['cluster_name']) || group || 'default',
    logType: nameOf(request['log_type']) || (isOfContainer ? '' : nameOf(request['logbasename'])),
    namespace: either('namespace_name'),
    pod: either('pod_name'),
    container: either('container_name'),
    host: nameOf(ids['host']) || nameOf(ids['zid_host']) || nameOf(configs['host']),
  };
}

const maxNameCharacters = 253;

function nameOf(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, '').slice(0, maxNameCharacters) : '';
}

function signatureOf(payload: string, secret: string): string {
  return createHmac('sha256', secret).update(payload).digest('base64url');
}
