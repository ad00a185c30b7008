import { toDisplayText } from '@culprit/kernel';
import type { EventJson } from '@culprit/service-query/module';
import { useState } from 'react';
import { usePreferences } from '../app/preferences.js';
import { SeverityTag } from '../app/severity.js';
import { Clock } from '../app/time.js';
import { LogText } from '../text/log-text.js';
import { SourceName } from '../text/source-name.js';
import { formatDay, toMillis } from '../time/format-time.js';
import { excerptOf } from './excerpt.js';

interface FoundEventsProps {
  readonly events: readonly EventJson[];
  /** What was sought; it is marked. */
  readonly text: string;
  readonly onPeek: (eventId: string) => void;
}

/** Records by day, newest first. */
export function FoundEvents({ events, text, onPeek }: FoundEventsProps) {
  const { zone } = usePreferences();
  const days = Map.groupBy(events, ({ time }) => formatDay(toMillis(time), zone));
  return [...days].map(([day, ofDay]) => (
    <section key={day} className="day" aria-label={day}>
      <h2>{day}</h2>
      <ol className="found" aria-label="Records found, newest first">
        {ofDay.map((event) => (
          <FoundEvent key={event.eventId} event={event} text={text} onPeek={onPeek} />
        ))}
      </ol>
    </section>
  ));
}

function FoundEvent({
  event,
  text,
  onPeek,
}: { readonly event: EventJson } & Omit<FoundEventsProps, 'events'>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <Clock time={event.time} precise />
      <SeverityTag severity={event.severity} />
      <SourceName logType={event.logType} place={[event.pod, event.host]} />
      <button
        type="button"
        className={isOpen ? 'event-toggle log-block' : 'event-toggle log-line'}
        data-row=""
        data-event-id={event.eventId}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <LogText text={isOpen ? event.body : excerptOf(event.body, text)} highlight={text} />
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
