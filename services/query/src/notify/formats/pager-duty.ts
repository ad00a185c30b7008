import { factsOf, headlineOf } from '../message.js';
import type { Message, ToldReport } from '../message.js';
import { jsonRequest, type OutgoingRequest } from './request.js';

const maxSummaryCharacters = 1_024;
const severityBySignificance = { high: 'critical', medium: 'error', low: 'warning' } as const;

/**
 * Events API v2, one event a report: the incident is the dedup key, so that updates join what was triggered.
 *
 * Source: PagerDuty developer documentation, "Send an alert event".
 */
export function pagerDutyRequests(
  message: Message,
  to: { readonly url: string; readonly routingKey: string },
): OutgoingRequest[] {
  return message.reports.map((report) => jsonRequest(to.url, eventOf(report, to.routingKey)));
}

function eventOf(report: ToldReport, routingKey: string): Record<string, unknown> {
  const head = { routing_key: routingKey, dedup_key: `culprit/${report.incidentId}`.slice(0, 255) };
  if (report.kind === 'resolved') return { ...head, event_action: 'resolve' };
  return {
    ...head,
    event_action: 'trigger',
    client: 'Culprit',
    ...(report.link === undefined
      ? {}
      : { client_url: report.link, links: [{ href: report.link, text: 'Root cause report' }] }),
    payload: {
      summary: headlineOf({ messageId: '', sentAt: 0, reports: [report] }).slice(0, maxSummaryCharacters),
      source: report.hosts[0] ?? (report.environment === '' ? 'culprit' : report.environment),
      severity: severityBySignificance[report.significance],
      timestamp: report.start,
      component: report.logTypes[0] ?? '',
      group: report.environment,
      class: report.incidentType,
      custom_details: {
        summary: report.summary,
        facts: factsOf(report),
        hallmarks: report.hallmarks.map(({ time, logType, text }) => `${time} ${logType}: ${text}`),
        revision: report.revision,
      },
    },
  };
}
