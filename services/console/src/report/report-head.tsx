import { falseReportText, occurrenceText, reportToMarkdown } from '@culprit/correlation';
import { Link } from '@tanstack/react-router';
import type { IncidentJson } from '@culprit/service-query/module';
import type { ReactNode } from 'react';
import { CopyButton } from '../app/copy-button.js';
import { Clock, Moment } from '../app/time.js';
import { Significance } from '../reports/significance.js';
import { LogText } from '../text/log-text.js';
import { formatSpan, toMillis } from '../time/format-time.js';
import { Reason } from './reason.js';
import { Role } from './role.js';
import { WordCloud } from './word-cloud.js';

interface ReportHeadProps {
  readonly report: IncidentJson;
  readonly jsonAddress: string;
  /** The text that the lines below are narrowed to. */
  readonly word: string;
  readonly onWord: (word: string) => void;
  /** Leads to one of the lines below. */
  readonly onEvent: (eventId: string) => void;
  /** Below the causes. */
  readonly story?: ReactNode;
  /** First at the side. */
  readonly side?: ReactNode;
  /** Beside the buttons. */
  readonly children?: ReactNode;
}

/** What happened, in a title and a few sentences, and how sure that is. */
export function ReportHead(props: ReportHeadProps) {
  const { report, jsonAddress, word, onWord, onEvent, story, side, children } = props;
  return (
    <header className="report-head">
      <div className="report-story">
        <Kicker report={report} />
        <h1>
          <LogText text={report.title} />
        </h1>
        <p className="report-lead">
          <LogText text={report.summary} />
        </p>
        <Causes report={report} onEvent={onEvent} />
        {story}
      </div>
      <div className="report-side">
        {side}
        <WordCloud words={report.words} chosen={word} onChoose={onWord} />
        <div className="button-row">
          <CopyButton label="Copy link" text={() => globalThis.location.href} />
          <CopyButton label="Copy Markdown" text={() => reportToMarkdown(report)} />
          <a className="button" href={jsonAddress} target="_blank" rel="noreferrer">
            JSON
          </a>
          {children}
        </div>
        <p className="quiet">{falseReportText(report)}</p>
      </div>
    </header>
  );
}

function Kicker({ report }: { readonly report: IncidentJson }) {
  const { occurrence, incidentType, previous } = report;
  return (
    <p className="report-kicker">
      <Significance value={report.significance} />
      <Moment time={report.start} />
      <span>for {formatSpan(toMillis(report.end) - toMillis(report.start))}</span>
      {occurrence === 1 ? (
        <span>{occurrenceText({ occurrence })}</span>
      ) : (
        <span>
          <Link to="/" search={{ type: incidentType }}>
            {occurrenceText({ occurrence })}
          </Link>
          {previous === null ? '' : ', last on '}
          {previous === null ? null : <Moment time={previous} />}
        </span>
      )}
      {report.revision > 0 ? <span>revision {report.revision}</span> : null}
    </p>
  );
}

interface CausesProps {
  readonly report: IncidentJson;
  readonly onEvent: (eventId: string) => void;
}

/** What is most likely the cause and why, then what else may be; each leads to its line. */
function Causes({ report, onEvent }: CausesProps) {
  const { coreEvents, alternates, start } = report;
  const cause = coreEvents.find(({ role }) => role === 'cause');
  const others = alternates.map(({ time, logType }) => ({
    time,
    logType,
    eventId: coreEvents.find((event) => event.time === time && event.logType === logType)?.eventId,
  }));
  if (cause === undefined && others.length === 0) return null;
  return (
    <div className="causes">
      {cause === undefined ? null : (
        <p>
          <Role role="cause" isRelated={false} /> <CausePlace {...cause} onEvent={onEvent} />,{' '}
          {whenText(cause.time, start)}
          {cause.reasons.map((reason) => (
            <span key={reason} className="cause-reason">
              <Reason text={reason} />
            </span>
          ))}
        </p>
      )}
      {others.length === 0 ? null : (
        <p>
          Less likely:{' '}
          {others.map((other, i) => (
            <span key={`${other.time} ${other.logType}`}>
              {i === 0 ? '' : ', '}
              <CausePlace {...other} onEvent={onEvent} />
            </span>
          ))}
        </p>
      )}
    </div>
  );
}

interface CausePlaceProps {
  readonly time: string;
  readonly logType: string;
  readonly eventId: string | undefined;
  readonly onEvent: (eventId: string) => void;
}

function CausePlace({ time, logType, eventId, onEvent }: CausePlaceProps) {
  const place = (
    <>
      <LogText text={logType} /> at <Clock time={time} />
    </>
  );
  if (eventId === undefined) return <b>{place}</b>;
  return (
    <button type="button" className="link-button" onClick={() => onEvent(eventId)}>
      {place}
    </button>
  );
}

function whenText(time: string, start: string): string {
  const millis = toMillis(time) - toMillis(start);
  if (millis === 0) return 'when the trouble starts';
  return `${formatSpan(Math.abs(millis))} ${millis < 0 ? 'before' : 'after'} the trouble starts`;
}
