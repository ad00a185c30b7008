import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  AnomalyHistogramJson,
  EventHistogramJson,
  EventJson,
  IncidentJson,
  OverviewJson,
  RelatedJson,
  RevisionJson,
  RuleJson,
  ScanJson,
  TemplateDetailJson,
  TemplateListJson,
} from '@culprit/service-query/module';
import { queryText, request } from './request.js';

/** One page of reports. */
export interface IncidentPage {
  readonly incidents: readonly IncidentJson[];
  readonly total: number;
  readonly nextPageToken: string | null;
}

/** What a list of reports is narrowed to. */
export interface IncidentFilter {
  readonly environment?: string | undefined;
  readonly logType?: string | undefined;
  readonly host?: string | undefined;
  readonly significance?: readonly string[] | undefined;
  readonly type?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** A report with the numbers of its revisions. */
export type IncidentDetail = IncidentJson & { readonly revisions: readonly RevisionJson[] };

/** What a search for events is narrowed to. */
export interface EventFilter {
  readonly q?: string | undefined;
  readonly environment?: string | undefined;
  readonly logType?: string | undefined;
  readonly template?: string | undefined;
  readonly severity?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

interface EventPage {
  readonly events: readonly EventJson[];
  readonly nextPageToken: string | null;
}

/** What a list of event types is narrowed to and ordered by. */
export interface TemplateFilter {
  readonly q?: string | undefined;
  readonly environment?: string | undefined;
  readonly logType?: string | undefined;
  readonly severity?: string | undefined;
  readonly muted?: string | undefined;
  readonly sort?: string | undefined;
}

const pageSize = 100;

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => request<OverviewJson>('overview', { signal }),
  refetchInterval: ({ state }) => ((state.data?.events ?? 0) === 0 ? 1_500 : 10_000),
});

export function incidentsQuery(filter: IncidentFilter) {
  return infiniteQueryOptions({
    queryKey: ['incidents', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      request<IncidentPage>(`incidents${queryText({ ...filter, pageSize, pageToken: pageParam })}`, {
        signal,
      }),
    getNextPageParam: (page) => page.nextPageToken,
    placeholderData: keepPreviousData,
    // New reports are announced; the list changes when the reader wants it to.
    staleTime: Infinity,
  });
}

export function incidentQuery(id: string) {
  return queryOptions({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => request<IncidentDetail>(`incidents/${encodeURIComponent(id)}`, { signal }),
  });
}

export function relatedQuery(id: string, zoom: number) {
  return queryOptions({
    queryKey: ['incident', id, 'related', zoom],
    queryFn: ({ signal }) =>
      request<RelatedJson>(`incidents/${encodeURIComponent(id)}/related${queryText({ zoom })}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function scanQuery(id: string) {
  return queryOptions({
    queryKey: ['scan', id],
    queryFn: ({ signal }) => request<ScanJson>(`scans/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state }) => (isFinished(state.data) ? false : 400),
  });
}

export function scanRelatedQuery(id: string, zoom: number) {
  return queryOptions({
    queryKey: ['scan', id, 'related', zoom],
    queryFn: ({ signal }) =>
      request<RelatedJson>(`scans/${encodeURIComponent(id)}/related${queryText({ zoom })}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function isFinished(scan: ScanJson | undefined): boolean {
  return scan?.state === 'done' || scan?.state === 'failed';
}

export function templatesQuery(filter: TemplateFilter) {
  return infiniteQueryOptions({
    queryKey: ['templates', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      request<TemplateListJson>(`templates${queryText({ ...filter, pageSize, pageToken: pageParam })}`, {
        signal,
      }),
    getNextPageParam: (page) => page.nextPageToken,
    placeholderData: keepPreviousData,
  });
}

export function templateQuery(
  id: string,
  place: { readonly environment?: string | undefined; readonly logType?: string | undefined },
) {
  return queryOptions({
    queryKey: ['template', id, place],
    queryFn: ({ signal }) =>
      request<TemplateDetailJson>(
        `templates/${encodeURIComponent(id)}${queryText({ ...place, examples: 10 })}`,
        { signal },
      ),
  });
}

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: ({ signal }) => request<{ readonly rules: readonly RuleJson[] }>('template-rules', { signal }),
});

/** Records, newest first; the histogram of the same filter says how many there are. */
export function eventsQuery(filter: EventFilter) {
  return infiniteQueryOptions({
    queryKey: ['events', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      request<EventPage>(
        `events${queryText({ ...filter, pageSize: 200, pageToken: pageParam, counted: 'false' })}`,
        { signal },
      ),
    getNextPageParam: (page) => page.nextPageToken,
    placeholderData: keepPreviousData,
  });
}

/** Records that a search finds, by time and severity. @param buckets at most so many */
export function eventHistogramQuery(filter: EventFilter, buckets: number) {
  return queryOptions({
    queryKey: ['events', 'histogram', filter, buckets],
    queryFn: ({ signal }) =>
      request<EventHistogramJson>(`events/histogram${queryText({ ...filter, buckets })}`, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** What surprising events are narrowed to. */
export type AnomalyFilter = Pick<EventFilter, 'environment' | 'logType' | 'from' | 'to'>;

/** Surprising events by time. @param buckets at most so many */
export function anomalyHistogramQuery(filter: AnomalyFilter, buckets: number) {
  return queryOptions({
    queryKey: ['anomalies', 'histogram', filter, buckets],
    queryFn: ({ signal }) =>
      request<AnomalyHistogramJson>(`anomalies/histogram${queryText({ ...filter, buckets })}`, { signal }),
    placeholderData: keepPreviousData,
  });
}
