import type { ChannelOf } from '../channel.js';
import type { Message, ToldReport } from '../message.js';
import type { OutgoingRequest } from './request.js';
import { signatureHeaders } from './signature.js';

const mediaType = 'application/cloudevents+json; charset=utf-8';
const batchMediaType = 'application/cloudevents-batch+json; charset=utf-8';

/** CloudEvents 1.0 in JSON, one event a report; a digest is a batch of them. */
export function webhookRequest(message: Message, channel: ChannelOf<'webhook'>): OutgoingRequest {
  const events = message.reports.map((report) => cloudEvent(report, message));
  const [first] = events;
  const isBatch = events.length > 1;
  return signed(JSON.stringify(isBatch ? events : first), isBatch ? batchMediaType : mediaType, {
    message,
    channel,
  });
}

function cloudEvent(report: ToldReport, { sentAt, messageId, reports }: Message): Record<string, unknown> {
  const { kind, toldSignificance: _told, startMillis: _start, ...data } = report;
  return {
    specversion: '1.0',
    id: reports.length > 1 ? `${messageId}/${report.incidentId}` : messageId,
    source: `urn:culprit:environment:${encodeURIComponent(report.environment)}`,
    type: `io.culprit.report.${kind}.v1`,
    subject: report.incidentId,
    time: new Date(sentAt).toISOString(),
    datacontenttype: 'application/json',
    data,
  };
}

/** The fields that receivers of Zebrium's incident webhook read, filled from a report. */
export function zebriumRequest(message: Message, channel: ChannelOf<'zebrium-webhook'>): OutgoingRequest {
  const incidents = message.reports.map((report) => {
    const url = report.link ?? '';
    return {
      event_type: 'zebrium_incident',
      customer_name: 'culprit',
      deployment_name: report.environment,
      incident_id: report.incidentId,
      incident_group: report.incidentType,
      incident_epoch: report.startMillis,
      incident_epoch_ts: report.start,
      incident_title: report.title,
      incident_summary: report.summary,
      incident_significance: report.significance,
      incident_hallmark: report.hallmarks.map(({ text }) => text).join(' | '),
      incident_url: url,
      incident_query: url,
      incident_like: url,
      incident_spam: url,
      incident_mute: url,
    };
  });
  const [first] = incidents;
  const body = JSON.stringify(incidents.length > 1 ? { event_type: 'zebrium_incident', incidents } : first);
  return signed(body, 'application/json', { message, channel });
}

function signed(
  body: string,
  contentType: string,
  to: {
    readonly message: Message;
    readonly channel: { readonly url: string; readonly secret?: string | undefined };
  },
): OutgoingRequest {
  const { url, secret } = to.channel;
  return {
    url,
    headers: {
      'content-type': contentType,
      ...(secret === undefined ? {} : signatureHeaders(secret, { ...to.message, body })),
    },
    body,
  };
}
