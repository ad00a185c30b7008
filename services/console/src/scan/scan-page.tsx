import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { isFinished, scanQuery, scanRelatedQuery } from '../api/queries.js';
import { Empty, Failure } from '../app/state-text.js';
import { Moment } from '../app/time.js';
import { useTitle } from '../app/use-title.js';
import { ReportView } from '../report/report-view.js';
import { withoutGaps } from '../app/search-texts.js';

const route = getRouteApi('/scans/$id');

/** A scan under way, then its result in the same place. */
export function ScanPage() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/scans/$id' });
  const scan = useQuery(scanQuery(id));
  const zoom = search.zoom ?? 0;
  const report = scan.data?.report;
  const related = useQuery({
    ...scanRelatedQuery(id, Math.max(1, zoom)),
    enabled: zoom > 0 && report !== undefined,
  });
  useTitle('Scan');
  if (scan.error !== null) return <Failure error={scan.error} onRetry={() => void scan.refetch()} />;
  if (report === undefined) {
    return <ScanState at={scan.data?.at} isOver={isFinished(scan.data)} detail={scan.data?.detail} />;
  }
  return (
    <ReportView
      report={report}
      related={related.data}
      isReading={related.isFetching}
      search={search}
      onSearch={(change, { isStep = false } = {}) =>
        void navigate({
          search: (old) => withoutGaps({ ...old, ...change }),
          replace: !isStep,
          resetScroll: false,
        })
      }
      jsonAddress={`/api/v1/scans/${encodeURIComponent(id)}`}
    />
  );
}

interface ScanStateProps {
  readonly at: string | undefined;
  readonly isOver: boolean;
  readonly detail: string | undefined;
}

function ScanState({ at, isOver, detail }: ScanStateProps) {
  if (isOver) {
    return (
      <Empty title="No report from this scan">
        <p>{detail ?? 'Nothing unusual was found.'}</p>
      </Empty>
    );
  }
  return (
    <div className="empty" role="status">
      <h2>Scanning {at === undefined ? '' : <Moment time={at} />}</h2>
      <progress aria-label="Scan under way" />
      <p>
        Looking for what was unusual from 20 minutes before to 10 minutes after. The result opens by itself.
      </p>
    </div>
  );
}
