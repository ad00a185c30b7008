import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { EventHistogramJson } from '@culprit/service-query/module';
import type { PeekScope } from '../api/peek.js';
import { eventHistogramQuery, eventsQuery, type EventFilter } from '../api/queries.js';
import { useKeys } from '../app/keys.js';
import { Empty, Failure, Loading } from '../app/state-text.js';
import { addressRange } from '../app/time-range.js';
import { useTitle } from '../app/use-title.js';
import { eventCounts, severitySeries } from '../chart/event-counts.js';
import { TimeHistogram } from '../chart/time-histogram.js';
import { PeekPane } from '../peek/peek-pane.js';
import { FoundEvents } from './found-events.js';
import { SearchFilter } from './search-filter.js';

const route = getRouteApi('/search');

const maxBars = 120;

/** Searches in everything that is stored, newest first. */
export function SearchPage() {
  useTitle('Search');
  const { peek, scope, ...filter } = route.useSearch();
  const navigate = useNavigate({ from: '/search' });
  const showPeek = (eventId: string | undefined, next?: PeekScope): void =>
    void navigate({
      search: (old) => ({ ...old, peek: eventId, scope: next === 'logType' ? next : undefined }),
      resetScroll: false,
    });
  useKeys({
    p: () => {
      const row = document.activeElement?.closest<HTMLElement>('[data-event-id]');
      if (row?.dataset['eventId'] !== undefined) showPeek(row.dataset['eventId']);
    },
    Escape: () => showPeek(undefined),
  });
  return (
    <div className={peek === undefined ? 'report' : 'report has-peek'}>
      <div className="report-column">
        <Results filter={filter} onPeek={showPeek} />
      </div>
      {peek === undefined ? null : (
        <PeekPane
          key={`${peek} ${scope ?? ''}`}
          eventId={peek}
          scope={scope === 'logType' ? 'logType' : 'stream'}
          onScope={(next) => showPeek(peek, next)}
          onClose={() => showPeek(undefined)}
        />
      )}
    </div>
  );
}

interface ResultsProps {
  readonly filter: EventFilter;
  readonly onPeek: (eventId: string) => void;
}

function Results({ filter, onPeek }: ResultsProps) {
  const list = useInfiniteQuery(eventsQuery(filter));
  const events = (list.data?.pages ?? []).flatMap((page) => page.events);
  const byTime = useQuery(eventHistogramQuery(filter, maxBars));
  return (
    <>
      <div className="page-head">
        <h1>Search</h1>
        <p className="quiet" role="status">
          {byTime.data === undefined || byTime.isPlaceholderData
            ? 'counting …'
            : countText(byTime.data.total)}
        </p>
      </div>
      <SearchFilter />
      <RecordsByTime histogram={byTime.data} />
      {list.error === null ? null : <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isLoading ? <Loading what="records" /> : null}
      {list.data !== undefined && events.length === 0 ? <NothingFound filter={filter} /> : null}
      <FoundEvents events={events} text={filter.q ?? ''} onPeek={onPeek} />
      {list.hasNextPage ? (
        <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
          {list.isFetchingNextPage ? 'Reading …' : 'Earlier records'}
        </button>
      ) : null}
    </>
  );
}

function countText(total: number): string {
  return `${total.toLocaleString('en')} ${total === 1 ? 'record' : 'records'}`;
}

function RecordsByTime({ histogram }: { readonly histogram: EventHistogramJson | undefined }) {
  const navigate = useNavigate({ from: '/search' });
  if (histogram === undefined || histogram.from === null) return <div className="time-histogram-space" />;
  return (
    <TimeHistogram
      unit="records"
      counts={eventCounts(histogram)}
      series={severitySeries}
      onRange={(from, to) =>
        void navigate({ search: (old) => ({ ...old, ...addressRange(from, to) }), resetScroll: false })
      }
    />
  );
}

function NothingFound({ filter }: { readonly filter: EventFilter }) {
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <Empty title={isNarrowed ? 'No record matches' : 'Nothing is stored yet'}>
      {isNarrowed ? (
        <p>
          The text is sought as it stands, in either case of its letters, and never as a pattern. Take a
          shorter piece of it, or widen time and log type.
        </p>
      ) : null}
    </Empty>
  );
}
