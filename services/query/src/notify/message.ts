import { occurrenceText } from '@culprit/correlation';
import type { RootCauseReport, Significance } from '@culprit/correlation';
import { assertNever, formatRfc3339, toDisplayText } from '@culprit/kernel';
import type { ReportHead } from '@culprit/store';

/** What a message is about: news of an incident, or that somebody tries a channel. */
export type MessageKind = 'created' | 'updated' | 'resolved' | 'test';

/** One report as messages tell it: every text is clean of control characters and on one line. */
export interface ToldReport {
  readonly kind: MessageKind;
  readonly incidentId: string;
  readonly incidentType: string;
  readonly revision: number;
  readonly environment: string;
  readonly significance: Significance;
  /** The significance that was told last; undefined the first time. */
  readonly toldSignificance: Significance | undefined;
  readonly title: string;
  readonly summary: string;
  /** RFC 3339, event time. */
  readonly start: string;
  readonly end: string;
  readonly startMillis: number;
  readonly logTypes: readonly string[];
  readonly hosts: readonly string[];
  readonly occurrence: string;
  /** The one or two lines that say most. */
  readonly hallmarks: readonly ToldLine[];
  /** Address of the report in the console, where one is known. */
  readonly link: string | undefined;
}

export interface ToldLine {
  readonly time: string;
  readonly logType: string;
  readonly text: string;
}

/** What goes out at once: one report, or a digest of several. */
export interface Message {
  /** The same whenever the same message is sent again, so that a receiver can tell. */
  readonly messageId: string;
  /** ms since 1970, wall clock. */
  readonly sentAt: number;
  /** At least one. */
  readonly reports: readonly ToldReport[];
}

const maxTitleCharacters = 200;
const maxSummaryCharacters = 1_000;
const maxLineCharacters = 500;
const maxNames = 20;

/** What a message says of a report; log text is bounded and cleaned here, once for all formats. */
export function toldReport(
  report: ReportHead | RootCauseReport,
  about: {
    readonly kind: MessageKind;
    readonly toldSignificance?: Significance | undefined;
    readonly publicUrl?: string | undefined;
  },
): ToldReport {
  const { incidentId, incidentType, revision, environment, significance } = report;
  return {
    kind: about.kind,
    incidentId,
    incidentType,
    revision,
    environment: line(environment, maxTitleCharacters),
    significance,
    toldSignificance: about.toldSignificance,
    title: line(report.title, maxTitleCharacters),
    summary: line(report.summary, maxSummaryCharacters),
    start: formatRfc3339(report.start),
    end: formatRfc3339(report.end),
    startMillis: Number(report.start / 1_000_000n),
    logTypes: report.logTypes.slice(0, maxNames).map((name) => line(name, maxTitleCharacters)),
    hosts: report.hosts.slice(0, maxNames).map((name) => line(name, maxTitleCharacters)),
    occurrence: occurrenceText({
      occurrence: report.occurrence,
      previous: report.previous === undefined ? null : formatRfc3339(report.previous),
    }),
    hallmarks: report.hallmarks.map(({ time, logType, body }) => ({
      time: formatRfc3339(time),
      logType: line(logType, maxTitleCharacters),
      text: line(body, maxLineCharacters),
    })),
    link: about.publicUrl === undefined ? undefined : linkOf(about.publicUrl, incidentId),
  };
}

/** What everybody sees first: `[high] shop: orders cannot reach shipping`. */
export function headlineOf(message: Message): string {
  const [first] = message.reports;
  if (first === undefined) return '';
  if (message.reports.length > 1)
    return `${message.reports.length} root cause reports, first: ${first.title}`;
  return `${prefixOf(first)}${first.environment === '' ? '' : `${first.environment}: `}${first.title}`;
}

/** One line about when, how often and where. */
export function factsOf(report: ToldReport): string {
  const where = report.logTypes.slice(0, 5).join(', ');
  const more = report.logTypes.length > 5 ? ` and ${report.logTypes.length - 5} more` : '';
  return `${report.significance} significance · since ${report.start.slice(0, 19)}Z · ${report.occurrence} · ${where}${more}`;
}

function prefixOf({ kind, significance }: ToldReport): string {
  switch (kind) {
    case 'updated':
      return `[${significance}, update] `;
    case 'resolved':
      return '[resolved] ';
    case 'test':
      return '[test] ';
    case 'created':
      return `[${significance}] `;
    default:
      return assertNever(kind);
  }
}

function linkOf(publicUrl: string, incidentId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/reports/${encodeURIComponent(incidentId)}`;
}

function line(text: string, maxCharacters: number): string {
  const clean = toDisplayText(text).replaceAll(/\s+/g, ' ').trim();
  return clean.length <= maxCharacters ? clean : `${clean.slice(0, maxCharacters - 1)}…`;
}
