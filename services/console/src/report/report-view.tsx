import type { IncidentEventJson, IncidentJson, RelatedJson } from '@culprit/service-query/module';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useKeys } from '../app/keys.js';
import { TextField } from '../app/fields.js';
import { useTitle } from '../app/use-title.js';
import { PeekPane } from '../peek/peek-pane.js';
import { EventLine, isStored } from './event-line.js';
import { LaneChart } from './lane-chart.js';
import { ReportHead } from './report-head.js';
import type { ReportSearch } from './report-search.js';
import { ZoomControl } from './zoom-control.js';

/** Changes the address; a step is something that the back button should undo. */
export type ChangeSearch = (change: ReportSearch, options?: { readonly isStep?: boolean }) => void;

interface ReportViewProps {
  readonly report: IncidentJson;
  /** Events at the zoom level of the address, once they are read. */
  readonly related: RelatedJson | undefined;
  readonly isReading: boolean;
  readonly search: ReportSearch;
  readonly onSearch: ChangeSearch;
  readonly jsonAddress: string;
  /** Below the causes. */
  readonly story?: ReactNode;
  /** First at the side of the story. */
  readonly side?: ReactNode;
  readonly children?: ReactNode;
}

const deepestZoom = 3;

/** A report as it is read: the story, the chart, the lines, and the raw stream beside them. */
export function ReportView(props: ReportViewProps) {
  const { report, related, search, onSearch } = props;
  useTitle(report.title);
  const zoom = search.zoom ?? 0;
  const events = zoom === 0 || related === undefined ? report.coreEvents : related.events;
  const shown = useMemo(() => events.filter((event) => hasText(event, search.q ?? '')), [events, search.q]);
  useReportKeys(props, shown);
  useEffect(() => {
    // The lines move when the pane opens; the one that is peeked at stays in view.
    if (search.peek !== undefined) showLine(search.peek);
  }, [search.peek]);
  const show = (event: string): void => {
    onSearch({ event });
    showLine(event);
  };
  return (
    <div className={search.peek === undefined ? 'report' : 'report has-peek'}>
      <article className="report-column">
        <ReportHead
          report={report}
          jsonAddress={props.jsonAddress}
          word={search.q ?? ''}
          onWord={(q) => onSearch({ q })}
          onEvent={show}
          story={props.story}
          side={props.side}
        >
          {props.children}
        </ReportHead>
        <ReportTools {...props} shown={shown.length} />
        <LaneChart events={shown} zoom={zoom} start={report.start} selected={search.event} onSelect={show} />
        <EventList {...props} events={shown} />
      </article>
      {search.peek === undefined ? null : (
        <PeekPane
          key={`${search.peek} ${search.scope ?? ''}`}
          eventId={search.peek}
          scope={search.scope ?? 'stream'}
          onScope={(scope) => onSearch({ scope: scope === 'stream' ? undefined : scope })}
          onClose={() => closePeek(search, onSearch)}
        />
      )}
    </div>
  );
}

function ReportTools({
  report,
  search,
  onSearch,
  isReading,
  shown,
}: ReportViewProps & { readonly shown: number }) {
  const { related, coreEvents } = report;
  return (
    <div className="report-tools">
      <ZoomControl
        zoom={search.zoom ?? 0}
        counts={[coreEvents.length, related[1], related[2], related[3]]}
        onChange={(zoom) => onSearch({ zoom: zoom === 0 ? undefined : zoom }, { isStep: true })}
      />
      <TextField
        label="Text in these lines"
        placeholder="text in these lines  /"
        value={search.q ?? ''}
        onChange={(q) => onSearch({ q })}
      />
      <p className="quiet report-shown" role="status">
        {isReading ? 'reading …' : `${shown} lines`}
      </p>
    </div>
  );
}

function EventList({
  report,
  events,
  search,
  onSearch,
}: ReportViewProps & { readonly events: readonly IncidentEventJson[] }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const zoom = search.zoom ?? 0;
  useEffect(() => {
    if (search.event !== undefined) showLine(search.event);
    // Only when the report is opened at an event: later the reader decides where to look.
  }, []);
  const toggle = (eventId: string): void =>
    setOpen((known) => {
      const next = new Set(known);
      if (!next.delete(eventId)) next.add(eventId);
      return next;
    });
  return (
    <ol className="event-list" aria-label="What happened, in order">
      {events.map((event) => (
        <EventLine
          key={event.eventId}
          event={event}
          environment={report.environment}
          start={report.start}
          isNew={zoom > 0 && event.zoom === zoom}
          isOpen={open.has(event.eventId)}
          isSelected={event.eventId === search.event}
          onSelect={(eventId) => onSearch({ event: eventId })}
          onToggle={toggle}
          onPeek={(eventId) => onSearch({ peek: eventId, event: eventId }, { isStep: true })}
        />
      ))}
    </ol>
  );
}

function useReportKeys({ search, onSearch }: ReportViewProps, shown: readonly IncidentEventJson[]): void {
  const zoom = search.zoom ?? 0;
  const toZoom = (level: number): void =>
    onSearch({ zoom: level === 0 ? undefined : level }, { isStep: true });
  useKeys({
    z: () => toZoom(zoom === deepestZoom ? 0 : zoom + 1),
    Z: () => toZoom(zoom === 0 ? deepestZoom : zoom - 1),
    p: () => {
      const event = search.event ?? shown[0]?.eventId;
      if (event !== undefined && isStored(event)) onSearch({ event, peek: event }, { isStep: true });
    },
    Escape: () => closePeek(search, onSearch),
  });
}

function closePeek({ peek }: ReportSearch, onSearch: ChangeSearch): void {
  if (peek === undefined) return;
  onSearch({ peek: undefined, scope: undefined }, { isStep: true });
  lineOf(peek)?.focus({ preventScroll: true });
}

function showLine(eventId: string): void {
  lineOf(eventId)?.scrollIntoView({ block: 'center' });
}

function lineOf(eventId: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-event-id="${CSS.escape(eventId)}"]`);
}

function hasText({ message, body, logType, reasons }: IncidentEventJson, text: string): boolean {
  const sought = text.toLowerCase();
  return (
    sought === '' || [message, body, logType, ...reasons].some((part) => part.toLowerCase().includes(sought))
  );
}
