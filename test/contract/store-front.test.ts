import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createClient } from '@clickhouse/client';
import { createServerStore, serveStore, type StoreFront } from '@culprit/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultTime } from '../../libs/store/src/testing/build-rows.js';
import { write } from './store-support/sample-rows.js';

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const directory = mkdtempSync(join(tmpdir(), 'culprit-front-'));
let front: StoreFront;

beforeAll(async () => {
  front = await serveStore({ directory, logger, port: 0 });
});
afterAll(async () => {
  await front.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('the front before the embedded engine', () => {
  it('serves the official client as it comes: values, packed answers, errors by their code', async () => {
    const client = createClient({ url: front.url, compression: { request: true, response: true } });
    expect(await client.ping()).toEqual({ success: true });
    const value = 'it\'s\ta "quoted"\nline \\ ünïcode';
    const rows = await client.query({
      query: 'SELECT {value:String} AS value, {many:Array(String)} AS many, {number:UInt64} AS number',
      query_params: { value, many: [value, ''], number: '18446744073709551615' },
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
    });
    expect(await rows.json()).toEqual([{ value, many: [value, ''], number: '18446744073709551615' }]);
    await expect(client.query({ query: 'SELECT * FROM nowhere' })).rejects.toMatchObject({ code: '60' });
    await client.close();
  });

  it('lets a read change nothing, and a setting of one statement not reach the next', async () => {
    const client = createClient({ url: front.url });
    await client.command({ query: 'CREATE TABLE numbered (x UInt8) ENGINE = MergeTree ORDER BY x' });
    const hidden = 'WITH 1 AS y INSERT INTO numbered SELECT y';
    await expect(client.query({ query: hidden })).rejects.toMatchObject({ code: '164' });
    const settings = { max_result_rows: '1', result_overflow_mode: 'throw' } as const;
    const query = 'SELECT number FROM numbers(5)';
    await expect(client.query({ query, clickhouse_settings: settings })).rejects.toMatchObject({
      code: '396',
    });
    const rows = await client.query({ query, format: 'JSONEachRow' });
    expect(await rows.json()).toHaveLength(5);
    await client.close();
  });

  it('refuses what a browser may have been made to send', async () => {
    expect(await statusOf({ origin: 'https://example.org' })).toBe(400);
    expect(await statusOf({ host: 'rebound.example.org' })).toBe(400);
    expect(await statusOf({})).toBe(200);
  });

  it('refuses rows behind which statements could hide', async () => {
    const client = createClient({ url: front.url });
    const query = 'INSERT INTO t (a) FORMAT JSONCompactEachRow';
    const hostile = '["x"]\n\nDROP TABLE events\n';
    await expect(client.exec({ query, values: streamOf(hostile) })).rejects.toThrow(/blank line/);
    await client.close();
  });

  it('is shared by several stores, and one that went away is waited for', async () => {
    const stores = await Promise.all([0, 1].map(() => createServerStore({ url: front.url, logger })));
    const [one, two] = stores.map((store) => store.forTenant({ tenant: 'shared' }));
    if (one === undefined || two === undefined) throw new Error('two stores were opened');
    await write(one, [{ body: 'before', time: defaultTime }], 1);
    expect((await two.events.search({ pageSize: 10 })).total).toBe(1);
    const port = Number(new URL(front.url).port);
    await front.close();
    await expect(two.events.search({ pageSize: 10 })).rejects.toMatchObject({
      code: 'CULPRIT_STORE_UNAVAILABLE',
      isRetryable: true,
    });
    const writing = write(one, [{ body: 'meanwhile', time: defaultTime }], 2);
    front = await serveStore({ directory, logger, port });
    await writing;
    expect((await two.events.search({ pageSize: 10 })).total).toBe(2);
    for (const store of stores) await store.close();
  });
});

function statusOf(headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asking = request(`${front.url}/?query=SELECT%201`, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asking.once('error', reject);
    asking.end();
  });
}

function streamOf(text: string): Readable {
  return Readable.from([Buffer.from(text)], { objectMode: false });
}
