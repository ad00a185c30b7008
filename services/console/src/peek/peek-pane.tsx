import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useMemo, useRef, type RefObject } from 'react';
import { peekQuery, type PeekScope } from '../api/peek.js';
import { Failure, Loading } from '../app/state-text.js';
import { Clock } from '../app/time.js';
import { LogText } from '../text/log-text.js';
import { linesOf, type StreamLine } from './stream-lines.js';

interface PeekPaneProps {
  readonly eventId: string;
  readonly scope: PeekScope;
  readonly onScope: (scope: PeekScope) => void;
  readonly onClose: () => void;
}

const lineHeight = 20;
/** Lines from an end at which more are read. */
const reach = 60;

/** The raw stream round an event: nothing filtered, and on in both directions as far as one scrolls. */
export function PeekPane({ eventId, scope, onScope, onClose }: PeekPaneProps) {
  const stream = useInfiniteQuery(peekQuery(eventId, scope));
  const events = useMemo(() => (stream.data?.pages ?? []).flatMap((page) => page.events), [stream.data]);
  const lines = useMemo(
    () => (stream.data?.pages ?? []).flatMap((page) => linesOf(page.events)),
    [stream.data],
  );
  const event = events.find((candidate) => candidate.eventId === eventId);
  return (
    <aside className="peek" aria-label="Peek: the raw stream">
      <header className="peek-head">
        <div>
          <h2>Peek</h2>
          <p className="quiet">
            <LogText text={event === undefined ? '' : sourceText(event, scope)} />
          </p>
        </div>
        <ScopeControl scope={scope} onScope={onScope} />
        <button type="button" className="icon-button" aria-label="Close the peek" onClick={onClose}>
          ✕
        </button>
      </header>
      {stream.error === null ? null : <Failure error={stream.error} onRetry={() => void stream.refetch()} />}
      {stream.isLoading ? <Loading what="the stream" /> : null}
      {event === undefined ? null : <StreamLines lines={lines} eventId={eventId} stream={stream} />}
    </aside>
  );
}

function ScopeControl({
  scope,
  onScope,
}: {
  readonly scope: PeekScope;
  readonly onScope: (scope: PeekScope) => void;
}) {
  return (
    <fieldset className="switch">
      <legend className="hidden">Whose lines</legend>
      {(['stream', 'logType'] as const).map((value) => (
        <label key={value}>
          <input type="radio" name="scope" checked={scope === value} onChange={() => onScope(value)} />
          {value === 'stream' ? 'This stream' : 'Log type'}
        </label>
      ))}
    </fieldset>
  );
}

/** What is used of the query to read on. */
interface Continuation {
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly fetchPreviousPage: () => unknown;
  readonly fetchNextPage: () => unknown;
}

interface StreamLinesProps {
  readonly lines: readonly StreamLine[];
  readonly eventId: string;
  readonly stream: Continuation;
}

function StreamLines({ lines, eventId, stream }: StreamLinesProps) {
  const frame = useRef<HTMLDivElement>(null);
  const anchor = lines.findIndex(({ event }) => event.eventId === eventId);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => lineHeight,
    overscan: 30,
    // The event stands above the middle at first.
    initialOffset: () => Math.max(0, anchor * lineHeight - globalThis.innerHeight * 0.3),
  });
  useStayInPlace(frame, anchor);
  const visible = virtualizer.getVirtualItems();
  const first = visible[0]?.index ?? 0;
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (visible.length === 0 || stream.isFetching) return;
    if (first < reach && stream.hasPreviousPage) stream.fetchPreviousPage();
    else if (last > lines.length - reach && stream.hasNextPage) stream.fetchNextPage();
  }, [first, last, lines.length, stream, visible.length]);
  return (
    <div
      ref={frame}
      className="stream"
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={`${lines.length} lines read`}
    >
      <div className="stream-inner" style={{ height: virtualizer.getTotalSize() }}>
        {visible.map(({ index, start }) => {
          const line = lines[index];
          return line === undefined ? null : (
            <StreamRow
              key={`${line.event.eventId} ${line.index}`}
              line={line}
              top={start}
              isAnchor={line.event.eventId === eventId}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Lines that come before what is read do not move it. */
function useStayInPlace(frame: RefObject<HTMLDivElement | null>, anchor: number): void {
  const lastAnchor = useRef(anchor);
  useLayoutEffect(() => {
    if (frame.current !== null) frame.current.scrollTop += (anchor - lastAnchor.current) * lineHeight;
    lastAnchor.current = anchor;
  }, [frame, anchor]);
}

interface StreamRowProps {
  readonly line: StreamLine;
  readonly top: number;
  readonly isAnchor: boolean;
}

function StreamRow({ line, top, isAnchor }: StreamRowProps) {
  const { event, index, text } = line;
  const severity = event.severity.toLowerCase();
  return (
    <div
      className={`stream-line${isAnchor ? ' is-anchor' : ''}${severity === '' ? '' : ` line-${severity}`}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span className="stream-time">{index === 0 ? <Clock time={event.time} precise /> : null}</span>
      <span className="log-line">
        <LogText text={text} />
      </span>
    </div>
  );
}

function sourceText(event: StreamLine['event'], scope: PeekScope): string {
  if (scope === 'logType') return event.logType;
  return [event.logType, event.pod, event.container, event.host].filter((part) => part !== '').join(' · ');
}
