import type { LogTypeName } from '@culprit/kernel';
import type { Store } from '@culprit/store';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultTime } from '../../libs/store/src/testing/build-rows.js';
import { nanos, numbered, template, write } from './store-support/sample-rows.js';

/** What every driver must do with events; each test works as a tenant of its own. */
export function describeEvents(newTenant: () => ReturnType<Store['forTenant']>): void {
  describe('events', () => {
    it('come back exactly as they were written', async () => {
      const store = newTenant();
      const body = 'first \u0000 "quoted" \\ back\n\n\tat second\r\n\u{1f600} end';
      await write(store, [
        { body, subNanos: 123_456, severity: 17, attributes: '{"a":1}', templateId: '0123456789abcdef' },
      ]);
      const { events, total } = await store.events.search({ pageSize: 10 });
      expect(total).toBe(1);
      expect(events).toEqual([
        {
          eventId: '00-000000000001-00000',
          time: nanos(defaultTime) + 123_456n,
          source: {
            environment: 'test',
            logType: 'shop/orders',
            namespace: 'shop',
            service: 'orders',
            pod: 'orders-1',
            container: 'orders',
            host: 'node-1',
          },
          severity: 17,
          templateId: '0123456789abcdef',
          body,
          attributes: '{"a":1}',
          flags: 0,
        },
      ]);
    });

    it('spread over a thousand days fit into one insert', async () => {
      const store = newTenant();
      const day = 86_400_000;
      const records = Array.from({ length: 1_000 }, (_, i) => ({
        body: `day ${i}`,
        time: defaultTime - i * day,
      }));
      await write(store, records);
      const found = await store.events.search({ pageSize: 1_000 });
      expect(found.total).toBe(1_000);
      expect(found.events.map((event) => event.body)).toEqual(records.map((record) => record.body));
    });

    it('of any year are kept, and the ends of the range are half open', async () => {
      const store = newTenant();
      const times = [-2_000_000_000_000, -1, 0, 1, defaultTime, 9_000_000_000_000];
      await write(
        store,
        times.map((time, i) => ({ body: `t${i}`, time: time - i })),
      );
      const all = await store.events.search({ pageSize: 10 });
      expect(all.events.map((event) => event.time)).toEqual(times.toReversed().map(nanos));
      const some = await store.events.search({ pageSize: 10, from: nanos(-1), until: nanos(1) });
      expect(some.events.map((event) => event.time)).toEqual([nanos(0), nanos(-1)]);
    });

    it('page through equal times without loss or repetition, with a steady total', async () => {
      const store = newTenant();
      await write(
        store,
        Array.from({ length: 57 }, (_, i) => ({ body: `e${i}`, time: defaultTime - i })),
      );
      const seen: string[] = [];
      let pageToken: string | undefined;
      do {
        const page = await store.events.search({ pageSize: 10, pageToken });
        if (seen.length === 20) await write(store, [{ body: 'late', time: defaultTime + 5 }], 9);
        expect(page.total).toBe(57);
        seen.push(...page.events.map((event) => event.eventId));
        pageToken = page.nextPageToken;
      } while (pageToken !== undefined);
      expect(seen).toHaveLength(57);
      expect(new Set(seen).size).toBe(57);
      expect(seen).toEqual(seen.toSorted().toReversed());
    });

    it('are found newest first wherever in time they lie, with and without their number', async () => {
      const store = newTenant();
      const times = [0, 1, 63, 500, 980, 999, 1_000].map((second) => second * 1_000);
      const records = times.map((time, i) => ({ body: `${i % 2 === 0 ? 'rare' : 'other'} ${i}`, time }));
      await write(store, records);
      const seen: string[] = [];
      let pageToken: string | undefined;
      do {
        const page = await store.events.newest({ pageSize: 2, text: 'rare', pageToken });
        expect(page).not.toHaveProperty('total');
        seen.push(...page.events.map(({ body }) => body));
        pageToken = page.nextPageToken;
      } while (pageToken !== undefined);
      expect(seen).toEqual(['rare 6', 'rare 4', 'rare 2', 'rare 0']);
      const all = await store.events.search({ pageSize: 9, text: 'rare', until: nanos(981_000) });
      expect(all.events.map(({ body }) => body)).toEqual(['rare 4', 'rare 2', 'rare 0']);
      expect(all.total).toBe(3);
      const uncounted = await store.events.newest({ pageSize: 1 });
      const other = store.events.search({ pageSize: 1, pageToken: uncounted.nextPageToken });
      await expect(other).rejects.toMatchObject({ code: 'CULPRIT_STORE_BAD_PAGE_TOKEN' });
    });

    it('refuse a page token of another search', async () => {
      const store = newTenant();
      await write(store, [{ body: 'a' }, { body: 'b' }]);
      const { nextPageToken: pageToken } = await store.events.search({ pageSize: 1 });
      await expect(store.events.search({ pageSize: 1, text: 'a', pageToken })).rejects.toMatchObject({
        code: 'CULPRIT_STORE_BAD_PAGE_TOKEN',
      });
    });

    it('are found by text, log type, host, pod, template and severity', async () => {
      const store = newTenant();
      await write(store, [
        { body: 'Connection refused by payment', severity: 17 },
        { body: 'order placed', stream: { logType: 'shop/carts', pod: 'carts-7' } },
        { body: 'order shipped', stream: { host: 'node-2' }, templateId: '00000000000000bb' },
      ]);
      const bodies = async (conditions: object): Promise<readonly string[]> =>
        (await store.events.search({ pageSize: 10, ...conditions })).events.map((event) => event.body);
      expect(await bodies({ text: 'connection REFUSED' })).toEqual(['Connection refused by payment']);
      expect(await bodies({ text: 'fused by pay' })).toEqual(['Connection refused by payment']);
      expect(await bodies({ text: 'refused payment' })).toEqual([]);
      expect(await bodies({ logType: 'shop/carts' })).toEqual(['order placed']);
      expect(await bodies({ pod: 'carts-7' })).toEqual(['order placed']);
      expect(await bodies({ host: 'node-2' })).toEqual(['order shipped']);
      expect(await bodies({ templateId: '00000000000000bb' })).toEqual(['order shipped']);
      expect(await bodies({ minSeverity: 10 })).toEqual(['Connection refused by payment']);
      expect(await bodies({ environment: 'other' })).toEqual([]);
    });

    it('are counted by time and severity, in buckets of round width', async () => {
      const store = newTenant();
      const minute = 60_000;
      await write(store, [
        { body: 'a', time: 0, severity: 9 },
        { body: 'b', time: minute - 10, severity: 17 },
        { body: 'c', time: 5 * minute, severity: 18 },
        { body: 'c', time: 5 * minute, severity: 0 },
      ]);
      expect(await store.events.histogram({}, 10)).toEqual({
        from: nanos(0),
        until: nanos(6 * minute),
        stepMillis: minute,
        buckets: [
          { start: nanos(0), countByLevel: [0, 0, 0, 1, 0, 1, 0] },
          { start: nanos(5 * minute), countByLevel: [1, 0, 0, 0, 0, 1, 0] },
        ],
      });
      const some = { text: 'B', minSeverity: 10, from: nanos(0), until: nanos(10_000_000) };
      expect(await store.events.histogram(some, 100)).toMatchObject({
        stepMillis: 2 * minute,
        buckets: [{ start: nanos(0), countByLevel: [0, 0, 0, 0, 0, 1, 0] }],
      });
      expect(await newTenant().events.histogram({}, 10)).toBeUndefined();
      await expect(store.events.histogram({}, 501)).rejects.toMatchObject({
        code: 'CULPRIT_STORE_BAD_REQUEST',
      });
    });

    it('are found by hostile text as it stands, and by nothing else', async () => {
      const store = newTenant();
      const texts = [
        "'; DROP TABLE events; --",
        '100%',
        '100x',
        'a_c',
        'abc',
        String.raw`\d+\'`,
        '{x:String}',
        'tab\there',
      ];
      await write(
        store,
        texts.map((body) => ({ body })),
      );
      for (const text of texts) {
        const { events, total } = await store.events.search({ pageSize: 10, text });
        expect(events.map((event) => event.body)).toEqual([text]);
        expect(total).toBe(1);
      }
      const hostile = fc.string({
        unit: fc.constantFrom("'", '\\', '%', '_', '\n', '\t', '\0', '{', '}', ';', 'é', 'A'),
      });
      let sequence = 100;
      await fc.assert(
        fc.asyncProperty(hostile, hostile, async (text, logType) => {
          const body = `<${text}>`;
          await write(store, [{ body, stream: { logType: `x${logType}` } }], sequence++);
          const conditions = { logType: `x${logType}` as LogTypeName, text: body, pageSize: 1 };
          expect((await store.events.search(conditions)).events[0]?.body).toBe(body);
        }),
        { numRuns: 40, seed: 51 },
      );
    });

    it('are peeked at within their stream or their log type', async () => {
      const store = newTenant();
      const pods = ['a', 'b'];
      await write(
        store,
        Array.from({ length: 20 }, (_, i) => ({ body: `e${i}`, stream: { pod: pods[i % 2] ?? '' } })),
      );
      const peek = async (scope: 'stream' | 'log-type'): Promise<readonly string[]> =>
        (await store.events.peek({ eventId: '00-000000000001-0000a', before: 2, after: 3, scope })).map(
          (event) => event.body,
        );
      expect(await peek('stream')).toEqual(['e6', 'e8', 'e10', 'e12', 'e14', 'e16']);
      expect(await peek('log-type')).toEqual(['e8', 'e9', 'e10', 'e11', 'e12', 'e13']);
      expect(await store.events.peek({ eventId: 'nonsense', before: 1, after: 1, scope: 'stream' })).toEqual(
        [],
      );
    });

    it('of one tenant are invisible to another', async () => {
      const mine = newTenant();
      const theirs = newTenant();
      await write(mine, [{ body: 'secret' }], 1, [template('00000000000000aa', 'secret')]);
      const [event] = (await mine.events.search({ pageSize: 1 })).events;
      expect((await theirs.events.search({ pageSize: 1 })).total).toBe(0);
      expect(await theirs.events.find(event?.eventId ?? '')).toBeUndefined();
      expect((await theirs.templates.search({ pageSize: 1 })).total).toBe(0);
      expect((await theirs.overview.read()).eventCount).toBe(0);
      expect((await theirs.events.lastSequences()).size).toBe(0);
    });

    it('of a repeated batch are stored once, in whatever groups it comes', async () => {
      const store = newTenant();
      const batches = Array.from({ length: 12 }, (_, sequence) => numbered(sequence, 40));
      const first = store.createEventWriter();
      for (const batch of batches.slice(0, 8)) await first.append(batch);
      await first.flush();
      const second = store.createEventWriter();
      for (const batch of batches.slice(3)) {
        await second.append(batch);
        if (batch.sequence % 2 === 0) await second.flush();
      }
      await second.flush();
      expect(second.counters.skippedRows).toBe(200);
      expect(second.storedThrough(0)).toBe(11);
      expect((await store.events.search({ pageSize: 1 })).total).toBe(480);
      expect(await store.events.lastSequences()).toEqual(new Map([[0, 11]]));
    });
  });
}
