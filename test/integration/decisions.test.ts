import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInProcessBus } from '@culprit/bus';
import type { InProcessBus } from '@culprit/bus';
import { allTopics, decodeAnomalyRecord, topics } from '@culprit/contracts';
import type { DecisionChange } from '@culprit/correlation';
import type { IncidentTypeId } from '@culprit/kernel';
import { silentLogger } from '@culprit/platform';
import type { HttpApp } from '@culprit/platform';
import { createDecisionPublisher } from '@culprit/service-query/module';
import { createEmbeddedStore } from '@culprit/store';
import type { Store } from '@culprit/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQueryApp } from '../support/query-app.js';
import { reportOf } from './support/stored-fixture.js';

const path = '/api/v1/incident-decisions';
const incidentType = reportOf('inc-1').incidentType;
const environment = reportOf('inc-1').environment;

describe('decisions about incidents', () => {
  let directory: string;
  let store: Store;
  let bus: InProcessBus;
  let app: HttpApp;
  let base: string;
  /** What correlation would read from the topic. */
  const handedOver: DecisionChange[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'culprit-decisions-'));
    store = await createEmbeddedStore({ directory: join(directory, 'store'), logger: silentLogger });
    await store.reports.save(reportOf('inc-1'));
    await store.reports.save(reportOf('inc-2', { incidentType: 'other-type' as IncidentTypeId }));
    await store.incidentTypes.save([
      {
        environment,
        incidentType,
        occurrences: 3,
        firstSeen: 0,
        lastSeen: 1_000,
        isRoutine: true,
        title: 'backup',
      },
    ]);
    bus = await createInProcessBus({
      topics: allTopics.map((topic) => ({ ...topic, partitions: 1 })),
      logger: silentLogger,
    });
    await bus.subscribe({
      topic: topics.scoredAnomalies.name,
      group: 'test',
      onBatch: async ({ records }) => {
        for (const { value } of records) {
          const content = decodeAnomalyRecord(value);
          if ('decisions' in content) handedOver.push(...content.decisions);
        }
      },
    });
    app = await createQueryApp({
      store,
      consoleDirectory: join(directory, 'pages'),
      decisionPublisher: createDecisionPublisher(bus),
    });
    base = await app.listen('127.0.0.1', 0);
  });

  afterAll(async () => {
    await app.close();
    await bus.close();
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function send(method: string, to: string, body?: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    const content = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    return await fetch(`${base}${to}`, { method, ...content });
  }

  const listed = async (): Promise<unknown[]> =>
    ((await (await send('GET', path)).json()) as { decisions: unknown[] }).decisions;

  it('are set, handed to correlation, replaced and taken back', async () => {
    const mute = {
      kind: 'mute',
      environment,
      incidentType,
      until: '2030-01-01T00:00:00Z',
      reason: 'planned',
    };
    const first = await send('POST', path, mute);
    expect(first.status).toBe(201);
    const { decisionId } = (await first.json()) as { decisionId: string };
    expect(first.headers.get('location')).toBe(`${path}/${decisionId}`);
    expect((await send('POST', path, { ...mute, until: null })).status).toBe(200);
    expect(await listed()).toEqual([{ decisionId, ...mute, until: null }]);
    expect((await send('DELETE', `${path}/${decisionId}`)).status).toBe(204);
    expect((await send('DELETE', `${path}/0000000000000000`)).status).toBe(404);
    expect(await listed()).toEqual([]);
    await expect
      .poll(() => handedOver.map(({ decision }) => decision?.kind))
      .toEqual(['mute', 'mute', undefined]);
    expect(handedOver[1]?.decision).toMatchObject({ untilMillis: Infinity, reason: 'planned' });
    const versions = handedOver.map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(3);
  });

  it('are set all at once, as a file keeps them', async () => {
    const labels = { kind: 'mute-labels', labels: { host: 'node-7' }, until: null, reason: 'being replaced' };
    const routine = { kind: 'routine', incidentType, reason: 'the backup' };
    await send('POST', path, { kind: 'alert', incidentType: 'gone', reason: 'x' });
    expect((await send('PUT', path, { decisions: [labels, routine] })).status).toBe(200);
    const before = await listed();
    expect(before).toHaveLength(2);
    expect((await send('PUT', path, { decisions: before })).status).toBe(200);
    expect(await listed()).toEqual(before);
    await send('PUT', path, { decisions: [] });
    expect(await listed()).toEqual([]);
  });

  it('follow from feedback, and are named by its answer', async () => {
    const say = async (body: object): Promise<unknown> =>
      await (await send('POST', '/api/v1/incidents/inc-1/feedback', body)).json();
    expect(await say({ verdict: 'not-useful', note: 'the nightly backup' })).toMatchObject({
      saved: true,
      decision: { kind: 'routine', incidentType, environment, reason: 'the nightly backup' },
    });
    expect(await say({ verdict: 'useful' })).toMatchObject({ decision: { kind: 'useful' } });
    expect(await listed()).toHaveLength(1);
    expect(await say({ verdict: 'same-as', other: 'inc-2' })).toMatchObject({
      decision: { kind: 'same-as', other: 'other-type' },
    });
    expect(
      (await send('POST', '/api/v1/incidents/inc-1/feedback', { verdict: 'same-as', other: 'no' })).status,
    ).toBe(404);
    const said = await store.feedback.list(incidentType);
    expect(said.map(({ verdict }) => verdict)).toEqual(['same-as', 'useful', 'not-useful']);
  });

  it('stand beside the kinds of incident, routines among them', async () => {
    const { incidentTypes } = (await (await send('GET', '/api/v1/incident-types')).json()) as {
      incidentTypes: object[];
    };
    expect(incidentTypes).toMatchObject([
      {
        incidentType,
        occurrences: 3,
        isRoutine: true,
        lastSeen: '1970-01-01T00:00:01.000000000Z',
        title: 'backup',
      },
    ]);
    expect(incidentTypes[0]).toHaveProperty('decisions.0.kind', expect.stringMatching(/useful|same-as/));
    const elsewhere = await (await send('GET', '/api/v1/incident-types?environment=elsewhere')).json();
    expect(elsewhere).toEqual({ incidentTypes: [], total: 0 });
  });

  it.each([
    { kind: 'mute-labels', labels: {}, until: null, reason: 'x' },
    { kind: 'mute-labels', labels: { colour: 'red' }, until: null, reason: 'x' },
    { kind: 'mute', incidentType: 'a', until: 'soon', reason: 'x' },
    { kind: 'mute', incidentType: 'a' },
    { kind: 'same-as', incidentType: 'a', other: 'a', reason: 'x' },
    { kind: 'delete', incidentType: 'a', reason: 'x' },
    { kind: 'alert', incidentType: '', reason: 'x' },
  ])('are refused where they make no sense: %j', async (body) => {
    const answer = await send('POST', path, body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('problem+json');
  });
});
