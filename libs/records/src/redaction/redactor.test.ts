import { decodeUtf8, encodeUtf8 } from '@culprit/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvelopeReader } from '../envelope-reader.js';
import type { InputFormat } from '../limits.js';
import type { RawLogBatch } from '../raw-log-batch.js';
import { numberedPseudonyms } from './pseudonyms.js';
import { Redactor } from './redactor.js';
import type { RedactionGroup } from './secret-kind.js';

const all: ReadonlySet<RedactionGroup> = new Set(['secrets', 'cards']);

function newRedactor(groups = all, extraNames: readonly string[] = []): Redactor {
  return new Redactor({ groups, extraNames, pseudonyms: numberedPseudonyms() });
}

function read(text: string, format: InputFormat = 'text'): RawLogBatch {
  return new EnvelopeReader({ defaults: { environment: 'e', file: 'f.log' } }).read(
    encodeUtf8(text),
    format,
    Number.NaN,
  ).batch;
}

function textsOf(batch: RawLogBatch): readonly string[] {
  return Array.from({ length: batch.lineCount }, (_, i) =>
    decodeUtf8(batch.bytes.subarray(batch.lineStart[i], batch.lineEnd[i])),
  );
}

function attributesOf(batch: RawLogBatch): string {
  return decodeUtf8(batch.bytes.subarray(batch.attributesStart[0], batch.attributesEnd[0]));
}

function redact(text: string, redactor = newRedactor()): string {
  return textsOf(redactor.redact(read(text)).batch).join('\n');
}

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

describe('secrets are replaced', () => {
  it.each([
    ['login with password=hunter2 failed', 'login with password=<password:1> failed'],
    ['db.password = "correct horse battery"', 'db.password = "<password:1>"'],
    ['{"user":"eve","password":"a\\"b","n":1}', '{"user":"eve","password":"<password:1>","n":1}'],
    ['{"password":12345,"n":1}', '{"password":"<password:1>","n":1}'],
    ['body={\\"passwd\\":\\"x1y2\\",\\"n\\":1}', 'body={\\"passwd\\":\\"<password:1>\\",\\"n\\":1}'],
    ['mysql -u root --password hunter2 -h db', 'mysql -u root --password <password:1> -h db'],
    ['<user>eve</user><password>s3cr3t</password>', '<user>eve</user><password><password:1></password>'],
    ["{u'password': u'abc1'}", "{u'password': u'<password:1>'}"],
    ['PASSWORD: Tr0ub4dor', 'PASSWORD: <password:1>'],
    ['dbPass=abc pwd=xyz', 'dbPass=<password:1> pwd=<password:2>'],
    ['GET /reset?token=8f2a9c1d7e&user=7', 'GET /reset?token=<token:1>&user=7'],
    ['X-Auth-Token: 8f2a9c1d7e6b', 'X-Auth-Token: <token:1>'],
    ['clientSecret="Zm9vYmFyYmF6MTIz"', 'clientSecret="<secret:1>"'],
    ['api_key=k1234567, apiKey: k1234567', 'api_key=<key:1>, apiKey: <key:1>'],
    ['aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'aws_secret_access_key=<key:1>'],
    ['using AKIAIOSFODNN7EXAMPLE now', 'using <key:1> now'],
    ['push with ghp_abcdefghijklmnopqrstuvwxyz0123456789.', 'push with <key:1>.'],
    ['Authorization: Bearer abcdefgh.12345678', 'Authorization: Bearer <token:1>'],
    ['"authorization":"Basic dXNlcjpwYXNzd29yZA=="', '"authorization":"Basic <token:1>"'],
    ['sent Basic dXNlcjpwYXNzd29yZA== along', 'sent Basic <token:1> along'],
    ['curl -H "bearer 0123456789abcdef"', 'curl -H "bearer <token:1>"'],
    ['Cookie: sid=31d4d96e; theme=dark', 'Cookie: <cookie:1>'],
    [`got ${jwt} from eve`, 'got <jwt:1> from eve'],
    [`token=${jwt}`, 'token=<jwt:1>'],
    ['connect amqp://shop:s3cr3t@mq:5672/vhost', 'connect amqp://shop:<password:1>@mq:5672/vhost'],
    ['paid with 4111 1111 1111 1111 today', 'paid with <card:1> today'],
    ['paid with 4111-1111-1111-1111', 'paid with <card:1>'],
    ['2026-11-24 4111111111111111 ok', '2026-11-24 <card:1> ok'],
    ['{"pan":378282246310005,"n":1}', '{"pan":"<card:1>","n":1}'],
    [
      'key -----BEGIN RSA PRIVATE KEY-----\\nMIIEow\\n-----END RSA PRIVATE KEY----- read',
      'key -----BEGIN RSA PRIVATE KEY-----<private-key:1>-----END RSA PRIVATE KEY----- read',
    ],
  ])('in %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('gives equal secrets equal pseudonyms, whatever stands before them', () => {
    expect(redact('password=hunter2x a\npassword=other b\nsecret=hunter2x c')).toBe(
      'password=<password:1> a\npassword=<password:2> b\nsecret=<secret:1> c',
    );
  });

  it('counts them by kind', () => {
    const { redacted } = newRedactor().redact(read(`password=a1 password=b2\n${jwt}\nnothing here`));
    expect([...redacted]).toEqual([
      ['password', 2],
      ['jwt', 1],
    ]);
  });

  it('looks into the attributes of a line too, and leaves them JSON', () => {
    const batch = read(
      '{"log":"login","stream":"stdout","password":12345,"deep":{"api_key":"k1234567"}}',
      'ndjson',
    );
    const redacted = newRedactor().redact(batch).batch;
    expect(textsOf(redacted)).toEqual(['login']);
    expect(JSON.parse(attributesOf(redacted))).toEqual({
      password: '<password:1>',
      deep: { api_key: '<key:2>' },
    });
  });

  it('follows a private key through the lines of its stream, into the next batch', () => {
    const redactor = newRedactor();
    const first = redact('start\n-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC', redactor);
    expect(first).toBe('start\n-----BEGIN PRIVATE KEY-----\n<private-key:1>');
    expect(redact('AASCBKcwggSj\n-----END PRIVATE KEY-----\nAASCBKcwggSj', redactor)).toBe(
      '<private-key:2>\n-----END PRIVATE KEY-----\nAASCBKcwggSj',
    );
  });

  it('finds names that were added, and e-mail addresses when asked to', () => {
    const redactor = newRedactor(new Set(['secrets', 'emails']), ['iban']);
    expect(redact('iban=DE02120300000000202051 of eve.adams+x@mail.example.com, tel 1', redactor)).toBe(
      'iban=<secret:1> of eve.adams+<email:2>, tel 1',
    );
  });
});

describe('what has other meanings stays', () => {
  it.each([
    'Failed password for invalid user root from 10.0.0.1 port 22 ssh2',
    'password: expired',
    'Password: Incorrect.',
    'secret "kube-system/web-tls" not found; secretName=web-tls secret=default/web-tls',
    'Unexpected token: } in JSON at position 42',
    'max_tokens=4096 tokens=128 token_count=12 token: 3 next_token=null',
    'PWD=/home/eve compass=12 bypass="no" pass=17 fail=2',
    'password=**** passwd=null api_key=<hidden> secret=[FILTERED] token=${TOKEN}',
    'blk_-1608999687919862906 block 4111111111111112 at 1795487345249000000',
    'id 5404a1b2-4111-1111-1111-111111111111 v4.111.1111.11111111',
    'GET http://carts:8080/carts/7@home took 12 ms',
    'Basic authentication is used; bearer of bad news',
    'Authorization: failed for user eve',
    'cookie consent: shown; cookie=15478390605573905867L',
    "mysqldump --password= --skip-lock; {u'password': u'***'} traceID=2223839516656616",
    '-----BEGIN CERTIFICATE-----',
    'user eve@example.com logged in',
  ])('%s', (text) => {
    const batch = read(text);
    expect(newRedactor().redact(batch).batch).toBe(batch);
  });

  it('where a tenant wants nothing replaced', () => {
    const batch = read('password=hunter2 4111111111111111');
    expect(newRedactor(new Set()).redact(batch).batch).toBe(batch);
  });
});

/** Words and pieces that are near to secrets, with what they are glued by. */
const pieces = fc.constantFrom(
  'password',
  'token',
  'secret',
  'api_key',
  'Bearer ',
  'Basic ',
  'Cookie',
  '://',
  '@',
  ':',
  '=',
  '"',
  '\\',
  ' ',
  "'",
  '{',
  '}',
  ',',
  ';',
  '<',
  '>',
  '4111111111111111',
  '4111 1111 1111 1111',
  'a1b2c3d4e5',
  jwt,
  'AKIAIOSFODNN7EXAMPLE',
  '-----BEGIN PRIVATE KEY-----',
  '-----END',
  '--',
  'é',
  '\u0000',
  'null',
  '12',
);

describe('on any input', () => {
  it('redacting twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const once = redact(parts.join('').replaceAll('\n', ' '));
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it('finds a secret wherever it stands in a line, and changes nothing else', () => {
    const filler = fc.stringMatching(/^[a-z ,.]{0,40}$/);
    const secret = fc.constantFrom(
      'password=Xy12',
      `x ${jwt}`,
      'x AKIAIOSFODNN7EXAMPLE',
      'x 4111111111111111',
    );
    fc.assert(
      fc.property(filler, secret, filler, (before, value, after) => {
        const result = redact(`${before} ${value} ${after}`);
        const name = value.slice(0, value.search(/[= ]/) + 1);
        expect(result.startsWith(`${before} ${name}<`)).toBe(true);
        expect(result.endsWith(`> ${after}`)).toBe(true);
      }),
    );
  });

  it('ends, and keeps lines, streams and times', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const batch = read(`password=a1\n${decodeUtf8(noise).replaceAll('\n', '')}\nlast`);
        const { batch: redacted } = newRedactor().redact(batch);
        expect(redacted.lineCount).toBe(batch.lineCount);
        expect(redacted.streams).toEqual(batch.streams);
        expect([...redacted.timeMillis.subarray(0, 3)]).toEqual([...batch.timeMillis.subarray(0, 3)]);
        expect(textsOf(redacted).at(-1)).toBe('last');
      }),
      { numRuns: 300 },
    );
  });

  it('leaves JSON that parses as JSON that parses', () => {
    const key = fc.constantFrom('password', 'token', 'api_key', 'cookie', 'authorization', 'pan', 'note');
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('Bearer a1b2c3d4e5', jwt, 'sid=1; x=2', 4111111111111111, 12, true, null),
    );
    fc.assert(
      fc.property(fc.dictionary(key, value), (object) => {
        const text = JSON.stringify(object);
        const parsed: unknown = JSON.parse(redact(text));
        expect(Object.keys(Object(parsed))).toEqual(Object.keys(object));
      }),
      { numRuns: 500 },
    );
  });
});
