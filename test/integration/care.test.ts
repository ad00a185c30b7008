import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postJson, startQueryServer, type QueryServer } from './support/query-server.js';

describe('what people make of an incident', () => {
  let server: QueryServer;
  beforeAll(async () => {
    server = await startQueryServer();
  });
  afterAll(async () => {
    await server.close();
  });

  async function call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`${server.base}/api/v1/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  it('is nothing at first, then a state, an owner and notes, and what changed is noted', async () => {
    expect((await call('GET', 'incidents/inc-1/care')).body).toEqual({
      incidentId: 'inc-1',
      state: 'open',
      owner: '',
      notes: [],
    });
    await call('PUT', 'incidents/inc-1/care', { state: 'acknowledged', owner: 'Mia', author: 'Mia' });
    await call('POST', 'incidents/inc-1/notes', { text: '<b>rolled back</b>', author: 'Mia' });
    const { body } = await call('PUT', 'incidents/inc-1/care', { state: 'resolved' });
    expect(body).toMatchObject({
      state: 'resolved',
      owner: 'Mia',
      notes: [
        { kind: 'change', author: 'Mia', text: 'open → acknowledged' },
        { kind: 'change', text: 'Mia looks after it' },
        { kind: 'note', text: '<b>rolled back</b>' },
        { kind: 'change', author: '', text: 'acknowledged → resolved' },
      ],
    });
    expect((await call('GET', 'incident-care?state=resolved')).body).toEqual({
      incidents: [{ incidentId: 'inc-1', state: 'resolved', owner: 'Mia', notes: 4 }],
      total: 1,
    });
    expect((await call('GET', 'incident-care?state=open')).body).toMatchObject({ total: 0 });
  });

  it('loses no note when several are written at once', async () => {
    const before = ((await call('GET', 'incidents/inc-2/care')).body['notes'] as unknown[]).length;
    await Promise.all(
      Array.from({ length: 8 }, (_, i) => call('POST', 'incidents/inc-2/notes', { text: `note ${i}` })),
    );
    expect((await call('GET', 'incidents/inc-2/care')).body['notes']).toHaveLength(before + 8);
  });

  it.each([
    ['incidents/nowhere/care', { state: 'resolved' }, 404],
    ['incidents/inc-1/care', {}, 400],
    ['incidents/inc-1/care', { state: 'done' }, 400],
    ['incidents/inc-1/care', { owner: 'x'.repeat(201) }, 400],
  ])('refuses PUT %s %j with %i', async (path, body, status) => {
    expect((await call('PUT', path, body)).status).toBe(status);
  });

  it('refuses an empty note', async () => {
    const answer = await postJson(`${server.base}/api/v1/incidents/inc-1/notes`, { text: '  ' });
    expect(answer.status).toBe(400);
  });
});
