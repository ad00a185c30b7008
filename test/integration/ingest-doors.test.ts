import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fakeBus, post, published, start } from './support/ingest-process.js';

const otlp = JSON.stringify({
  resourceLogs: [
    { scopeLogs: [{ logRecords: [{ timeUnixNano: '1795487345249000000', body: { stringValue: 'one' } }] }] },
  ],
});
const loki = JSON.stringify({
  streams: [{ stream: { app: 'a' }, values: [['1795487345249000000', 'one']] }],
});
const bulk = '{"create":{}}\n{"@timestamp":"2026-11-24T02:29:05Z","message":"one"}\n';
const json = { 'content-type': 'application/json' };

const doors = [
  ['/v1/logs', otlp],
  ['/loki/api/v1/push', loki],
  ['/_bulk', bulk],
  ['/services/collector/event', '{"event":"one"}'],
  ['/api/v2/logs', '[{"message":"one"}]'],
  ['/firehose', JSON.stringify({ records: [{ data: Buffer.from('one\n').toString('base64') }] })],
  ['/upload', 'MESSAGE=one\n\n'],
] as const;

describe('every door', () => {
  it.each(doors)(
    '%s asks to come again when the bus does not take lines, and then stores them',
    async (path, body) => {
      let isFull = true;
      const bus = fakeBus(() => (isFull ? Promise.reject(new Error('full')) : Promise.resolve()));
      const { url } = await start({}, { bus });
      const address = url.replace('/ingest/v1/logs', path);
      const refused = await post(address, body, json);
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true]);
      isFull = false;
      expect((await post(address, body, json)).status).toBeLessThan(300);
      expect(bus.publishCount()).toBe(2);
    },
  );

  it.each(doors)('%s refuses a body that inflates too much', async (path) => {
    const { url } = await start();
    const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20));
    const answer = await post(url.replace('/ingest/v1/logs', path), bomb, {
      ...json,
      'content-encoding': 'gzip',
    });
    expect(answer.status).toBe(413);
  });

  it.each(doors.slice(0, 3))('%s does not store a request twice that is sent twice', async (path, body) => {
    const { url, bus } = await start();
    const address = url.replace('/ingest/v1/logs', path);
    for (let sent = 0; sent < 3; sent++) expect((await post(address, body, json)).status).toBeLessThan(300);
    expect((await published(bus)).lines).toHaveLength(1);
  });

  it('shows with debug=1 what it understood, and stores nothing', async () => {
    const { url, bus } = await start();
    const answer = await post(`${url.replace('/ingest/v1/logs', '/loki/api/v1/push')}?debug=1`, loki, json);
    expect(await answer.json()).toMatchObject({ stored: 0, lines: [{ text: 'one', logType: 'a' }] });
    expect((await published(bus)).lines).toEqual([]);
  });
});
