import { reportToJson, type RootCauseReport } from '@culprit/correlation';

/** An event of a report as the documented JSON has it. */
export interface ReportEventView {
  readonly time: string;
  readonly logType: string;
  readonly host: string;
  readonly pod: string;
  readonly severity: string;
  readonly body: string;
  readonly role: string;
  readonly reasons: readonly string[];
  /** What it says without header and trace, where the source of the report knows. */
  readonly message?: string;
}

/** The documented JSON of a report, as far as people read it: what `analyze` writes and the API answers. */
export interface ReportView {
  readonly id: string;
  readonly occurrence: number;
  /** Start of the previous incident of the type; absent in answers of servers that do not say. */
  readonly previous?: string | null;
  readonly start: string;
  readonly end: string;
  readonly significance: string;
  readonly falseReportsPerDay: number;
  /** Absent in answers of servers that do not say. */
  readonly isProvisional?: boolean;
  readonly title: string;
  readonly summary: string;
  readonly coreEvents: readonly ReportEventView[];
  /** What may be the cause instead; absent in answers of servers that do not say. */
  readonly alternates?: readonly { readonly time: string; readonly logType: string; readonly body: string }[];
  readonly related: Readonly<Record<'1' | '2' | '3', number>>;
}

/** A report of this process with what the published form leaves out. */
export function viewOf(report: RootCauseReport): ReportView {
  const published = reportToJson(report);
  const messages = report.coreEvents.map(({ message }) => message);
  return {
    ...published,
    isProvisional: report.isProvisional,
    coreEvents: published.coreEvents.map((event, i) => ({ ...event, message: messages[i] ?? event.body })),
  };
}

/** Checks the shape of an answer; undefined when it is not a report. */
export function toReportView(value: unknown): ReportView | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const isReport =
    'id' in value &&
    'title' in value &&
    'summary' in value &&
    'coreEvents' in value &&
    Array.isArray(value.coreEvents);
  return isReport ? (value as ReportView) : undefined;
}
