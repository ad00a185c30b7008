import { useQuery } from '@tanstack/react-query';
import { Link, getRouteApi, useNavigate } from '@tanstack/react-router';
import type { EventJson, ParameterJson, TemplateDetailJson } from '@culprit/service-query/module';
import { eventHistogramQuery, templateQuery } from '../api/queries.js';
import { SeverityTag } from '../app/severity.js';
import { Failure, Loading } from '../app/state-text.js';
import { Clock, Moment } from '../app/time.js';
import { addressRange } from '../app/time-range.js';
import { useTitle } from '../app/use-title.js';
import { eventCounts, severitySeries } from '../chart/event-counts.js';
import { TimeHistogram } from '../chart/time-histogram.js';
import { LogText } from '../text/log-text.js';
import { RuleForms } from './rule-forms.js';
import { shareText } from './share-text.js';
import { TemplateText } from './template-text.js';

const route = getRouteApi('/event-types/$id');

/** One event type: what it says, what varies in it, and what people decided about it. */
export function EventTypePage() {
  const { id } = route.useParams();
  const template = useQuery(templateQuery(id, route.useSearch()));
  useTitle(template.data?.name ?? template.data?.text ?? 'Event type');
  if (template.error !== null)
    return <Failure error={template.error} onRetry={() => void template.refetch()} />;
  if (template.data === undefined) return <Loading what="the event type" />;
  return (
    <div className="page event-type">
      <TemplateHead template={template.data} />
      <Trend template={template.data} />
      <Parameters template={template.data} />
      <Examples examples={template.data.examples} />
      <RuleForms template={template.data} />
    </div>
  );
}

function TemplateHead({ template }: { readonly template: TemplateDetailJson }) {
  const { name, text, logType, environment, count, firstSeen, lastSeen, templateId } = template;
  return (
    <header>
      <p className="report-kicker">
        <SeverityTag severity={template.maxSeverity} />
        <span>
          <LogText text={logType} /> in <LogText text={environment} />
        </span>
        <span>{count.toLocaleString('en')} records</span>
        {firstSeen === null ? null : (
          <span>
            first <Moment time={firstSeen} />
          </span>
        )}
        {lastSeen === null ? null : (
          <span>
            last <Moment time={lastSeen} />
          </span>
        )}
        {template.mute === null ? null : (
          <span className="tag">
            muted: <LogText text={template.mute.reason} />
          </span>
        )}
      </p>
      <h1 className="template-title">
        {name === null ? <TemplateText text={text} /> : <LogText text={name} />}
      </h1>
      {name === null ? null : (
        <p>
          <TemplateText text={text} />
        </p>
      )}
      <div className="button-row">
        <Link className="button" to="/search" search={{ template: templateId, logType, environment }}>
          All records
        </Link>
      </div>
    </header>
  );
}

const maxBars = 120;

/** How often it came by time; a part of it leads to its records. */
function Trend({ template }: { readonly template: TemplateDetailJson }) {
  const { templateId, environment, logType } = template;
  const navigate = useNavigate();
  const { data } = useQuery(eventHistogramQuery({ template: templateId, environment, logType }, maxBars));
  if (data === undefined || data.from === null) return <div className="time-histogram-space" />;
  return (
    <TimeHistogram
      unit="records"
      counts={eventCounts(data)}
      series={severitySeries}
      onRange={(from, to) =>
        void navigate({
          to: '/search',
          search: { template: templateId, environment, logType, ...addressRange(from, to) },
        })
      }
    />
  );
}

function Parameters({ template }: { readonly template: TemplateDetailJson }) {
  if (template.parameters.length === 0) return null;
  return (
    <section>
      <h2>
        What varies <span className="quiet">in the newest {template.sampledCount} records</span>
      </h2>
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Variable</th>
              <th scope="col">Type</th>
              <th scope="col" className="number">
                Different
              </th>
              <th scope="col">Most frequent</th>
            </tr>
          </thead>
          <tbody>
            {template.parameters.map((parameter) => (
              <ParameterRow key={parameter.wildcard} parameter={parameter} template={template} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface ParameterRowProps {
  readonly parameter: ParameterJson;
  readonly template: TemplateDetailJson;
}

function ParameterRow({ parameter, template }: ParameterRowProps) {
  const { templateId, environment, logType, sampledCount } = template;
  return (
    <tr>
      <td>
        <span className="wildcard">{'<*>'}</span> {parameter.wildcard} {parameter.name ?? ''}
      </td>
      <td>{parameter.type}</td>
      <td className="number">{parameter.distinctCount}</td>
      <td className="wide">
        {parameter.values.map(({ value, count }) => (
          <Link
            key={value}
            className="value"
            to="/search"
            search={{ template: templateId, environment, logType, q: value }}
            title={`${count} of ${sampledCount}`}
          >
            <span className="log-line">
              <LogText text={value} />
            </span>{' '}
            {shareText(count, sampledCount)}
          </Link>
        ))}
      </td>
    </tr>
  );
}

function Examples({ examples }: { readonly examples: readonly EventJson[] }) {
  return (
    <section>
      <h2>Examples</h2>
      <ol className="examples">
        {examples.map((event) => (
          <li key={event.eventId}>
            <Clock time={event.time} precise />
            <span className="log-line">
              <LogText text={event.body} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
