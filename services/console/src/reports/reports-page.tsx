import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { CareListJson, IncidentJson } from '@culprit/service-query/module';
import { useEffect, useMemo, useState } from 'react';
import { careListQuery } from '../api/people-queries.js';
import { incidentsQuery, overviewQuery, type AnomalyFilter } from '../api/queries.js';
import { useLiveNews } from '../app/live.js';
import { usePreferences } from '../app/preferences.js';
import { Empty, Failure, Loading } from '../app/state-text.js';
import { addressRange } from '../app/time-range.js';
import { useTitle } from '../app/use-title.js';
import { formatDay, toMillis } from '../time/format-time.js';
import { AnomalyTimeline } from './anomaly-timeline.js';
import { FirstLogs } from './first-logs.js';
import { ReportRow } from './report-row.js';
import { narrowed, type ReportsSearch } from './narrowed.js';
import { ReportsFilter, apiFilter } from './reports-filter.js';
import { newsText } from './report-words.js';

const route = getRouteApi('/');

/** All root cause reports, newest first. */
export function ReportsPage() {
  useTitle('Reports');
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/' });
  const overview = useQuery(overviewQuery);
  const list = useInfiniteQuery(incidentsQuery(apiFilter(search)));
  const careById = useCare();
  const reports = (list.data?.pages ?? []).flatMap(({ incidents }) => incidents);
  const shown = narrowed(reports, search, (id) => careById.get(id)?.state ?? 'open');
  useShowFirstReport(list.isSuccess && reports.length === 0);
  if (list.error !== null) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <div className="page">
      <div className="page-head">
        <h1>Root cause reports</h1>
        <NewsPill />
      </div>
      <ReportsFilter total={list.data?.pages[0]?.total} shown={shown.length} reports={reports} />
      <AnomalyTimeline
        filter={timelineFilter(search)}
        reports={shown}
        onRange={(from, to) =>
          void navigate({ search: (old) => ({ ...old, ...addressRange(from, to) }), resetScroll: false })
        }
      />
      {list.data === undefined ? <Loading what="reports" /> : null}
      {list.data !== undefined && shown.length === 0 ? (
        <NoReports events={overview.data?.events} isFiltered={Object.keys(search).length > 0} />
      ) : null}
      <ReportDays reports={shown} careById={careById} />
      {list.hasNextPage ? (
        <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
          Earlier reports
        </button>
      ) : null}
    </div>
  );
}

/** What people made of incidents, of those that somebody touched. */
type CareById = ReadonlyMap<string, CareListJson['incidents'][number]>;

function useCare(): CareById {
  const { data } = useQuery(careListQuery);
  return useMemo(() => new Map((data?.incidents ?? []).map((care) => [care.incidentId, care])), [data]);
}

function timelineFilter({ environment, logType, from, to }: ReportsSearch): AnomalyFilter {
  return { environment, logType, from, to };
}

/** Nobody reads an empty list: what comes first is shown at once. */
function useShowFirstReport(isEmpty: boolean): void {
  const { newReports, show } = useLiveNews();
  useEffect(() => {
    if (isEmpty && newReports.size > 0) show();
  }, [isEmpty, newReports, show]);
}

function NewsPill() {
  const { newReports, changedReports, show } = useLiveNews();
  const text = newsText(newReports.size, changedReports.size);
  const showNews = (): void => {
    show();
    globalThis.scrollTo({ top: 0 });
  };
  return (
    <div role="status">
      {text === '' ? null : (
        <button type="button" className="pill" onClick={showNews}>
          <span aria-hidden="true">↑</span> {text}
        </button>
      )}
    </div>
  );
}

function NoReports({
  events,
  isFiltered,
}: {
  readonly events: number | undefined;
  readonly isFiltered: boolean;
}) {
  const [hasWaited, setWaited] = useState(false);
  useEffect(() => {
    if (events === 0) setWaited(true);
  }, [events]);
  // Whoever waited for the first line sees it arrive.
  if (events === 0 || hasWaited) return <FirstLogs />;
  if (isFiltered) return <Empty title="No report matches">Clear the filters to see all.</Empty>;
  return (
    <Empty title="Nothing looked like a failure so far">
      <p>
        Culprit learns what is normal and writes a report when something breaks. You can also name a time and
        let it look there: <b>Scan for root cause</b>.
      </p>
    </Empty>
  );
}

interface ReportDaysProps {
  readonly reports: readonly IncidentJson[];
  readonly careById: CareById;
}

function ReportDays({ reports, careById }: ReportDaysProps) {
  const { zone } = usePreferences();
  const { changedReports } = useLiveNews();
  const days = Map.groupBy(reports, (report) => formatDay(toMillis(report.start), zone));
  return [...days].map(([day, ofDay]) => (
    <section key={day} className="day" aria-label={day}>
      <h2>{day}</h2>
      <ul>
        {ofDay.map((report) => (
          <ReportRow
            key={report.id}
            report={report}
            care={careById.get(report.id)}
            isChanged={changedReports.has(report.id)}
          />
        ))}
      </ul>
    </section>
  ));
}
