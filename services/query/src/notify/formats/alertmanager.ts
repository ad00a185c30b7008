import type { Significance } from '@culprit/correlation';
import type { ChannelOf } from '../channel.js';
import type { Message, ToldReport } from '../message.js';
import { jsonRequest, type OutgoingRequest } from './request.js';

/** Every report is an alert of API v2; labels are its identity, so a risen significance ends the alert before it. */
export function alertmanagerRequest(message: Message, channel: ChannelOf<'alertmanager'>): OutgoingRequest {
  const alerts = message.reports.flatMap((report) => alertsOf(report, message.sentAt, channel.activeMinutes));
  const url = new URL('api/v2/alerts', channel.url.endsWith('/') ? channel.url : `${channel.url}/`);
  const { token } = channel;
  return jsonRequest(url.href, alerts, token === undefined ? {} : { authorization: `Bearer ${token}` });
}

function alertsOf(report: ToldReport, sentAt: number, activeMinutes: number): Record<string, unknown>[] {
  const now = new Date(sentAt).toISOString();
  const until = report.kind === 'resolved' ? now : new Date(sentAt + activeMinutes * 60_000).toISOString();
  const { significance, toldSignificance } = report;
  const told = toldSignificance ?? significance;
  return [
    ...(told === significance ? [] : [alertOf(report, { significance: told, endsAt: now })]),
    alertOf(report, { significance, endsAt: until }),
  ];
}

function alertOf(
  report: ToldReport,
  { significance, endsAt }: { readonly significance: Significance; readonly endsAt: string },
): Record<string, unknown> {
  return {
    labels: {
      alertname: 'CulpritRootCauseReport',
      environment: report.environment,
      incident: report.incidentId,
      significance,
    },
    annotations: {
      summary: report.title,
      description: report.summary,
      log_types: report.logTypes.join(', '),
      occurrence: report.occurrence,
    },
    startsAt: report.start,
    endsAt,
    ...(report.link === undefined ? {} : { generatorURL: report.link }),
  };
}
