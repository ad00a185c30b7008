import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { incidentQuery, relatedQuery } from '../api/queries.js';
import { Failure, Loading } from '../app/state-text.js';
import { Care } from './care.js';
import { Feedback } from './feedback.js';
import { GeneratedSummary } from './generated-summary.js';
import { MuteIncident } from './mute-incident.js';
import { PastOccurrences } from './past-occurrences.js';
import { ReportView, type ChangeSearch } from './report-view.js';
import { withoutGaps } from '../app/search-texts.js';

const route = getRouteApi('/reports/$id');

/** One root cause report. */
export function ReportPage() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/reports/$id' });
  const report = useQuery(incidentQuery(id));
  const zoom = search.zoom ?? 0;
  const related = useQuery({ ...relatedQuery(id, Math.max(1, zoom)), enabled: zoom > 0 });
  if (report.error !== null) return <Failure error={report.error} onRetry={() => void report.refetch()} />;
  if (report.data === undefined) return <Loading what="the report" />;
  const change: ChangeSearch = (changes, { isStep = false } = {}) =>
    void navigate({
      search: (old) => withoutGaps({ ...old, ...changes }),
      replace: !isStep,
      resetScroll: false,
    });
  return (
    <ReportView
      report={report.data}
      related={related.data}
      isReading={related.isFetching}
      search={search}
      onSearch={change}
      story={
        <>
          <GeneratedSummary incidentId={id} onEvent={(event) => change({ event })} />
          <PastOccurrences report={report.data} />
        </>
      }
      side={<Care incidentId={id} />}
      jsonAddress={`/api/v1/incidents/${encodeURIComponent(id)}`}
    >
      <MuteIncident report={report.data} />
      <Feedback incidentId={id} />
    </ReportView>
  );
}
