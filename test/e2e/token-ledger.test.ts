import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encode } from '@msgpack/msgpack';
import { FluentClient } from '@fluent-org/logger';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { SimpleLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCulprit, type Culprit } from './support/culprit.js';

const repository = join(import.meta.dirname, '..', '..');
const node = join(repository, 'node_modules', 'node', 'bin', 'node');
const entry = join(repository, 'services', 'culprit', 'bin', 'culprit.js');
const run = promisify(execFile);

/** Every shape in which a sender over HTTP can say its token. */
const shapes: readonly (readonly [
  name: string,
  path: string,
  header: (token: string) => [string, string] | [],
])[] = [
  ['bearer', '/ingest/v1/logs', (token) => ['authorization', `Bearer ${token}`]],
  ['basic-password', '/ingest/v1/logs', (token) => ['authorization', `Basic ${btoa(`anyone:${token}`)}`]],
  ['basic-user', '/ingest/v1/logs', (token) => ['authorization', `Basic ${btoa(`${token}:`)}`]],
  ['api-key', '/ingest/v1/logs', (token) => ['authorization', `ApiKey ${token}`]],
  ['x-api-key', '/ingest/v1/logs', (token) => ['x-api-key', token]],
  ['url-key', '/ingest/v1/logs?token=TOKEN', () => []],
  ['splunk', '/services/collector/raw', (token) => ['authorization', `Splunk ${token}`]],
  ['splunk-url', '/services/collector/raw?token=TOKEN', () => []],
  ['datadog', '/api/v2/logs', (token) => ['dd-api-key', token]],
  ['datadog-path', '/v1/input/TOKEN', () => []],
  [
    'zebrium',
    '/log/api/v2/ingest?log_source=logstash&log_format=json_batch',
    (token) => ['authtoken', token],
  ],
  ['loki-tenant', '/loki/api/v1/push', (token) => ['x-scope-orgid', token]],
];

/** What a protocol says where it is not 200. */
const statusOf: ReadonlyMap<string, number> = new Map([
  ['datadog', 202],
  ['datadog-path', 202],
  ['loki-tenant', 204],
]);

function bodyFor(name: string): string {
  const text = `hello from ${name}`;
  if (name === 'loki-tenant')
    return JSON.stringify({ streams: [{ stream: { app: name }, values: [[`${Date.now()}000000`, text]] }] });
  if (name === 'zebrium')
    return JSON.stringify([
      { '@timestamp': new Date().toISOString(), '@ze_host': 'h', '@ze_logtype': name, '@ze_msg': text },
    ]);
  if (name.startsWith('datadog')) return JSON.stringify([{ message: text, service: name }]);
  return `${JSON.stringify({ time: Date.now(), log: text, environment: 'elsewhere' })}\n`;
}

describe('the token ledger', () => {
  let culprit: Culprit;
  let token = '';
  let forwardKey = '';

  const cli = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(node, [entry, ...args, '--url', culprit.address], {
      env: { ...process.env, NO_COLOR: '1' },
    });
    return stdout.trim();
  };

  beforeAll(async () => {
    culprit = await startCulprit();
    token = await cli('tokens', 'create', 'collectors', '--environment', 'production');
    forwardKey = await cli('tokens', 'create', 'forwarders', '--kind', 'forward', '--environment', 'edge');
  });
  afterAll(() => culprit.stop());

  const send = async (name: string, secret: string | undefined): Promise<number> => {
    const [, path = '', header] = shapes.find(([shape]) => shape === name) ?? [];
    const [key, value = ''] = secret === undefined ? [] : (header?.(secret) ?? []);
    const answer = await fetch(`${culprit.address}${path.replace('TOKEN', secret ?? 'culprit_in_unknown')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { [key]: value }) },
      body: bodyFor(name),
    });
    await answer.arrayBuffer();
    return answer.status;
  };

  it('opens every door for lines in the shape its senders can send, and to nobody else', async () => {
    for (const [name] of shapes) {
      expect([name, await send(name, undefined)]).toEqual([name, 401]);
      expect([name, await send(name, `${token.slice(0, -1)}x`)]).toEqual([name, 401]);
      expect([name, await send(name, token)]).toEqual([name, statusOf.get(name) ?? 200]);
    }
    const events = await culprit.stored(shapes.length);
    // Lines belong where the token says, whatever they say themselves.
    expect(new Set(events.map(({ environment }) => environment))).toEqual(new Set(['production']));
  });

  it('opens OTLP over gRPC, syslog and Fluent forward', { timeout: 60_000 }, async () => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${token}`);
    const exporter = new OTLPLogExporter({ url: `http://${culprit.portOf('OTLP/gRPC')}`, metadata });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    provider.getLogger('app').emit({ body: 'hello from grpc' });
    await provider.shutdown();

    const [host = '', port = ''] = culprit.portOf('syslog UDP\\+TCP').split(':');
    const message = `<131>1 2026-11-24T02:31:46Z vm app - - [culprit@32473 token="${token}"][x y="1"] hello from syslog`;
    const tcp = connect(Number(port), host);
    await new Promise<void>((ended) => tcp.end(`${message} over TCP\n`, ended));
    const udp = createSocket('udp4');
    await new Promise((sent) => udp.send(`${message} over UDP`, Number(port), host, sent));
    udp.close();

    const [forwardHost = '', forwardPort = ''] = culprit.portOf('Fluent forward').split(':');
    const client = new FluentClient('app', {
      ack: { ackTimeout: 5_000 },
      security: { clientHostname: 'edge-1', sharedKey: forwardKey },
      socket: { host: forwardHost, port: Number(forwardPort) },
    });
    const acknowledged = client.emit({ log: 'hello from forward' });
    await client.flush();
    await acknowledged;
    await client.disconnect();
    const stranger = connect(Number(forwardPort), forwardHost);
    const turnedAway = once(stranger.resume(), 'close');
    stranger.write(encode(['app', 1, { log: 'never stored' }]));
    await turnedAway;

    const events = await culprit.stored(shapes.length + 4);
    const environmentOf = (text: string): string | undefined =>
      events.find(({ body }) => body.includes(text))?.environment;
    expect(['grpc', 'over TCP', 'over UDP', 'forward'].map((text) => environmentOf(text))).toEqual([
      'production',
      'production',
      'production',
      'edge',
    ]);
    expect(JSON.stringify(events)).not.toContain('culprit_in_');
  });

  it('ends what was handed out under a token with the token, at once', async () => {
    const account = await fetch(`${culprit.address}/log/api/v2/token`, {
      method: 'POST',
      headers: { authtoken: token, 'content-type': 'application/json' },
      body: JSON.stringify({ logbasename: 'carts', ids: {} }),
    });
    const stream = ((await account.json()) as { readonly token: string }).token;
    const post = async (): Promise<number> => {
      const line = `ze_tm=${Date.now()},msg=under a stream token\n`;
      const headers = { authtoken: stream, 'content-type': 'application/json' };
      return (await fetch(`${culprit.address}/log/api/v2/tmpost`, { method: 'POST', headers, body: line }))
        .status;
    };
    expect(await post()).toBe(200);
    const rotated = await cli('tokens', 'rotate', 'collectors', '--overlap-minutes', '60');
    expect([await send('bearer', token), await send('bearer', rotated), await post()]).toEqual([
      200, 200, 200,
    ]);
    await cli('tokens', 'revoke', 'collectors');
    expect([await send('bearer', token), await send('bearer', rotated), await post()]).toEqual([
      401, 401, 401,
    ]);
    expect(await cli('tokens', 'list')).toMatch(/collectors {2}ingest, for production, revoked, used 20/);
    expect(await cli('audit')).toMatch(
      /this machine \(127\.0\.0\.1\) {2}revoke a token {2}\/api\/v1\/tokens\/\w{12} {2}done/,
    );
  });
});
