import type { InputFormat, SourceDefaults } from '@culprit/records';
import { RequestError } from '@culprit/platform';

/** How the body is packed on the wire. */
export type BodyEncoding = 'identity' | 'gzip' | 'deflate' | 'zstd';

/** How the lines of a body stand in it; `form` is what curl says when nobody told it: fine for JSON, refused for the rest. */
export type BodyFormat = InputFormat | 'form';

/** All that headers and query say about one request, whatever its protocol. */
export interface RequestPlan {
  readonly encoding: BodyEncoding;
  /** In lower case, without parameters; empty when none was sent. */
  readonly mediaType: string;
  /** What the sender says about all lines; lines that say otherwise win. */
  readonly defaults: SourceDefaults;
  readonly batchId: string | undefined;
  /** W3C Trace Context of the sender, empty without one. */
  readonly traceparent: string;
  /** Parse, show, store nothing. */
  readonly isDebug: boolean;
}

/** Header and query values as the HTTP stack gives them. */
export type Values = Readonly<Record<string, unknown>>;

const DEFAULT_ENVIRONMENT = 'default';
const MAX_NAME_CHARACTERS = 1_000;
const MAX_BATCH_ID_CHARACTERS = 200;

const formatByMediaType: Readonly<Record<string, BodyFormat>> = {
  '': 'auto',
  'application/octet-stream': 'auto',
  'application/gzip': 'auto',
  'application/x-gzip': 'auto',
  'application/zstd': 'auto',
  'application/json': 'json',
  'application/x-www-form-urlencoded': 'form',
};

const encodingByName: Readonly<Record<string, BodyEncoding>> = {
  '': 'identity',
  identity: 'identity',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  zlib: 'deflate',
  zstd: 'zstd',
};

/**
 * Reads what a request says about itself.
 *
 * @throws RequestError 415 for an unknown encoding, 400 for a name no log type can have
 */
export function planRequest(headers: Values, query: Values): RequestPlan {
  const mediaType = mediaTypeOf(textOf(headers['content-type']));
  return {
    encoding: encodingOf(textOf(headers['content-encoding']), mediaType),
    mediaType,
    defaults: defaultsOf(headers, query),
    batchId: batchIdOf(textOf(headers['x-batch-id'])),
    traceparent: textOf(headers['traceparent']),
    isDebug: ['1', 'true'].includes(textOf(query['debug'])),
  };
}

/** Headers carry a prefix where HTTP gives the bare name another meaning. */
function defaultsOf(headers: Values, query: Values): SourceDefaults {
  const name = (key: string, header = `x-${key.replaceAll('_', '-')}`): string =>
    nameOf(key, textOf(query[key]) || textOf(headers[header]));
  return {
    environment: name('environment') || DEFAULT_ENVIRONMENT,
    logType: name('log_type'),
    namespace: name('namespace'),
    service: name('service'),
    pod: name('pod'),
    container: name('container'),
    host: name('host', 'x-log-host'),
    file: name('file', 'x-log-file'),
  };
}

/** The type alone, in lower case, without parameters such as the character set. */
function mediaTypeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/**
 * Matches by meaning: `application/vnd.acme.logs+json` is JSON, every `ndjson`, `jsonl` and `json-lines` is lines of it.
 *
 * @throws RequestError 415
 */
export function formatOfMediaType(mediaType: string): BodyFormat {
  const exact = formatByMediaType[mediaType];
  if (exact !== undefined) return exact;
  const subtype = mediaType.slice(mediaType.indexOf('/') + 1);
  if (/(^|[+.-])(ndjson|jsonl|jsonlines|json-lines|stream\+json)$/.test(subtype)) return 'ndjson';
  if (subtype.endsWith('+json')) return 'json';
  if (mediaType.startsWith('text/')) return subtype.endsWith('json') ? 'json' : 'text';
  throw new RequestError({
    code: 'CULPRIT_INGEST_MEDIA_TYPE_UNSUPPORTED',
    detail: 'this content-type is not understood',
    hint: 'Send application/x-ndjson, application/json or text/plain.',
  });
}

function encodingOf(contentEncoding: string, mediaType: string): BodyEncoding {
  const name = contentEncoding.trim().toLowerCase();
  if (name === '' && (mediaType === 'application/gzip' || mediaType === 'application/x-gzip')) return 'gzip';
  if (name === '' && mediaType === 'application/zstd') return 'zstd';
  const encoding = encodingByName[name];
  if (encoding !== undefined) return encoding;
  throw new RequestError({
    code: 'CULPRIT_INGEST_ENCODING_UNSUPPORTED',
    detail: 'this content-encoding is not understood',
    hint: 'Send gzip, deflate, zstd or no content-encoding.',
  });
}

function nameOf(name: string, text: string): string {
  // Names become keys, paths in a list and parts of a page: control characters have no business there.
  if (text.length <= MAX_NAME_CHARACTERS && !/\p{Cc}/u.test(text)) return text;
  throw new RequestError({
    code: 'CULPRIT_INGEST_DEFAULTS_INVALID',
    detail: `${name} must be at most ${MAX_NAME_CHARACTERS} printable characters`,
    errors: [{ field: name, rule: `at most ${MAX_NAME_CHARACTERS} printable characters` }],
  });
}

function batchIdOf(text: string): string | undefined {
  if (text === '') return undefined;
  if (text.length <= MAX_BATCH_ID_CHARACTERS) return text;
  throw new RequestError({
    code: 'CULPRIT_INGEST_DEFAULTS_INVALID',
    detail: `X-Batch-Id must be at most ${MAX_BATCH_ID_CHARACTERS} characters`,
    errors: [{ field: 'X-Batch-Id', rule: `at most ${MAX_BATCH_ID_CHARACTERS} characters` }],
  });
}

/** The first value of a repeated argument or header; empty text when it is missing. */
function textOf(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : '';
}
