import type { HallmarkJson, ReportJson } from './report-json.js';

/** How sure a report is, as it is published. */
export type ReportCertainty = Pick<ReportJson, 'falseReportsPerDay'> &
  Partial<Pick<ReportJson, 'isProvisional'>>;

/** "A cluster this tight happens by chance about once in 40 days." */
export function falseReportText({ falseReportsPerDay: rate, isProvisional }: ReportCertainty): string {
  const basis = isProvisional === true ? ' (provisional: less than a day of history)' : '';
  if (!(rate > 0)) return `A cluster this tight is not expected by chance${basis}.`;
  const days = 1 / rate;
  if (days >= 3650) return `A cluster this tight happens by chance less than once in ten years${basis}.`;
  if (days >= 2)
    return `A cluster this tight happens by chance about once in ${Math.round(days).toLocaleString('en')} days${basis}.`;
  return `A cluster this tight happens by chance about ${rate.toFixed(1)} times a day${basis}.`;
}

/** How often there was an incident of the kind. */
export type ReportOccurrence = Pick<ReportJson, 'occurrence'> & Partial<Pick<ReportJson, 'previous'>>;

/** "first of its kind" or "3rd time, last on 2026-03-01 09:30". */
export function occurrenceText({ occurrence, previous }: ReportOccurrence): string {
  if (occurrence === 1) return 'first of its kind';
  const last = typeof previous === 'string' ? `, last on ${previous.slice(0, 16).replace('T', ' ')}` : '';
  return `${ordinal(occurrence)} time${last}`;
}

/** What else may be the cause, as text of one line; undefined where nothing is near. */
export function alternatesText(report: {
  readonly alternates?: readonly HallmarkJson[];
}): string | undefined {
  const others = (report.alternates ?? []).map(({ time, logType }) => `${logType} at ${time.slice(11, 23)}`);
  return others.length === 0 ? undefined : `Less likely the cause: ${others.join(', ')}.`;
}

function ordinal(count: number): string {
  const isTeen = count % 100 >= 11 && count % 100 <= 13;
  const ending = isTeen ? undefined : ['th', 'st', 'nd', 'rd'][count % 10];
  return `${String(count)}${ending ?? 'th'}`;
}
