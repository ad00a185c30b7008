import { request as httpRequest } from 'node:http';
import { gzipSync, deflateSync, zstdCompressSync } from 'node:zlib';
import { createInProcessBus } from '@culprit/bus';
import type { BusRecord, InProcessBus } from '@culprit/bus';
import { allTopics, decodeRawLogBatch, topics } from '@culprit/contracts';
import { AppError, decodeUtf8 } from '@culprit/kernel';
import { createHealth, createHttpApp, createMetrics, silentLogger, systemClock } from '@culprit/platform';
import type { Health, HttpApp, Metrics } from '@culprit/platform';
import type { RawLogBatch } from '@culprit/records';
import { ingestConfigSchema, ingestModule } from '@culprit/service-ingest/module';
import type { IngestModuleOptions } from '@culprit/service-ingest/module';
import { array, assert, asyncProperty, constantFrom, oneof, uint8Array } from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

interface Line {
  readonly text: string;
  readonly logType: string;
  readonly environment: string;
  readonly pod: string;
}

interface Running {
  readonly url: string;
  readonly bus: InProcessBus;
  readonly health: Health;
  readonly metrics: Metrics;
}

const mebibyte = 1_048_576;

describe('POST /ingest/v1/logs', () => {
  const opened: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of opened.splice(0).toReversed()) await close();
  });

  async function start(
    settings: Readonly<Record<string, string>> = {},
    options: { readonly partitions?: number; readonly bus?: IngestModuleOptions['bus'] } = {},
  ): Promise<Running> {
    const bus = await createInProcessBus({
      topics: allTopics.map((topic) => ({ ...topic, partitions: options.partitions ?? 1 })),
      logger: silentLogger,
    });
    opened.push(() => bus.close());
    const health = createHealth();
    const metrics = createMetrics();
    const app: HttpApp = await createHttpApp({
      logger: silentLogger,
      metrics,
      health,
      clock: systemClock,
      modules: [ingestModule({ bus: options.bus ?? bus, config: ingestConfigSchema.parse(settings) })],
    });
    opened.push(() => app.close());
    const base = await app.listen('127.0.0.1', 0);
    return { url: `${base}/ingest/v1/logs`, bus, health, metrics };
  }

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
    const { batches, lines } = await published(bus);
    expect(lines).toHaveLength(3_000);
    for (const batch of batches) expect(new Set(linesOf(batch).map(({ logType }) => logType)).size).toBe(1);
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

  describe('limits', () => {
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

  describe('durability', () => {
    it('answers only after publishing resolved', async () => {
      const gate = Promise.withResolvers<void>();
      const bus = fakeBus(() => gate.promise);
      const { url } = await start({}, { bus });
      let isAnswered = false;
      const answer = post(url, '{"log":"x"}').then((response) => {
        isAnswered = true;
        return response;
      });
      await expect.poll(() => bus.publishCount()).toBe(1);
      expect(isAnswered).toBe(false);
      gate.resolve();
      expect((await answer).status).toBe(200);
    });

    it.each([
      ['full', new AppError({ code: 'CULPRIT_BUS_FULL', message: 'full', isRetryable: true })],
      [
        'out of space',
        new AppError({ code: 'CULPRIT_BUS_NO_SPACE', message: 'no space', isRetryable: true }),
      ],
      ['broken', new Error('secret detail')],
    ])('answers 503 with Retry-After when the bus is %s', async (_kind, failure) => {
      const { url } = await start({}, { bus: fakeBus(() => Promise.reject(failure)) });
      const answer = await post(url, '{"log":"x"}');
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).not.toBeNull();
      expect(await answer.text()).not.toContain('secret');
    });

    it('answers 503 when nobody reads what was published, and goes on once somebody does', async () => {
      const bus = await createInProcessBus({
        topics: allTopics.map((topic) => ({ ...topic, partitions: 1 })),
        logger: silentLogger,
        limits: { unreadBytes: 20_000, publishTimeoutMs: 50 },
      });
      opened.push(() => bus.close());
      const gate = Promise.withResolvers<void>();
      const subscription = await bus.subscribe({
        topic: topics.rawLogs.name,
        group: 'slow',
        onBatch: () => gate.promise,
      });
      const { url } = await start({}, { bus });
      const body = `{"log":"${'x'.repeat(15_000)}"}`;
      const statuses: number[] = [];
      while (statuses.at(-1) !== 503 && statuses.length < 10) statuses.push((await post(url, body)).status);
      expect(statuses.at(0)).toBe(200);
      expect(statuses.at(-1)).toBe(503);
      gate.resolve();
      await expect.poll(async () => (await post(url, body)).status, { timeout: 5_000 }).toBe(200);
      await subscription.close();
    });

    it('answers 503 while shutting down', async () => {
      const { url, health } = await start();
      health.beginShutdown();
      expect((await post(url, '{"log":"x"}')).status).toBe(503);
    });

    it('makes no second copy of a batch that is sent again', async () => {
      const { url, bus } = await start();
      const headers = { 'x-batch-id': 'b-1' };
      expect(await (await post(url, '{"log":"x"}', headers)).json()).toEqual({ accepted: 1, rejected: {} });
      const again = await (await post(url, '{"log":"x"}', headers)).json();
      expect(again).toEqual({ accepted: 1, rejected: {}, isRepeat: true });
      expect((await published(bus)).lines).toHaveLength(1);
    });

    it('makes one copy of a batch that is sent twice at the same time', async () => {
      const { url, bus } = await start();
      const both = await Promise.all([1, 2].map(() => post(url, '{"log":"x"}', { 'x-batch-id': 'b-2' })));
      expect(both.map(({ status }) => status)).toEqual([200, 200]);
      expect((await published(bus)).lines).toHaveLength(1);
    });

    it('stores a batch whose first try failed', async () => {
      let tries = 0;
      const bus = fakeBus(() => (++tries === 1 ? Promise.reject(new Error('no')) : Promise.resolve()));
      const { url } = await start({}, { bus });
      const headers = { 'x-batch-id': 'b-3' };
      expect((await post(url, '{"log":"x"}', headers)).status).toBe(503);
      const answer = await (await post(url, '{"log":"x"}', headers)).json();
      expect(answer).toEqual({ accepted: 1, rejected: {} });
      expect(tries).toBe(2);
    });

    it('refuses other lines under a batch id that is taken', async () => {
      const { url } = await start();
      await post(url, '{"log":"x"}', { 'x-batch-id': 'b-4' });
      expect((await post(url, '{"log":"y"}', { 'x-batch-id': 'b-4' })).status).toBe(409);
    });
  });

  describe('access', () => {
    const token = 'a-long-enough-secret';

    it('asks for a token when one is configured', async () => {
      const { url } = await start({ tokens: token });
      expect((await post(url, '{"log":"x"}')).status).toBe(401);
      expect((await post(url, '{"log":"x"}', { authorization: 'Bearer wrong' })).status).toBe(401);
      expect((await post(url, '{"log":"x"}', { authorization: `Bearer ${token}` })).status).toBe(200);
    });

    it('refuses what another web site makes a browser send', async () => {
      const { url } = await start();
      expect((await post(url, '{"log":"x"}', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    });

    it('answers probes', async () => {
      const { url } = await start();
      expect((await fetch(url)).status).toBe(200);
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
    });
  });
});

function post(
  url: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const type = headers['content-type'] ?? 'application/x-ndjson';
  const all: Record<string, string> = { ...headers, 'content-type': type };
  const bytes = new Uint8Array(Buffer.from(body));
  if (type === '') delete all['content-type'];
  return fetch(url, { method: 'POST', headers: all, body: bytes });
}

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

/** Sends a body without Content-Length; resolves with the status. */
function postChunked(url: string, chunks: number, chunk: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: 'POST', headers: { 'content-type': 'text/plain' } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on('error', reject);
    for (let i = 0; i < chunks; i++) request.write(chunk);
    request.end();
  });
}

/** A bus that only publishes, as the test says. */
function fakeBus(publish: (records: readonly BusRecord[]) => Promise<void>) {
  let count = 0;
  return {
    partitionCount: () => 1,
    publishCount: () => count,
    async publish(_topic: string, records: readonly BusRecord[]) {
      count += 1;
      await publish(records);
      return records.map((_, offset) => ({ partition: 0, offset }));
    },
  };
}

function linesOf(batch: RawLogBatch): Line[] {
  return Array.from({ length: batch.lineCount }, (_, i) => {
    const stream = batch.streams[batch.streamIndex[i] ?? 0];
    return {
      text: decodeUtf8(batch.bytes.subarray(batch.lineStart[i], batch.lineEnd[i])),
      logType: stream?.logType ?? '',
      environment: stream?.environment ?? '',
      pod: stream?.pod ?? '',
    };
  });
}

/** Everything published so far, by partition, in order. */
async function published(bus: InProcessBus): Promise<{ batches: RawLogBatch[]; lines: Line[] }> {
  const batches: RawLogBatch[] = [];
  const subscription = await bus.subscribe({
    topic: topics.rawLogs.name,
    group: `test-${Math.random()}`,
    onBatch: async (batch) => {
      for (const record of batch.records) batches.push(decodeRawLogBatch(record.value));
    },
  });
  await expect.poll(() => subscription.lag().every(({ lag }) => lag === 0), { timeout: 5_000 }).toBe(true);
  await subscription.close();
  return { batches, lines: batches.flatMap(linesOf) };
}
