import { Link } from '@tanstack/react-router';
import type { IncidentJson } from '@culprit/service-query/module';
import type { ReactNode } from 'react';
import { CopyButton } from '../app/copy-button.js';
import { Moment } from '../app/time.js';
import { Significance } from '../reports/significance.js';
import { occurrenceText } from '../reports/report-words.js';
import { LogText } from '../text/log-text.js';
import { formatSpan, toMillis } from '../time/format-time.js';

interface ReportHeadProps {
  readonly report: IncidentJson;
  readonly jsonAddress: string;
  readonly children?: ReactNode;
}

/** What happened, in a title and two sentences, and how sure that is. */
export function ReportHead({ report, jsonAddress, children }: ReportHeadProps) {
  const { occurrence, incidentType } = report;
  return (
    <header className="report-head">
      <p className="report-kicker">
        <Significance value={report.significance} />
        <Moment time={report.start} />
        <span>for {formatSpan(toMillis(report.end) - toMillis(report.start))}</span>
        {occurrence > 1 ? (
          <Link to="/" search={{ type: incidentType }}>
            {occurrenceText(occurrence)}
          </Link>
        ) : (
          <span>{occurrenceText(occurrence)}</span>
        )}
        {report.revision > 0 ? <span>revision {report.revision}</span> : null}
      </p>
      <h1>
        <LogText text={report.title} />
      </h1>
      <p className="report-lead">
        <LogText text={report.summary} />
      </p>
      <p className="quiet report-sure">{certaintyText(report)}</p>
      <div className="button-row">
        <CopyButton label="Copy link" text={() => globalThis.location.href} />
        <a className="button" href={jsonAddress} target="_blank" rel="noreferrer">
          JSON
        </a>
        {children}
      </div>
    </header>
  );
}

/** How often chance alone would give a report like this. */
function certaintyText({ falseReportsPerDay, isProvisional }: IncidentJson): string {
  const often =
    falseReportsPerDay < 0.001
      ? 'A cluster this tight is not expected by chance.'
      : `Chance alone would give about ${falseReportsPerDay} reports a day that are at least this tight.`;
  return isProvisional ? `${often} Provisional: less than a day of history.` : often;
}
