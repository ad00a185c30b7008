import { silentLogger } from '@culprit/platform';
import type { IncidentId } from '@culprit/kernel';
import { afterEach, expect, it } from 'vitest';
import { ReportFeed, type FeedEvent } from './report-feed.js';
import { formatFeedEvent } from './live.controller.js';

const open: ReportFeed[] = [];
afterEach(() => open.splice(0).forEach((feed) => feed.close()));

/** A feed over revision numbers that a test can change, asked every millisecond. */
function createFeed(maxListeners = 3) {
  const versionsByTenant = new Map([['shop', new Map([['old' as IncidentId, 1]])]]);
  const feed = new ReportFeed({
    store: {
      forTenant: ({ tenant }) => ({
        reports: {
          listVersions: () => Promise.resolve(new Map(versionsByTenant.get(tenant))),
        },
      }),
    },
    logger: silentLogger,
    intervalMs: 1,
    maxListeners,
  });
  open.push(feed);
  const set = (id: string, revision: number) => versionsByTenant.get('shop')?.set(id as IncidentId, revision);
  return { feed, set };
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 4_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await new Promise((done) => setTimeout(done, 1));
  }
}

function reportsOf(events: readonly FeedEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.kind === 'report'
      ? [`${event.change.incidentId} ${event.change.revision}${event.change.isNew ? ' new' : ''}`]
      : [],
  );
}

it('tells of new reports and new revisions, not of what was there before', async () => {
  const { feed, set } = createFeed();
  const heard: FeedEvent[] = [];
  await feed.listen('shop', undefined, (event) => heard.push(event));
  expect(heard.map(({ kind }) => kind)).toEqual(['ready']);
  set('a', 1);
  await until(() => heard.length === 2);
  set('a', 2);
  await until(() => heard.length === 3);
  expect(reportsOf(heard)).toEqual(['a 1 new', 'a 2']);
});

it('continues after the event a listener heard last', async () => {
  const { feed, set } = createFeed();
  const first: FeedEvent[] = [];
  const stop = await feed.listen('shop', undefined, (event) => first.push(event));
  set('a', 1);
  await until(() => first.length === 2);
  stop();
  set('b', 1);
  const second: FeedEvent[] = [];
  await feed.listen('shop', first.at(-1)?.id, (event) => second.push(event));
  expect(second[0]?.kind).toBe('ready');
  expect(reportsOf(second)).toEqual(['b 1 new']);
});

it.each(['other-3', 'nonsense', '', '-'])('says to read again after the unknown event "%s"', async (id) => {
  const { feed } = createFeed();
  const heard: FeedEvent[] = [];
  await feed.listen('shop', id, (event) => heard.push(event));
  expect(heard.map(({ kind }) => kind)).toEqual(['reset']);
});

it('tells a tenant nothing of another', async () => {
  const { feed, set } = createFeed();
  const shop: FeedEvent[] = [];
  const other: FeedEvent[] = [];
  await feed.listen('shop', undefined, (event) => shop.push(event));
  await feed.listen('other', undefined, (event) => other.push(event));
  set('a', 1);
  await until(() => shop.length === 2);
  expect(reportsOf(other)).toEqual([]);
});

it('turns listeners away above its limit and takes one again when one leaves', async () => {
  const { feed } = createFeed(1);
  const stop = await feed.listen('shop', undefined, () => undefined);
  await expect(feed.listen('shop', undefined, () => undefined)).rejects.toThrow('1 listeners');
  stop();
  stop();
  await feed.listen('shop', undefined, () => undefined);
  await expect(feed.listen('shop', undefined, () => undefined)).rejects.toThrow('1 listeners');
});

it('writes an event as a browser reads it', () => {
  const change = { incidentId: 'a' as IncidentId, revision: 2, isNew: false };
  expect(formatFeedEvent({ kind: 'report', id: 'x-2', change })).toBe(
    'id: x-2\nevent: report\ndata: {"incidentId":"a","revision":2,"isNew":false}\n\n',
  );
});
