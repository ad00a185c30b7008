import { queryOptions } from '@tanstack/react-query';
import type {
  AuditEntryJson,
  CareJson,
  CareListJson,
  ChannelJson,
  DecisionJson,
  IncidentTypeJson,
  NotificationJson,
  NotificationRuleJson,
  SummaryJson,
  SummaryPreviewJson,
  SummaryStateJson,
  TokenJson,
} from '@culprit/service-query/module';
import type { IncidentPage } from './queries.js';
import { request } from './request.js';

const incidentPath = (id: string): string => `incidents/${encodeURIComponent(id)}`;

export function careQuery(id: string) {
  return queryOptions({
    queryKey: ['care', id],
    queryFn: ({ signal }) => request<CareJson>(`${incidentPath(id)}/care`, { signal }),
  });
}

/** Incidents that somebody touched. */
export const careListQuery = queryOptions({
  queryKey: ['care'],
  queryFn: ({ signal }) => request<CareListJson>('incident-care', { signal }),
  refetchInterval: 30_000,
});

export function summaryQuery(id: string) {
  return queryOptions({
    queryKey: ['summary', id],
    queryFn: ({ signal }) => request<SummaryJson>(`${incidentPath(id)}/summary`, { signal }),
  });
}

export function summaryPreviewQuery(id: string) {
  return queryOptions({
    queryKey: ['summary', id, 'preview'],
    queryFn: ({ signal }) => request<SummaryPreviewJson>(`${incidentPath(id)}/summary/preview`, { signal }),
  });
}

export const channelsQuery = queryOptions({
  queryKey: ['notification-channels'],
  queryFn: ({ signal }) =>
    request<{ readonly channels: readonly ChannelJson[] }>('notification-channels', { signal }),
});

export const notificationRulesQuery = queryOptions({
  queryKey: ['notification-rules'],
  queryFn: ({ signal }) =>
    request<{ readonly rules: readonly NotificationRuleJson[] }>('notification-rules', { signal }),
});

export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: ({ signal }) =>
    request<{ readonly notifications: readonly NotificationJson[] }>('notifications', { signal }),
  refetchInterval: 10_000,
});

export const incidentTypesQuery = queryOptions({
  queryKey: ['incident-types'],
  queryFn: ({ signal }) =>
    request<{ readonly incidentTypes: readonly IncidentTypeJson[] }>('incident-types', { signal }),
});

export const decisionsQuery = queryOptions({
  queryKey: ['incident-decisions'],
  queryFn: ({ signal }) =>
    request<{ readonly decisions: readonly DecisionJson[] }>('incident-decisions', { signal }),
});

export const summaryStateQuery = queryOptions({
  queryKey: ['summary-calls'],
  queryFn: ({ signal }) => request<SummaryStateJson>('summary-calls', { signal }),
});

/** Reports of the last week of the wall clock, at most 1,000. */
export const lastWeekQuery = queryOptions({
  queryKey: ['incidents', 'last-week'],
  queryFn: ({ signal }) => request<IncidentPage>('incidents?from=now-7d&pageSize=1000', { signal }),
});

/** Tokens of the tenant, without their secrets; admins only. */
export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => request<{ readonly tokens: readonly TokenJson[] }>('tokens', { signal }),
  retry: false,
});

/** Who changed what, the newest first; admins only. */
export const auditQuery = queryOptions({
  queryKey: ['audit'],
  queryFn: ({ signal }) =>
    request<{ readonly entries: readonly AuditEntryJson[] }>('audit?limit=100', { signal }),
  retry: false,
});
