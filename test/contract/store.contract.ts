import type {
  EnvironmentName,
  EpochNanos,
  IncidentId,
  IncidentTypeId,
  LogTypeName,
  TemplateId,
} from '@culprit/kernel';
import { controlledIdOf } from '@culprit/scoring';
import type { Store } from '@culprit/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultTime } from '../../libs/store/src/testing/build-rows.js';
import {
  anomaly,
  anomalyBatch,
  environment,
  nanos,
  report,
  reportEvent,
  template,
  write,
} from './store-support/sample-rows.js';
import { describeEvents } from './store-events.contract.js';
import { describeSnapshots } from './store-snapshots.contract.js';

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

    describeEvents(newTenant);
    describeSnapshots(() => root.snapshots);

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

    describe('templates and what people decided', () => {
      const place = { environment: '', logType: '' };

      it('are searched by words of text and name, sorted, and their numbers add up', async () => {
        const store = newTenant();
        const [a, b, c] = ['00000000000000aa', '00000000000000bb', '00000000000000cc'] as const;
        const ids = [a, b, b, c, c, c];
        await write(
          store,
          ids.map((templateId, i) => ({ body: `e${i}`, templateId, severity: templateId === a ? 17 : 9 })),
          1,
          [template(a, 'disk full'), template(b, 'disk <*> ready'), template(c, 'user <*>')],
        );
        const texts = async (request: Omit<Parameters<typeof store.templates.search>[0], 'pageSize'>) =>
          (await store.templates.search({ ...request, pageSize: 10 })).templates.map(({ text }) => text);
        expect(await texts({ sort: 'severity' })).toEqual(['disk full', 'disk <*> ready', 'user <*>']);
        expect(await texts({ sort: 'firstSeen' })).toEqual(['user <*>', 'disk <*> ready', 'disk full']);
        expect(await texts({ text: 'READY disk' })).toEqual(['disk <*> ready']);
        expect(await texts({ minSeverity: 17 })).toEqual(['disk full']);
        const page = await store.templates.search({ pageSize: 1 });
        expect(page).toMatchObject({ total: 3, ofAll: { templates: 3, records: 6, lines: 6 } });
      });

      it('keep the newest change of every rule, and show it with the template', async () => {
        const store = newTenant();
        const id = controlledIdOf({ environment, logType: 'shop/orders' }, ['user <*>']);
        await store.templates.save([template(id, 'user <*>')], 1);
        const rule = { ...place, kind: 'rename', templates: ['user <*>'], name: 'Login' } as const;
        const mute = {
          ...place,
          kind: 'mute',
          templates: ['user <*>'],
          untilMillis: Infinity,
          reason: 'x',
        } as const;
        await store.templateRules.save([
          { ruleId: 'r1', version: 2, rule },
          { ruleId: 'r2', version: 1, rule: mute },
        ]);
        await store.templateRules.save([{ ruleId: 'r1', version: 1, rule: undefined }]);
        expect(await store.templateRules.list()).toEqual([
          { ruleId: 'r1', version: 2, rule },
          { ruleId: 'r2', version: 1, rule: mute },
        ]);
        const [found] = (await store.templates.search({ pageSize: 5, text: 'login', isMuted: true }))
          .templates;
        expect(found?.marks).toMatchObject({ name: 'Login', mute: { untilMillis: Infinity, reason: 'x' } });
        await store.templateRules.save([{ ruleId: 'r2', version: 2, rule: undefined }]);
        expect((await store.templates.search({ pageSize: 5, isMuted: true })).total).toBe(0);
      });
    });

    describe('what people decided about incidents', () => {
      it('keeps the newest change of every decision, and the kinds of incident with the most occurrences', async () => {
        const store = newTenant();
        const incidentType = 'type-1' as IncidentTypeId;
        const decision = {
          kind: 'mute',
          environment,
          incidentType,
          untilMillis: Infinity,
          reason: "'); --",
        } as const;
        await store.decisions.save([
          { decisionId: 'd1', version: 2, decision },
          { decisionId: 'd2', version: 1, decision },
        ]);
        await store.decisions.save([{ decisionId: 'd1', version: 1, decision: undefined }]);
        await store.decisions.save([{ decisionId: 'd2', version: 2, decision: undefined }]);
        expect(await store.decisions.list()).toEqual([
          { decisionId: 'd1', version: 2, decision },
          { decisionId: 'd2', version: 2, decision: undefined },
        ]);
        const type = {
          environment,
          incidentType,
          firstSeen: 5,
          lastSeen: 9,
          isRoutine: false,
          title: "it's",
        };
        await store.incidentTypes.save([{ ...type, occurrences: 2 }]);
        await store.incidentTypes.save([{ ...type, occurrences: 1, title: 'older' }]);
        expect(await store.incidentTypes.list(environment)).toEqual([{ ...type, occurrences: 2 }]);
        expect(await newTenant().incidentTypes.list()).toEqual([]);
      });
    });

    describe('documents', () => {
      it('keep their newest version, kinds and tenants apart, changed last first', async () => {
        const { documents } = newTenant();
        const hostile = { name: "'); -- \n\n", list: [1, null] };
        await documents.save('notification-rule', [
          { documentId: 'a', version: 2, value: hostile },
          { documentId: 'b', version: 3, value: 'b' },
          { documentId: 'c', version: 1, value: 'c', keepDays: 1 },
        ]);
        await documents.save('notification-rule', [{ documentId: 'a', version: 1, value: 'older' }]);
        await documents.save('notification-rule', [{ documentId: 'b', version: 4, value: undefined }]);
        await documents.save('notification-channel', [{ documentId: 'a', version: 9, value: 'other kind' }]);
        // Its day is over long ago, whether or not the engine has come by to clear it away.
        const [newest] = await documents.list('notification-rule', 10);
        expect(newest).toEqual({ documentId: 'a', version: 2, value: hostile });
        expect(await documents.find('notification-rule', 'a')).toEqual(newest);
        expect(await documents.find('notification-rule', 'b')).toBeUndefined();
        expect(await documents.find('notification-channel', 'b')).toBeUndefined();
        expect(await newTenant().documents.list('notification-rule', 10)).toEqual([]);
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
        expect([...(await store.reports.listVersions(5))]).toEqual([[first.incidentId, 2]]);
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

    it('counts anomalies by time, each once', async () => {
      const store = newTenant();
      const batch = anomalyBatch([anomaly(0, 9), anomaly(1, 3), anomaly(1, 7), anomaly(3, 5)]);
      await store.anomalies.save([batch]);
      await store.anomalies.save([anomalyBatch(batch.anomalies.slice(0, 1)), batch]);
      const found = await store.anomalies.histogram({ minSurprise: 4 }, 10);
      expect(found?.stepMillis).toBe(1);
      expect(found?.buckets).toEqual([
        { start: nanos(defaultTime), count: 1 },
        { start: nanos(defaultTime + 1), count: 1 },
        { start: nanos(defaultTime + 3), count: 1 },
      ]);
      expect(await newTenant().anomalies.histogram({}, 10)).toBeUndefined();
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
