import { toDisplayText } from '@culprit/kernel';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { EventJson } from '@culprit/service-query/module';
import { useState } from 'react';
import { eventsQuery } from '../api/queries.js';
import { SeverityTag } from '../app/severity.js';
import { Empty, Failure, Loading } from '../app/state-text.js';
import { Clock } from '../app/time.js';
import { useTitle } from '../app/use-title.js';
import { PeekPane } from '../peek/peek-pane.js';
import type { PeekScope } from '../api/peek.js';
import { LogText } from '../text/log-text.js';
import { SourceName } from '../text/source-name.js';
import { SearchFilter } from './search-filter.js';

const route = getRouteApi('/search');

/** Searches in everything that is stored, newest first. */
export function SearchPage() {
  useTitle('Search');
  const { peek, scope, ...filter } = route.useSearch();
  const navigate = useNavigate({ from: '/search' });
  const list = useInfiniteQuery(eventsQuery(filter));
  const events = (list.data?.pages ?? []).flatMap((page) => page.events);
  const showPeek = (eventId: string | undefined, next?: PeekScope): void =>
    void navigate({
      search: (old) => ({ ...old, peek: eventId, scope: next === 'logType' ? next : undefined }),
      resetScroll: false,
    });
  return (
    <div className={peek === undefined ? 'report' : 'report has-peek'}>
      <div className="report-column">
        <div className="page-head">
          <h1>Search</h1>
          <p className="quiet" role="status">
            {list.data === undefined
              ? ''
              : `${(list.data.pages[0]?.total ?? 0).toLocaleString('en')} records`}
          </p>
        </div>
        <SearchFilter />
        {list.error === null ? null : <Failure error={list.error} onRetry={() => void list.refetch()} />}
        {list.isLoading ? <Loading what="records" /> : null}
        {list.data !== undefined && events.length === 0 ? <Empty title="No record matches" /> : null}
        <FoundEvents events={events} text={filter.q ?? ''} onPeek={showPeek} />
        {list.hasNextPage ? (
          <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
            Earlier records
          </button>
        ) : null}
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

interface FoundEventsProps {
  readonly events: readonly EventJson[];
  readonly text: string;
  readonly onPeek: (eventId: string) => void;
}

function FoundEvents({ events, text, onPeek }: FoundEventsProps) {
  return (
    <ol className="found" aria-label="Records found, newest first">
      {events.map((event) => (
        <FoundEvent key={event.eventId} event={event} text={text} onPeek={onPeek} />
      ))}
    </ol>
  );
}

const shownCharacters = 500;

function FoundEvent({
  event,
  text,
  onPeek,
}: { readonly event: EventJson } & Omit<FoundEventsProps, 'events'>) {
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen ? event.body : event.body.slice(0, shownCharacters).split('\n', 1)[0];
  return (
    <li>
      <Clock time={event.time} precise />
      <SeverityTag severity={event.severity} />
      <SourceName logType={event.logType} place={[event.pod, event.host]} />
      <button
        type="button"
        className={isOpen ? 'event-toggle log-block' : 'event-toggle log-line'}
        data-row=""
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <LogText text={shown ?? ''} highlight={text} />
      </button>
      <button
        type="button"
        className="button peek-button"
        aria-label={`Peek around ${toDisplayText(event.logType)}`}
        onClick={() => onPeek(event.eventId)}
      >
        Peek
      </button>
    </li>
  );
}
