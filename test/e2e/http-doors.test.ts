import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCulprit, type Culprit } from './support/culprit.js';

let culprit: Culprit;
let count = 0;
beforeAll(async () => {
  culprit = await startCulprit();
});
afterAll(() => culprit.stop());

async function post(path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(`${culprit.address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
  return { status: answer.status, text: await answer.text() };
}

describe('protocols over HTTP', () => {
  it('store what the bulk helper of @elastic/elasticsearch sends', async () => {
    const script = join(import.meta.dirname, 'support', 'elastic-client.mjs');
    for (const [prefix, service] of [
      ['', 'bare'],
      ['/ingest/elastic', 'prefixed'],
    ] as const) {
      const output = execFileSync(process.execPath, [script, `${culprit.address}${prefix}`, service]);
      expect(JSON.parse(String(output))).toMatchObject({ total: 50, failed: 0, successful: 50 });
      count += 50;
    }
    const events = await culprit.stored(count);
    expect(events.filter(({ logType }) => logType === 'prefixed')[7]).toMatchObject({
      severityNumber: 17,
      body: 'order 7 timed out',
    });
  });

  it('answer what shippers ask before they send', async () => {
    for (const path of [
      '/ingest/elastic',
      '/_license',
      '/_cluster/health',
      '/_ilm/policy/filebeat',
      '/_index_template/filebeat-8',
      '/ready',
      '/services/collector/health/1.0',
      '/api/v1/validate',
    ])
      expect([path, (await fetch(`${culprit.address}${path}`)).status]).toEqual([path, 200]);
    const head = await fetch(`${culprit.address}/ingest/elastic`, { method: 'HEAD' });
    expect(head.headers.get('x-elastic-product')).toBe('Elasticsearch');
  });

  it('store what Splunk, Datadog, Firehose and journald send', async () => {
    const time = 1795488675.5;
    const hec = Array.from({ length: 20 }, (_, i) =>
      JSON.stringify({ time: time + i, event: `hec ${i}`, sourcetype: 'hec-app' }),
    );
    expect(
      await post('/services/collector/event', gzipSync(hec.join('')), { 'content-encoding': 'gzip' }),
    ).toEqual({
      status: 200,
      text: '{"text":"Success","code":0}',
    });
    const datadog = Array.from({ length: 20 }, (_, i) => ({
      message: `dd ${i}`,
      service: 'dd-app',
      timestamp: time * 1000 + i,
    }));
    expect(await post('/api/v2/logs', JSON.stringify(datadog))).toEqual({ status: 202, text: '{}' });
    const records = [{ data: Buffer.from('{"message":"fh 1","service":"fh-app"}\n').toString('base64') }];
    const firehose = JSON.stringify({ requestId: 'r-1', timestamp: 1, records });
    for (let sent = 0; sent < 2; sent++) {
      const answer = await post('/firehose', firehose, { 'x-amz-firehose-request-id': 'r-1' });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text)).toMatchObject({ requestId: 'r-1' });
    }
    const journal =
      '__CURSOR=1\n__REALTIME_TIMESTAMP=1795487345249000\nMESSAGE=unit failed\nPRIORITY=3\nSYSLOG_IDENTIFIER=jd-app\n\n';
    for (let sent = 0; sent < 2; sent++)
      expect((await post('/upload', journal, { 'content-type': 'application/vnd.fdo.journal' })).status).toBe(
        200,
      );
    count += 42;
    const events = await culprit.stored(count);
    for (const [app, lines] of [
      ['hec-app', 20],
      ['dd-app', 20],
      ['fh-app', 1],
      ['jd-app', 1],
    ] as const)
      expect([app, events.filter(({ logType }) => logType === app).length]).toEqual([app, lines]);
  });

  it('answer errors in the form of each protocol', async () => {
    const otlp = await post('/v1/logs', '{broken');
    expect([otlp.status, JSON.parse(otlp.text)]).toMatchObject([400, { code: 3 }]);
    expect((await post('/firehose', '{', { 'x-amz-firehose-request-id': 'r-2' })).text).toContain(
      '"requestId":"r-2"',
    );
    expect((await post('/_bulk', '{"message":"x"}')).status).toBe(400);
    const bulk = await post('/_bulk', '{"create":{}}\n{"message":"fine"}\n{"create":{}}\n{}\n');
    expect(JSON.parse(bulk.text)).toMatchObject({
      errors: true,
      items: [{ create: { status: 201 } }, { create: { status: 400 } }],
    });
    count += 1;
  });

  it('store what curl sends from a pipe', async () => {
    const body = Array.from({ length: 10 }, (_, i) =>
      JSON.stringify({
        streams: [{ stream: { app: 'curl-app' }, values: [[`179548734864800${i}000`, `curl ${i}`]] }],
      }),
    );
    for (const json of body)
      execFileSync(
        'curl',
        [
          '-sf',
          '-H',
          'content-type: application/json',
          '--data-binary',
          '@-',
          `${culprit.address}/loki/api/v1/push`,
        ],
        { input: json },
      );
    count += 10;
    const events = await culprit.stored(count);
    expect(events.filter(({ logType }) => logType === 'curl-app')).toHaveLength(10);
  });
});
