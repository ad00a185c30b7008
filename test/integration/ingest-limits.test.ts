import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { post, postChunked, published, start } from './support/ingest-process.js';

const mebibyte = 1_048_576;

describe('limits of POST /ingest/v1/logs', () => {
  it.each([
    ['truncated', gzipSync('{"log":"x"}\n'.repeat(1_000)).subarray(0, 40)],
    ['damaged', Buffer.concat([gzipSync('{"log":"x"}').subarray(0, 12), Buffer.alloc(64, 7)])],
    ['not', Buffer.from('plain text')],
  ])('answers 400 to a %s gzip body', async (_kind, body) => {
    const { url, bus } = await start();
    const answer = await post(url, body, { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'CULPRIT_INGEST_ENCODING_BROKEN' });
    expect((await published(bus)).lines).toEqual([]);
  });

  it('answers 413 to a bomb long before it is inflated', async () => {
    const { url, metrics } = await start();
    const answer = await post(url, gzipSync(Buffer.alloc(60 * mebibyte)), { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(413);
    expect(metrics.render()).toContain('culprit_ingest_in_flight_bytes 0');
  });

  it('answers 413 to a body that is declared too large, without reading it', async () => {
    const { url } = await start({ maxWireBytes: '2048' });
    expect((await post(url, 'x'.repeat(3_000))).status).toBe(413);
  });

  it('answers 413 to a chunked body that turns out too large', async () => {
    const { url } = await start({ maxWireBytes: '200000' });
    expect(await postChunked(url, 40, Buffer.alloc(10_000, 0x61))).toBe(413);
  });

  it('answers 413 to a body that inflates past the limit', async () => {
    const { url } = await start({ maxInflatedBytes: '100000' });
    const body = gzipSync(Array.from({ length: 20_000 }, (_, i) => `line ${i * 7919}`).join('\n'));
    expect((await post(url, body, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('answers 413 to very many very short lines', async () => {
    const { url } = await start({ maxLines: '1000' });
    expect((await post(url, '\n'.repeat(1_001), { 'content-type': 'text/plain' })).status).toBe(413);
  });

  it('answers 415 to unknown media types and encodings', async () => {
    const { url } = await start();
    expect((await post(url, 'x', { 'content-type': 'image/png' })).status).toBe(415);
    expect((await post(url, 'x', { 'content-encoding': 'br' })).status).toBe(415);
    expect((await post(url, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      415,
    );
  });

  it('answers 429 with Retry-After over the rate of a tenant', async () => {
    const { url } = await start({ rateBytesPerSecond: '1000', rateBurstBytes: '1024' });
    expect((await post(url, `{"log":"${'x'.repeat(3_000)}"}`)).status).toBe(200);
    const answer = await post(url, '{"log":"y"}');
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  it('folds streams over the limit into one and says so', async () => {
    const { url, bus, health } = await start({ maxActiveStreams: '10' });
    const body = Array.from({ length: 50 }, (_, i) => `{"log":"${i}","service":"s","pod":"p${i}x"}`).join(
      '\n',
    );
    const answer = (await (await post(url, body)).json()) as { accepted: number; notices: string[] };
    expect(answer.accepted).toBe(50);
    expect(answer.notices[0]).toContain('40 lines');
    const { lines } = await published(bus);
    expect(lines.filter(({ logType }) => logType === '__other__')).toHaveLength(40);
    expect(health.notices()).toEqual([expect.stringContaining('more than 10 streams')]);
  });
});
