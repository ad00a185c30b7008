/** The query service as a stranger finds it: buf asks the running server by reflection, without the proto files. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startQueryServer, type QueryServer } from '../integration/support/query-server.js';
import { reportOf } from '../integration/support/stored-fixture.js';

const buf = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'buf');
const token = 'a-token-of-sixteen-or-more';
const service = 'culprit.query.v1.QueryService';

interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  readonly answer: unknown;
}

describe('the query service over gRPC', () => {
  let server: QueryServer;

  beforeAll(async () => {
    server = await startQueryServer({ tokens: `default:${token},other:another-token-of-16` });
  });
  afterAll(() => server.close());

  /** In a process group of its own: what npm installs as buf starts the program that does the work. */
  function curl(path: string, message: object, secret = token) {
    const child = spawn(
      buf,
      [
        'curl',
        '--http2-prior-knowledge',
        '--protocol',
        'grpc',
        '--header',
        `authorization: Bearer ${secret}`,
        '--data',
        JSON.stringify(message),
        `http://${server.grpcAddress}/${path}`,
      ],
      { detached: true },
    );
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (exitCode) => {
        const isJson = exitCode === 0 && output.startsWith('{');
        resolve({ exitCode, output, answer: isJson ? (JSON.parse(output) as unknown) : undefined });
      });
    });
    return { ended, output: () => output, stop: () => process.kill(-(child.pid ?? Number.NaN), 'SIGTERM') };
  }

  const ask = (method: string, message: object, secret?: string): Promise<Ended> =>
    curl(`${service}/${method}`, message, secret).ended;

  it('lists reports page by page', async () => {
    const first = await ask('ListReports', { pageSize: 1, environment: 'shop' });
    expect(first.answer).toMatchObject({ total: '2', reports: [{ environment: 'shop' }] });
    const { nextPageToken } = first.answer as { nextPageToken: string };
    const second = await ask('ListReports', { pageSize: 1, environment: 'shop', pageToken: nextPageToken });
    expect((second.answer as { nextPageToken?: string }).nextPageToken).toBeUndefined();
    const significant = await ask('ListReports', { significance: ['high'] });
    expect(significant.answer).toMatchObject({ reports: [{ incidentId: 'inc-1' }] });
  });

  it('gives a report with its related events, times to the nanosecond', async () => {
    const { answer } = await ask('GetReport', { incidentId: 'inc-1' });
    expect(answer).toMatchObject({
      report: {
        revision: 2,
        significance: 'SIGNIFICANCE_HIGH',
        coreEvents: [{ timeNanos: '1772357401000000123', role: 'EVENT_ROLE_CAUSE' }, {}],
        relatedEvents: [{ zoom: 1 }, { zoom: 2 }, { zoom: 3 }],
      },
    });
    expect((await ask('GetReport', { incidentId: 'inc-1', revision: 1 })).answer).toMatchObject({
      report: { revision: 1 },
    });
  });

  it('searches, and peeks round what it found', async () => {
    const { answer } = await ask('SearchEvents', { q: 'payment failed', severity: 'error' });
    expect(answer).toMatchObject({ total: '1', events: [{ body: 'payment failed 20', severityNumber: 17 }] });
    const [event] = (answer as { events: { eventId: string }[] }).events;
    const peek = await ask('Peek', { eventId: event?.eventId, before: 0, after: 1 });
    expect(peek.answer).toMatchObject({
      events: [{ body: 'payment failed 20' }, { body: 'order 21 placed' }],
    });
  });

  it('tells of new reports as they come', async () => {
    const watching = curl(`${service}/WatchReports`, { environment: 'shop' });
    let count = 0;
    await expect
      .poll(
        async () => {
          count += 1;
          await server.store.reports.save(reportOf(`inc-new-${count}`));
          return watching.output();
        },
        { timeout: 30_000, interval: 1_000 },
      )
      .toContain('inc-new-');
    watching.stop();
    await watching.ended;
    expect(watching.output()).toMatch(/"isNew":\s*true/);
  }, 60_000);

  it.each([
    ['GetReport', { incidentId: 'none' }, 'not_found'],
    ['ListReports', { from: 'yesterday' }, 'invalid_argument'],
    ['ListReports', { pageSize: 1_001 }, 'invalid_argument'],
    ['Peek', { eventId: '../etc' }, 'invalid_argument'],
  ])('refuses %s %j with %s', async (method, message, code) => {
    const { exitCode, output } = await ask(method, message);
    expect(exitCode).not.toBe(0);
    expect(output).toContain(code);
  });

  it('answers about the tenant of the token and to nobody without one', async () => {
    const other = await ask('ListReports', {}, 'another-token-of-16');
    expect(other).toMatchObject({ exitCode: 0 });
    expect(other.output).not.toContain('inc-1');
    expect((await ask('GetReport', { incidentId: 'inc-1' }, 'another-token-of-16')).output).toContain(
      'not_found',
    );
    const stranger = await ask('ListReports', {}, 'some-unknown-token-of-16');
    expect(stranger.output).toContain('unauthenticated');
    expect(stranger.output).not.toContain('inc-');
  });
});
