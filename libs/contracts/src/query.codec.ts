import type { RootCauseReport } from '@culprit/correlation';
import type { EpochNanos, TemplateId } from '@culprit/kernel';
import type { EventSource } from '@culprit/scoring';
import {
  GetReportResponse,
  ListReportsResponse,
  PeekResponse,
  QueryServiceDefinition,
  SearchEventsResponse,
  WatchReportsResponse,
  type Event as WireEvent,
} from './gen/culprit/query/v1/query.js';
import { reportToWire } from './report.codec.js';

/** A page of reports; `nextPageToken` is empty on the last one. */
export interface ReportPageAnswer {
  readonly reports: readonly RootCauseReport[];
  readonly total: number;
  readonly nextPageToken: string;
}

/** A log record as the query service answers it. */
export interface EventAnswer {
  readonly eventId: string;
  readonly time: EpochNanos;
  readonly source: EventSource;
  /** OpenTelemetry, 1 to 24; 0 unknown. */
  readonly severity: number;
  readonly templateId: TemplateId;
  readonly body: string;
  /** JSON object text, empty where there are none. */
  readonly attributes: string;
}

/** A page of log records; `nextPageToken` is empty on the last one. */
export interface EventPageAnswer {
  readonly events: readonly EventAnswer[];
  readonly total: number;
  readonly nextPageToken: string;
}

/** A report that is new or changed. */
export interface ReportNews {
  readonly report: RootCauseReport;
  readonly isNew: boolean;
}

/** Bytes of answers that are given as what they mean; clients decode what generated code says. */
interface AnswerCodec<Answer, Wire> {
  encode(answer: Answer): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Wire;
}

function answering<Answer, Wire>(
  wire: AnswerCodec<Wire, Wire>,
  toWire: (answer: Answer) => Wire,
): AnswerCodec<Answer, Wire> {
  return { encode: (answer) => wire.encode(toWire(answer)), decode: (bytes) => wire.decode(bytes) };
}

const { methods } = QueryServiceDefinition;

/** `culprit.query.v1.QueryService`: requests come as its messages, answers are given in the words of the domain. */
export const queryService = {
  fullName: QueryServiceDefinition.fullName,
  methods: {
    listReports: {
      ...methods.listReports,
      responseType: answering(ListReportsResponse, (page: ReportPageAnswer) => ({
        reports: page.reports.map(reportToWire),
        total: BigInt(page.total),
        nextPageToken: page.nextPageToken,
      })),
    },
    getReport: {
      ...methods.getReport,
      responseType: answering(GetReportResponse, (report: RootCauseReport) => ({
        report: reportToWire(report),
      })),
    },
    watchReports: {
      ...methods.watchReports,
      responseType: answering(WatchReportsResponse, ({ report, isNew }: ReportNews) => ({
        report: reportToWire(report),
        isNew,
      })),
    },
    searchEvents: {
      ...methods.searchEvents,
      responseType: answering(SearchEventsResponse, (page: EventPageAnswer) => ({
        events: page.events.map(eventToWire),
        total: BigInt(page.total),
        nextPageToken: page.nextPageToken,
      })),
    },
    peek: {
      ...methods.peek,
      responseType: answering(PeekResponse, (events: readonly EventAnswer[]) => ({
        events: events.map(eventToWire),
      })),
    },
  },
} as const;

function eventToWire(event: EventAnswer): WireEvent {
  const { environment, logType, namespace, service, pod, container, host } = event.source;
  return {
    eventId: event.eventId,
    timeNanos: event.time,
    environment,
    logType,
    namespace,
    service,
    pod,
    container,
    host,
    severityNumber: event.severity,
    templateId: event.templateId,
    body: event.body,
    attributes: event.attributes,
  };
}
