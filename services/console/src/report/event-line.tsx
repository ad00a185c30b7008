import { toDisplayText } from '@culprit/kernel';
import { Link } from '@tanstack/react-router';
import type { IncidentEventJson } from '@culprit/service-query/module';
import { Clock } from '../app/time.js';
import { CopyButton } from '../app/copy-button.js';
import { LogText } from '../text/log-text.js';
import { SourceName } from '../text/source-name.js';
import { formatOffset, toMillis } from '../time/format-time.js';
import { Reason } from './reason.js';
import { Role } from './role.js';

const maxMessageCharacters = 600;
const maxBodyCharacters = 20_000;

interface EventLineProps {
  readonly event: IncidentEventJson;
  readonly environment: string;
  /** Start of the trouble, RFC 3339. */
  readonly start: string;
  readonly isNew: boolean;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (eventId: string) => void;
  readonly onToggle: (eventId: string) => void;
  readonly onPeek: (eventId: string) => void;
}

/** One event of a report: when, what part it has, who said it, what, and why it stands here. */
export function EventLine(props: EventLineProps) {
  const { event, isNew, isOpen, isSelected } = props;
  const names = ['event-line', `event-${event.role}`, event.zoom === 0 ? 'event-core' : 'event-related'];
  if (isNew) names.push('event-new');
  if (isSelected) names.push('event-selected');
  return (
    <li className={names.join(' ')} id={`event-${event.eventId}`}>
      <div className="event-when">
        <Clock time={event.time} precise />
        <span className="event-offset" title="from the start of the trouble">
          {formatOffset(toMillis(event.time) - toMillis(props.start))}
        </span>
      </div>
      <Role role={event.role} isRelated={event.zoom > 0} />
      <SourceName logType={event.logType} place={[event.pod, event.host]} />
      <EventText {...props} />
      <PeekButton {...props} />
      {isOpen ? <EventBody event={event} environment={props.environment} /> : null}
    </li>
  );
}

function EventText({ event, isNew, isOpen, isSelected, onSelect, onToggle }: EventLineProps) {
  return (
    <div className="event-text">
      <button
        type="button"
        className="event-toggle log-line"
        data-row=""
        data-event-id={event.eventId}
        aria-expanded={isOpen}
        aria-current={isSelected}
        onFocus={() => onSelect(event.eventId)}
        onClick={() => onToggle(event.eventId)}
      >
        {event.severity === '' ? null : (
          <span className={`severity severity-${event.severity.toLowerCase()}`}>{event.severity}</span>
        )}
        <LogText text={event.message.slice(0, maxMessageCharacters)} />
      </button>
      <p className="reasons">
        {isNew ? <span className="tag tag-new">new at zoom {event.zoom}</span> : null}
        {event.reasons.map((reason) => (
          <Reason key={reason} text={reason} />
        ))}
      </p>
    </div>
  );
}

function PeekButton({ event, onPeek, onSelect }: EventLineProps) {
  if (!isStored(event.eventId)) return <span className="peek-button-none" />;
  const peek = (): void => {
    onSelect(event.eventId);
    onPeek(event.eventId);
  };
  return (
    <button
      type="button"
      className="button peek-button"
      onClick={peek}
      aria-label={`Peek around ${toDisplayText(event.logType)}`}
    >
      Peek
    </button>
  );
}

function EventBody({
  event,
  environment,
}: {
  readonly event: IncidentEventJson;
  readonly environment: string;
}) {
  const facts = [
    ['log type', event.logType],
    ['pod', event.pod],
    ['host', event.host],
    ['time', event.time],
    ['surprise', `${event.surprise} nats`],
  ].filter(([, value]) => value !== '');
  const isCut = event.body.length > maxBodyCharacters;
  return (
    <div className="event-body">
      <pre className="log-block">
        <LogText text={event.body.slice(0, maxBodyCharacters)} />
        {isCut ? `\n… ${event.body.length - maxBodyCharacters} more characters; Copy has all` : ''}
      </pre>
      <dl className="event-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <LogText text={value ?? ''} />
            </dd>
          </div>
        ))}
      </dl>
      <div className="button-row">
        <CopyButton label="Copy line" text={() => event.body} />
        <Link
          className="button"
          to="/event-types/$id"
          params={{ id: event.templateId }}
          search={{ environment, logType: event.logType }}
        >
          Event type
        </Link>
      </div>
    </div>
  );
}

/** A silence is no record: there is no stream to look into at its place. */
export function isStored(eventId: string): boolean {
  return /^[0-9a-f]{2,4}-[0-9a-f]{12,13}-[0-9a-f]{5,8}$/.test(eventId);
}
