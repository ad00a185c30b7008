import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { array, assert, asyncProperty, constantFrom, oneof, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { post, published, start } from './support/ingest-process.js';

describe('POST /ingest/v1/logs', () => {
  it('stores NDJSON lines with what their envelopes say', async () => {
    const { url, bus } = await start();
    const answer = await post(
      url,
      '{"log":"one","service":"orders","pod":"orders-1"}\n{"message":"two","service":"cart"}\n',
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ accepted: 2, rejected: {} });
    const { lines } = await published(bus);
    expect(lines.map(({ text, logType }) => [text, logType])).toEqual([
      ['one', 'orders'],
      ['two', 'cart'],
    ]);
  });

  it.each([
    ['application/json', '[{"log":"a"},{"log":"b"}]', ['a', 'b']],
    ['application/vnd.acme+json; charset=utf-8', '[{"log":"a"}]', ['a']],
    ['application/jsonl', '{"log":"a"}\n{"log":"b"}', ['a', 'b']],
    ['text/plain', 'first line\nsecond line\n', ['first line', 'second line']],
    ['application/x-www-form-urlencoded', '{"log":"from curl"}', ['from curl']],
    ['', '{"log":"no type"}', ['no type']],
    ['application/octet-stream', 'plain words\n', ['plain words']],
  ])('understands a body of type "%s" by its meaning', async (type, body, texts) => {
    const { url, bus } = await start();
    const answer = await post(url, body, { 'content-type': type });
    expect(answer.status).toBe(200);
    expect((await published(bus)).lines.map(({ text }) => text)).toEqual(texts);
  });

  it.each([
    ['gzip', gzipSync('{"log":"packed"}\n')],
    ['deflate', deflateSync('{"log":"packed"}\n')],
    ['zstd', zstdCompressSync('{"log":"packed"}\n')],
  ])('inflates %s', async (encoding, body) => {
    const { url, bus } = await start();
    const answer = await post(url, body, { 'content-encoding': encoding });
    expect(answer.status).toBe(200);
    expect((await published(bus)).lines.map(({ text }) => text)).toEqual(['packed']);
  });

  it('takes defaults from query and headers, and lets lines overrule them', async () => {
    const { url, bus } = await start();
    const target = `${url}?log_type=shop%2Fweb&environment=prod&pod=web-1`;
    await post(target, '{"log":"a"}\n');
    await post(url, 'b\n', {
      'content-type': 'text/plain',
      'x-log-type': 'shop/db',
      'x-environment': 'stage',
    });
    const { lines } = await published(bus);
    expect(lines).toEqual([
      { text: 'a', logType: 'shop/web', environment: 'prod', pod: 'web-1' },
      { text: 'b', logType: 'shop/db', environment: 'stage', pod: '' },
    ]);
  });

  it('cuts a request into records of at most 1,000 lines in order', async () => {
    const { url, bus } = await start();
    const texts = Array.from({ length: 2_500 }, (_, i) => `line ${i}`);
    await post(url, texts.join('\n'), { 'content-type': 'text/plain' });
    const { batches, lines } = await published(bus);
    expect(batches.map(({ lineCount }) => lineCount)).toEqual([1_000, 1_000, 500]);
    expect(lines.map(({ text }) => text)).toEqual(texts);
  });

  it('cuts records at 512 KiB of text', async () => {
    const { url, bus } = await start();
    await post(url, `${'x'.repeat(60_000)}\n`.repeat(20), { 'content-type': 'text/plain' });
    const { batches } = await published(bus);
    expect(batches.map(({ lineCount }) => lineCount)).toEqual([8, 8, 4]);
  });

  it('keeps every line of a large body in order while others are served', async () => {
    const { url, bus } = await start();
    const texts = Array.from({ length: 60_000 }, (_, i) => `line ${i} ${'x'.repeat(150)}`);
    const large = post(url, gzipSync(texts.join('\n')), {
      'content-type': 'text/plain',
      'content-encoding': 'gzip',
    });
    const small = await post(`${url}?log_type=small`, 'small\n', { 'content-type': 'text/plain' });
    expect(small.status).toBe(200);
    expect(await (await large).json()).toEqual({ accepted: 60_000, rejected: {} });
    const { lines } = await published(bus);
    const ofLarge = lines.filter(({ logType }) => logType !== 'small').map(({ text }) => text);
    expect(ofLarge).toEqual(texts);
  });

  it('keeps each log type in one partition and in order when there are several', async () => {
    const { url, bus } = await start({}, { partitions: 4 });
    const body = Array.from({ length: 3_000 }, (_, i) => `{"log":"${i}","service":"s${i % 7}"}`).join('\n');
    await post(url, body);
    const { partitions, lines } = await published(bus);
    expect(lines).toHaveLength(3_000);
    expect(partitions.size).toBe(7);
    for (const ofLogType of partitions.values()) expect(ofLogType.size).toBe(1);
    for (let service = 0; service < 7; service++) {
      const numbers = lines
        .filter(({ logType }) => logType === `s${service}`)
        .map(({ text }) => Number(text));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  });

  it('shows with debug=1 what it understood and stores nothing', async () => {
    const { url, bus } = await start();
    const answer = await post(
      `${url}?debug=1`,
      '{"time":"2026-03-01T09:30:00Z","level":"error","log":"x"}\nbroken\n',
    );
    expect(await answer.json()).toMatchObject({
      stored: 0,
      lines: [{ time: '2026-03-01T09:30:00.000000000Z', text: 'x', logType: 'unknown' }],
    });
    expect((await published(bus)).lines).toEqual([]);
  });

  it('accepts the good lines of a batch with bad ones and counts the bad', async () => {
    const { url } = await start();
    const answer = await post(url, '{"log":"good"}\n{broken\n42\n');
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as { accepted: number; rejected: Record<string, number> };
    expect(body.accepted).toBe(1);
    expect(Object.values(body.rejected).reduce((sum, n) => sum + n, 0)).toBe(2);
  });

  it('counts what it stored, refused and could not read, by reason', async () => {
    const { url, metrics } = await start();
    await post(url, '{"log":"good"}\n{broken\n42\n');
    await post(url, '{broken\n');
    await post(url, 'x', { 'content-type': 'image/png' });
    const text = metrics.render();
    for (const line of [
      'culprit_ingest_requests_total{outcome="stored"} 1',
      'culprit_ingest_requests_total{outcome="refused"} 2',
      'culprit_ingest_refusals_total{code="CULPRIT_INGEST_ALL_REJECTED"} 1',
      'culprit_ingest_refusals_total{code="CULPRIT_INGEST_MEDIA_TYPE_UNSUPPORTED"} 1',
      'culprit_ingest_rejected_lines_total{reason="bad-json"} 2',
      'culprit_ingest_rejected_lines_total{reason="not-an-object"} 1',
      'culprit_ingest_accepted_lines_total 1',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('answers 400 with the first reason when no line is good', async () => {
    const { url } = await start();
    const answer = await post(url, '{broken\n{"also": broken\n');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'CULPRIT_INGEST_ALL_REJECTED' });
  });

  it('answers an empty body with nothing accepted', async () => {
    const { url } = await start();
    expect(await (await post(url, '')).json()).toEqual({ accepted: 0, rejected: {} });
  });

  it('answers 200 or 400 to any bytes whatsoever, and never loses count', async () => {
    const { url } = await start();
    const types = constantFrom(
      'application/x-ndjson',
      'application/json',
      'text/plain',
      'application/octet-stream',
    );
    await assert(
      asyncProperty(oneof(uint8Array({ maxLength: 400 }), jsonLike()), types, async (bytes, type) => {
        const answer = await post(url, Buffer.from(bytes), { 'content-type': type });
        expect([200, 400]).toContain(answer.status);
        const text = await answer.text();
        expect(text).toMatch(/^\{"(accepted|type)":/);
      }),
      { numRuns: 150 },
    );
  });

  it('repairs NUL bytes, mixed encodings and a byte order mark visibly', async () => {
    const { url } = await start();
    const body = Buffer.concat([
      Buffer.from('\ufeffplain\n'),
      Buffer.from([0x61, 0x00, 0x62, 0x0a]),
      Buffer.from([0xe4, 0xf6, 0xfc, 0x0a]),
    ]);
    const answer = await post(url, body, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      accepted: 3,
      repaired: { 'bom-removed': 1, 'invalid-utf8': 1 },
    });
  });
});

/** Text that looks like JSON lines and is often not. */
function jsonLike() {
  const pieces = constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"log":',
    '"',
    '\\',
    ',',
    '\n',
    '\u0000',
    'x',
    '1e999',
    '{"log":"ok"}',
  );
  return array(pieces, { maxLength: 40 }).map((parts) => new Uint8Array(Buffer.from(parts.join(''))));
}
