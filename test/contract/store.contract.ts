import type { RootCauseReport } from '@culprit/correlation';
import type {
  EnvironmentName,
  EpochNanos,
  IncidentId,
  IncidentTypeId,
  LogTypeName,
  TemplateId,
} from '@culprit/kernel';
import type { Anomaly, AnomalyBatch } from '@culprit/scoring';
import type { EventRows } from '@culprit/pipeline';
import type { Store } from '@culprit/store';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRows, defaultTime } from '../../libs/store/src/testing/build-rows.js';
import type { TestRecord } from '../../libs/store/src/testing/build-rows.js';

const environment = 'test' as EnvironmentName;
const nanos = (millis: number): EpochNanos => (BigInt(millis) * 1_000_000n) as EpochNanos;

/** What every driver must do; each test works as a tenant of its own. */
export function describeStoreContract(name: string, open: () => Promise<Store>): void {
  describe(`store over ${name}`, () => {
    let root: Store;
    let tenantNumber = 0;
    const newTenant = (): ReturnType<Store['forTenant']> =>
      root.forTenant({ tenant: `tenant-${tenantNumber++}` });

    beforeAll(async () => {
      root = await open();
    });
    afterAll(() => root.close());

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
        expect(
          await store.events.peek({ eventId: 'nonsense', before: 1, after: 1, scope: 'stream' }),
        ).toEqual([]);
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

    describe('templates', () => {
      it('have exact counts, with merged ones folded into the one they became', async () => {
        const store = newTenant();
        const [a, b, c] = ['00000000000000aa', '00000000000000bb', '00000000000000cc'] as const;
        await write(
          store,
          [a, a, b, c, c, c].map((templateId, i) => ({ body: `e${i}`, templateId, severity: i + 1 })),
          1,
          [template(a, 'took 5 ms'), template(b, 'took <*> ms'), template(c, 'user <*>')],
        );
        await store.templates.save([template(a, 'took 5 ms', b)], 2);
        await store.templates.save([template(b, 'took <*> <*>', c)], 3);
        const { templates, total } = await store.templates.search({ pageSize: 10 });
        expect(total).toBe(1);
        expect(templates[0]).toMatchObject({
          templateId: c,
          text: 'user <*>',
          count: 6,
          maxSeverity: 6,
          aliases: [a, b],
        });
        const found = await store.events.search({ pageSize: 10, templateId: c as TemplateId });
        expect(found.total).toBe(6);
      });

      it('keep their newest text, whatever the order of arrival', async () => {
        const store = newTenant();
        await store.templates.save([template('00000000000000aa', 'new')], 9);
        await store.templates.save([template('00000000000000aa', 'old')], 4);
        expect((await store.templates.search({ pageSize: 10 })).templates.map(({ text }) => text)).toEqual([
          'new',
        ]);
      });

      it('are listed most frequent first, by page and by text', async () => {
        const store = newTenant();
        const ids = Array.from({ length: 7 }, (_, i) => `00000000000000${(i + 16).toString(16)}`);
        await write(
          store,
          ids.flatMap((templateId, i) =>
            Array.from({ length: (i % 3) + 1 }, () => ({ body: 'x', templateId })),
          ),
          1,
          ids.map((id, i) => template(id, `Template ${i}`)),
        );
        const seen: number[] = [];
        let pageToken: string | undefined;
        do {
          const page = await store.templates.search({ pageSize: 2, pageToken });
          expect(page.total).toBe(7);
          seen.push(...page.templates.map(({ count }) => count));
          pageToken = page.nextPageToken;
        } while (pageToken !== undefined);
        expect(seen).toEqual([3, 3, 2, 2, 1, 1, 1]);
        const [only] = (await store.templates.search({ pageSize: 2, text: 'template 4' })).templates;
        expect(only?.text).toBe('Template 4');
      });
    });

    describe('reports', () => {
      it('come back whole, the latest revision unless another is asked for', async () => {
        const store = newTenant();
        const first = report({ revision: 1 });
        const second = report({ revision: 2, title: 'grown', relatedEvents: [reportEvent(3)] });
        await store.reports.save(first);
        await store.reports.save(second);
        await store.reports.save(second);
        expect(await store.reports.find(first.incidentId)).toEqual(second);
        expect(await store.reports.find(first.incidentId, 1)).toEqual(first);
        expect(await store.reports.find('none' as IncidentId)).toBeUndefined();
        const revisions = await store.reports.listRevisions(first.incidentId);
        expect(revisions.map(({ revision }) => revision)).toEqual([1, 2]);
        expect((await store.reports.search({ pageSize: 10 })).reports.map(({ title }) => title)).toEqual([
          'grown',
        ]);
      });

      it('are listed latest first by page, and filtered by what the latest revision says', async () => {
        const store = newTenant();
        for (let i = 0; i < 9; i++) {
          const start = nanos(defaultTime + Math.floor(i / 2) * 60_000);
          await store.reports.save(
            report({
              incidentId: `inc-${i}` as IncidentId,
              start,
              end: (start + 1_000_000_000n) as EpochNanos,
              significance: i % 3 === 0 ? 'high' : 'low',
              hosts: [`node-${i % 2}`],
              logTypes: i === 4 ? ['k8s-events'] : ['shop/orders'],
              incidentType: `type-${i % 4}` as IncidentTypeId,
              mergedInto: i === 8 ? ('inc-7' as IncidentId) : undefined,
            }),
          );
        }
        const ids = async (conditions: object): Promise<readonly string[]> =>
          (await store.reports.search({ pageSize: 100, ...conditions })).reports.map(
            ({ incidentId }) => incidentId,
          );
        expect(await ids({})).toEqual([
          'inc-7',
          'inc-6',
          'inc-5',
          'inc-4',
          'inc-3',
          'inc-2',
          'inc-1',
          'inc-0',
        ]);
        expect(await ids({ includeMerged: true })).toHaveLength(9);
        expect(await ids({ significance: ['high'] })).toEqual(['inc-6', 'inc-3', 'inc-0']);
        expect(await ids({ host: 'node-1' })).toEqual(['inc-7', 'inc-5', 'inc-3', 'inc-1']);
        expect(await ids({ logType: 'k8s-events' })).toEqual(['inc-4']);
        expect(await ids({ incidentType: 'type-2' })).toEqual(['inc-6', 'inc-2']);
        expect(await ids({ from: nanos(defaultTime + 60_000), until: nanos(defaultTime + 120_000) })).toEqual(
          ['inc-3', 'inc-2'],
        );
        const paged: string[] = [];
        let pageToken: string | undefined;
        do {
          const page = await store.reports.search({ pageSize: 3, pageToken });
          expect(page.total).toBe(8);
          paged.push(...page.reports.map(({ incidentId }) => incidentId));
          pageToken = page.nextPageToken;
        } while (pageToken !== undefined);
        expect(paged).toEqual(await ids({}));
      });
    });

    it('keeps anomalies whole, once, and lists the strongest of a window in order of time', async () => {
      const store = newTenant();
      const batch = anomalyBatch([anomaly(0, 9), anomaly(1, 3), anomaly(2, 7), anomaly(3, 5)]);
      await store.anomalies.save([batch]);
      await store.anomalies.save([batch, anomalyBatch([])]);
      expect(await store.anomalies.list({ limit: 100 })).toEqual(batch.anomalies);
      const strongest = await store.anomalies.list({ limit: 2, minSurprise: 4 });
      expect(strongest.map(({ surprise }) => surprise)).toEqual([9, 7]);
      const window = { from: nanos(defaultTime + 1), until: nanos(defaultTime + 3) };
      expect((await store.anomalies.list({ ...window, limit: 9 })).map(({ surprise }) => surprise)).toEqual([
        3, 7,
      ]);
      expect(await store.anomalies.list({ limit: 9, logType: 'other' as LogTypeName })).toEqual([]);
    });

    it('sums up what it holds', async () => {
      const store = newTenant();
      const records = Array.from({ length: 600 }, (_, i) => ({
        body: `e${i}`,
        time: defaultTime + i * 999,
        stream: { logType: i % 3 === 0 ? 'a' : 'b' },
        templateId: i % 2 === 0 ? '00000000000000aa' : '00000000000000bb',
      }));
      await write(store, records);
      await store.reports.save(report({}));
      const overview = await store.overview.read(environment);
      expect(overview).toMatchObject({
        eventCount: 600,
        reportCount: 1,
        firstSeen: nanos(defaultTime),
        lastSeen: nanos(defaultTime + 599_000),
      });
      expect(overview.logTypes).toMatchObject([
        { logType: 'b', eventCount: 400, templateCount: 2 },
        { logType: 'a', eventCount: 200, templateCount: 2 },
      ]);
      expect(overview.logTypes[0]?.eventsPerSecond).toBeCloseTo(2 / 3, 1);
      expect(overview.diskBytes).toBeGreaterThan(0);
      expect((await store.overview.read('other' as EnvironmentName)).eventCount).toBe(0);
    });

    it('keeps feedback and tokens', async () => {
      const store = newTenant();
      const feedback = {
        incidentId: 'inc-1' as IncidentId,
        incidentType: 'type-1' as IncidentTypeId,
        environment,
        verdict: 'useful' as const,
        author: "o'neil",
        note: 'yes\n',
        saidAt: nanos(defaultTime),
      };
      await store.feedback.save(feedback);
      expect(await store.feedback.list(feedback.incidentType)).toEqual([feedback]);
      const token = {
        tokenHash: 'ab'.repeat(32),
        name: 'collector',
        scope: 'ingest' as const,
        createdAt: nanos(defaultTime),
        expiresAt: undefined,
        isRevoked: false,
      };
      await store.tokens.save(token);
      await store.tokens.save({ ...token, isRevoked: true });
      expect(await store.tokens.list()).toEqual([{ ...token, isRevoked: true }]);
    });

    it('refuses what is out of bounds with a code', async () => {
      const store = newTenant();
      const refused = { code: 'CULPRIT_STORE_BAD_REQUEST' };
      await expect(store.events.search({ pageSize: 1_001 })).rejects.toMatchObject(refused);
      await expect(store.events.search({ pageSize: 1, minSeverity: 25 })).rejects.toMatchObject(refused);
      await expect(store.anomalies.list({ limit: 0 })).rejects.toMatchObject(refused);
      await expect(
        store.events.peek({ eventId: 'x', before: -1, after: 0, scope: 'stream' }),
      ).rejects.toMatchObject(refused);
    });
  });
}

async function write(
  store: ReturnType<Store['forTenant']>,
  records: readonly TestRecord[],
  sequence = 1,
  templates: EventRows['templates'] = [],
): Promise<void> {
  const writer = store.createEventWriter();
  await writer.append(buildRows({ lane: 0, sequence, templates }, records));
  await writer.flush();
}

function numbered(sequence: number, count: number): EventRows {
  return buildRows(
    { lane: 0, sequence },
    Array.from({ length: count }, (_, i) => ({ body: `${sequence}/${i}` })),
  );
}

function template(id = '', text = '', canonicalId = id): EventRows['templates'][number] {
  return {
    environment: 'test',
    logType: 'shop/orders',
    templateId: id as TemplateId,
    text,
    canonicalId: canonicalId as TemplateId,
  };
}

function reportEvent(zoom: 0 | 3): RootCauseReport['coreEvents'][number] {
  return {
    eventId: '00-000000000001-00000',
    time: (nanos(defaultTime) + 123_456_789n) as EpochNanos,
    logType: 'shop/orders',
    host: 'node-1',
    pod: 'orders-1',
    severity: 17,
    message: 'said something',
    body: '1700000000000',
    templateId: '00000000000000aa' as TemplateId,
    surprise: 12.5,
    badness: 3,
    role: zoom === 0 ? 'cause' : 'context',
    reasons: ['first time in 3 h here'],
    zoom,
  };
}

function report(changes: Partial<RootCauseReport>): RootCauseReport {
  return {
    incidentId: 'inc-1' as IncidentId,
    incidentType: 'type-1' as IncidentTypeId,
    occurrence: 1,
    revision: 1,
    environment,
    detector: 'wide',
    start: nanos(defaultTime),
    end: nanos(defaultTime + 60_000),
    created: nanos(defaultTime + 90_000),
    updated: nanos(defaultTime + 90_000),
    significance: 'high',
    falseReportsPerDay: 0.01,
    isProvisional: true,
    title: "'quoted' title",
    summary: 'what happened',
    logTypes: ['shop/orders'],
    hosts: ['node-1'],
    coreEvents: [reportEvent(0)],
    hallmarks: [{ time: nanos(defaultTime), logType: 'shop/orders', body: 'refused' }],
    relatedEvents: [],
    relatedCounts: { 1: 1, 2: 2, 3: 3 },
    mergedInto: undefined,
    ...changes,
  };
}

function anomaly(index: number, surprise: number): Anomaly {
  return {
    event: {
      eventId: `00-000000000001-0000${index}`,
      time: nanos(defaultTime + index),
      source: {
        environment,
        logType: 'shop/orders' as LogTypeName,
        namespace: 'shop',
        service: 'orders',
        pod: 'orders-1',
        container: 'orders',
        host: 'node-1',
      },
      severity: 17,
      templateId: '00000000000000aa' as TemplateId,
      message: 'took <*> ms',
      body: '123',
      parameters: ['123'],
      hasStackTrace: false,
    },
    surprise,
    badness: 2,
    evidence: [{ kind: 'novelty', probability: 0.001, sentence: 'first time in 3 h here' }],
    count: 1,
  };
}

function anomalyBatch(anomalies: readonly Anomaly[]): AnomalyBatch {
  return { lane: 0, sequence: 1, closedThrough: defaultTime, anomalies, activity: [] };
}
