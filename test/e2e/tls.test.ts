import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { credentials } from '@grpc/grpc-js';
import { FluentClient } from '@fluent-org/logger';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificates } from '../../libs/platform/src/tls/certificates.test-data.js';
import { startCulprit, type Culprit } from './support/culprit.js';

const run = promisify(execFile);

describe('encrypted ports', () => {
  const directory = mkdtempSync(join(tmpdir(), 'culprit-tls-e2e-'));
  const file = (name: string): string => join(directory, name);
  let culprit: Culprit;
  let sent = 0;

  beforeAll(async () => {
    for (const name of ['authority', 'serverCertificate', 'serverKey'] as const)
      writeFileSync(file(name), certificates[name]);
    culprit = await startCulprit({
      CULPRIT_TLS_CERTIFICATE_FILE: file('serverCertificate'),
      CULPRIT_TLS_KEY_FILE: file('serverKey'),
      NODE_EXTRA_CA_CERTS: file('authority'),
    });
  });
  afterAll(async () => {
    await culprit.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const curl = async (url: string, ...more: readonly string[]): Promise<string> =>
    (await run('curl', ['--silent', '--show-error', '--cacert', file('authority'), ...more, url])).stdout;

  const stored = async (): Promise<readonly string[]> => {
    let bodies: readonly string[] = [];
    await expect
      .poll(
        async () => {
          const page = JSON.parse(await curl(`${culprit.address}/api/v1/events`)) as {
            readonly events: readonly { readonly body: string }[];
          };
          bodies = page.events.map(({ body }) => body);
          return bodies.length;
        },
        { timeout: 30_000 },
      )
      .toBe(sent);
    return bodies;
  };

  it('take lines of curl, OpenTelemetry, openssl over syslog, and Fluent forward', async () => {
    expect(culprit.address).toMatch(/^https:/);
    const answer = await curl(`${culprit.address}/ingest/v1/logs`, '--data-binary', '{"log":"over https"}');
    expect(JSON.parse(answer)).toMatchObject({ accepted: 1 });
    const alias = `https://${culprit.portOf('OTLP/HTTP')}/ingest/v1/logs`;
    expect(JSON.parse(await curl(alias, '--data-binary', '{"log":"over its usual port"}'))).toMatchObject({
      accepted: 1,
    });

    const exporter = new OTLPLogExporter({
      url: `https://${culprit.portOf('OTLP/gRPC')}`,
      credentials: credentials.createSsl(Buffer.from(certificates.authority)),
    });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    provider.getLogger('app').emit({ body: 'over gRPC' });
    await provider.shutdown();

    const openssl = spawn(
      'openssl',
      [
        's_client',
        '-quiet',
        '-verify_return_error',
        '-CAfile',
        file('authority'),
        '-connect',
        culprit.portOf('syslog UDP\\+TCP'),
      ],
      { stdio: ['pipe', 'ignore', 'ignore'] },
    );
    openssl.stdin.write('<131>1 2026-11-24T02:31:46Z vm app - - - over syslog\n');

    const [host = '', port = ''] = culprit.portOf('Fluent forward').split(':');
    const client = new FluentClient('app', {
      ack: { ackTimeout: 10_000 },
      socket: { host, port: Number(port), tls: { ca: certificates.authority } },
    });
    const acknowledged = client.emit({ log: 'over forward' });
    await client.flush();
    await acknowledged;
    await client.disconnect();

    sent = 5;
    expect((await stored()).toSorted()).toEqual([
      'over forward',
      'over gRPC',
      'over https',
      'over its usual port',
      'over syslog',
    ]);
    openssl.kill();
  });

  it('speak to nobody in the clear', async () => {
    await expect(fetch(culprit.address.replace('https:', 'http:'))).rejects.toThrow('fetch failed');
    await expect(run('curl', ['--silent', '--fail', `${culprit.address}/healthz`])).rejects.toThrow('curl');
  });

  it('show a new certificate once its files have changed, without a restart', async () => {
    const [host = '', port = ''] = culprit.portOf('syslog UDP\\+TCP').split(':');
    const shown = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        });
        socket.on('error', reject);
      });
    const before = await shown();
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      '/CN=renewed',
      '-days',
      '2',
      '-keyout',
      file('key.new'),
      '-out',
      file('certificate.new'),
    ]);
    renameSync(file('key.new'), file('serverKey'));
    renameSync(file('certificate.new'), file('serverCertificate'));
    await expect.poll(shown, { timeout: 30_000, interval: 500 }).not.toBe(before);
  });
});
