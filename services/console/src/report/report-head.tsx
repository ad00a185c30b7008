import { falseReportText, occurrenceText, reportToMarkdown } from '@culprit/correlation';
import { Link } from '@tanstack/react-router';
import type { IncidentJson } from '@culprit/service-query/module';
import type { ReactNode } from 'react';
import { CopyButton } from '../app/copy-button.js';
import { Clock, Moment } from '../app/time.js';
import { Significance } from '../reports/significance.js';
import { LogText } from '../text/log-text.js';
import { formatSpan, toMillis } from '../time/format-time.js';
import { WordCloud } from './word-cloud.js';

interface ReportHeadProps {
  readonly report: IncidentJson;
  readonly jsonAddress: string;
  /** The text that the lines below are narrowed to. */
  readonly word: string;
  readonly onWord: (word: string) => void;
  /** Below the summary. */
  readonly story?: ReactNode;
  readonly children?: ReactNode;
}

/** What happened, in a title and a few sentences, and how sure that is. */
export function ReportHead({ report, jsonAddress, word, onWord, story, children }: ReportHeadProps) {
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
        <Alternates report={report} />
        {story}
      </div>
      <div className="report-side">
        <p className="quiet">{falseReportText(report)}</p>
        <WordCloud words={report.words} chosen={word} onChoose={onWord} />
        <div className="button-row">
          <CopyButton label="Copy link" text={() => globalThis.location.href} />
          <CopyButton label="Copy Markdown" text={() => reportToMarkdown(report)} />
          <a className="button" href={jsonAddress} target="_blank" rel="noreferrer">
            JSON
          </a>
        </div>
        {children}
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

/** What else may be the cause. */
function Alternates({ report }: { readonly report: IncidentJson }) {
  if (report.alternates.length === 0) return null;
  return (
    <p className="alternates">
      Less likely the cause:{' '}
      {report.alternates.map(({ time, logType }, i) => (
        <span key={`${time} ${logType}`}>
          {i === 0 ? '' : ', '}
          <b>
            <LogText text={logType} />
          </b>{' '}
          at <Clock time={time} />
        </span>
      ))}
    </p>
  );
}
