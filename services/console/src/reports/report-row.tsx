import { Link } from '@tanstack/react-router';
import { occurrenceText } from '@culprit/correlation';
import { toDisplayText } from '@culprit/kernel';
import type { CareListJson, IncidentJson } from '@culprit/service-query/module';
import { Clock } from '../app/time.js';
import { LogText } from '../text/log-text.js';
import { SourceName } from '../text/source-name.js';
import { formatSpan, toMillis } from '../time/format-time.js';
import { RateSparkline } from './rate-sparkline.js';
import { Significance } from './significance.js';

const maxHallmarkCharacters = 400;

interface ReportRowProps {
  readonly report: IncidentJson;
  /** Undefined while nobody touched it. */
  readonly care: CareListJson['incidents'][number] | undefined;
  readonly isChanged: boolean;
}

/** One report of the list: what it is about must be clear without opening it. */
export function ReportRow({ report, care, isChanged }: ReportRowProps) {
  const span = toMillis(report.end) - toMillis(report.start);
  return (
    <li className="report-row">
      <div className="report-when">
        <Clock time={report.start} />
        <span className="quiet">{formatSpan(span)}</span>
      </div>
      <div className="report-mark">
        <Significance value={report.significance} />
      </div>
      <div className="report-main">
        <h3>
          <Link to="/reports/$id" params={{ id: report.id }} data-row="">
            <LogText text={report.title} />
          </Link>
          {isChanged ? <span className="tag tag-new">new revision</span> : null}
          {care === undefined || care.state === 'open' ? null : <span className="tag">{care.state}</span>}
        </h3>
        <p className="report-summary">
          <LogText text={report.summary} />
        </p>
        <Hallmarks report={report} />
        <ReportFacts report={report} owner={care?.owner ?? ''} />
      </div>
      <RateSparkline report={report} />
    </li>
  );
}

function Hallmarks({ report }: { readonly report: IncidentJson }) {
  return (
    <ul className="hallmarks" aria-label="Hallmarks">
      {report.hallmarks.map((hallmark) => (
        <li key={`${hallmark.logType} ${hallmark.time}`}>
          <SourceName logType={hallmark.logType} />
          <span className="log-line">
            <LogText text={hallmarkText(report, hallmark)} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function ReportFacts({ report, owner }: { readonly report: IncidentJson; readonly owner: string }) {
  const { coreEvents, related, logTypes, hosts, isProvisional } = report;
  return (
    <p className="facts">
      <span>{occurrenceText({ occurrence: report.occurrence })}</span>
      <span>
        {coreEvents.length} core events, {related[3]} related
      </span>
      <Names names={logTypes} unit="log types" />
      <Names names={hosts} unit="hosts" />
      {owner === '' ? null : (
        <span>
          <LogText text={owner} /> looks after it
        </span>
      )}
      {isProvisional ? <span title="Less than a day of history">provisional</span> : null}
    </p>
  );
}

/** One name, or how many there are; all when one points at it. */
function Names({ names, unit }: { readonly names: readonly string[]; readonly unit: string }) {
  const [only = ''] = names;
  if (names.length === 0) return null;
  return (
    <span title={toDisplayText(names.join('\n'))}>
      {names.length === 1 ? <LogText text={only} /> : `${names.length} ${unit}`}
    </span>
  );
}

/** What the hallmark says without its header: hallmarks are core events, which know that. */
function hallmarkText({ coreEvents }: IncidentJson, hallmark: IncidentJson['hallmarks'][number]): string {
  const core = coreEvents.find(({ time, body }) => time === hallmark.time && body === hallmark.body);
  const text = core?.message ?? hallmark.body;
  return (text.split('\n', 1)[0] ?? '').slice(0, maxHallmarkCharacters);
}
