import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { IncidentJson } from '@culprit/service-query/module';
import { useEffect, useState } from 'react';
import { incidentsQuery, overviewQuery } from '../api/queries.js';
import { useLiveNews } from '../app/live.js';
import { usePreferences } from '../app/preferences.js';
import { Empty, Failure, Loading } from '../app/state-text.js';
import { useTitle } from '../app/use-title.js';
import { formatDay, toMillis } from '../time/format-time.js';
import { FirstLogs } from './first-logs.js';
import { ReportRow } from './report-row.js';
import { ReportsFilter, apiFilter, matchesText } from './reports-filter.js';
import { newsText } from './report-words.js';

const route = getRouteApi('/');

/** All root cause reports, newest first. */
export function ReportsPage() {
  useTitle('Reports');
  const search = route.useSearch();
  const overview = useQuery(overviewQuery);
  const list = useInfiniteQuery(incidentsQuery(apiFilter(search)));
  const reports = (list.data?.pages ?? []).flatMap(({ incidents }) => incidents);
  const shown = reports.filter((report) => matchesText(report, search.q ?? ''));
  useShowFirstReport(list.isSuccess && reports.length === 0);
  if (list.error !== null) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <div className="page">
      <div className="page-head">
        <h1>Root cause reports</h1>
        <NewsPill />
      </div>
      <ReportsFilter total={list.data?.pages[0]?.total} shown={shown.length} />
      {list.data === undefined ? <Loading what="reports" /> : null}
      {list.data !== undefined && shown.length === 0 ? (
        <NoReports events={overview.data?.events} isFiltered={Object.keys(search).length > 0} />
      ) : null}
      <ReportDays reports={shown} />
      {list.hasNextPage ? (
        <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
          Earlier reports
        </button>
      ) : null}
    </div>
  );
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

function ReportDays({ reports }: { readonly reports: readonly IncidentJson[] }) {
  const { zone } = usePreferences();
  const { changedReports } = useLiveNews();
  const days = Map.groupBy(reports, (report) => formatDay(toMillis(report.start), zone));
  return [...days].map(([day, ofDay]) => (
    <section key={day} className="day" aria-label={day}>
      <h2>{day}</h2>
      <ul>
        {ofDay.map((report) => (
          <ReportRow key={report.id} report={report} isChanged={changedReports.has(report.id)} />
        ))}
      </ul>
    </section>
  ));
}
