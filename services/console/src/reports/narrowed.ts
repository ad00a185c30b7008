import type { CareState, IncidentJson } from '@culprit/service-query/module';

/** What the address of the list says. */
export interface ReportsSearch {
  readonly q?: string | undefined;
  readonly significance?: string | undefined;
  /** How far people are with it. */
  readonly state?: string | undefined;
  readonly logType?: string | undefined;
  readonly host?: string | undefined;
  readonly environment?: string | undefined;
  readonly type?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** `kinds`: of each kind of incident only the latest. */
  readonly list?: string | undefined;
}

/** What the filter looks at. */
export type Narrowable = Pick<
  IncidentJson,
  'id' | 'incidentType' | 'title' | 'summary' | 'logTypes' | 'hosts' | 'hallmarks'
>;

/** Whether a report has a text in what the list shows of it. */
function matchesText(report: Narrowable, text: string): boolean {
  if (text === '') return true;
  const sought = text.toLowerCase();
  const { title, summary, logTypes, hosts, hallmarks } = report;
  return [title, summary, ...logTypes, ...hosts, ...hallmarks.map(({ body }) => body)].some((part) =>
    part.toLowerCase().includes(sought),
  );
}

/** The part of the filter that is applied here, to reports newest first. @param stateOf `open` unless somebody said more */
export function narrowed<T extends Narrowable>(
  reports: readonly T[],
  { q = '', state, list }: ReportsSearch,
  stateOf: (incidentId: string) => CareState,
): readonly T[] {
  const kinds = new Set<string>();
  return reports.filter((report) => {
    if (!matchesText(report, q) || (state !== undefined && stateOf(report.id) !== state)) return false;
    if (list === 'kinds' && kinds.has(report.incidentType)) return false;
    kinds.add(report.incidentType);
    return true;
  });
}
