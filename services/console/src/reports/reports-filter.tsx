import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { IncidentJson } from '@culprit/service-query/module';
import type { IncidentFilter } from '../api/queries.js';
import { FilterForm, FilterTag } from '../app/filter-form.js';
import { withoutGaps } from '../app/search-texts.js';
import { useSourceOptions } from '../app/use-source-options.js';

const route = getRouteApi('/');

/** What the address of the list says. */
export interface ReportsSearch {
  readonly q?: string | undefined;
  readonly significance?: string | undefined;
  readonly logType?: string | undefined;
  readonly environment?: string | undefined;
  readonly type?: string | undefined;
  readonly from?: string | undefined;
}

const significances = [
  ['', 'any significance'],
  ['medium,high', 'medium and high'],
  ['high', 'high only'],
] as const;

const periods = [
  ['', 'any time'],
  ['now-1h', 'last hour'],
  ['now-1d', 'last day'],
  ['now-7d', 'last week'],
] as const;

/** The part of the filter that the server applies. */
export function apiFilter({ significance, logType, environment, type, from }: ReportsSearch): IncidentFilter {
  return { logType, environment, type, from, significance: significance?.split(',') };
}

/** The text is sought in what the list shows of a report. */
export function matchesText(report: IncidentJson, text: string): boolean {
  if (text === '') return true;
  const sought = text.toLowerCase();
  const { title, summary, logTypes, hosts, hallmarks } = report;
  return [title, summary, ...logTypes, ...hosts, ...hallmarks.map(({ body }) => body)].some((part) =>
    part.toLowerCase().includes(sought),
  );
}

interface ReportsFilterProps {
  readonly total: number | undefined;
  readonly shown: number;
}

/** Narrows the list; everything of it is in the address. */
export function ReportsFilter({ total, shown }: ReportsFilterProps) {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/' });
  const { logTypes, environments } = useSourceOptions();
  const change = (name: keyof ReportsSearch, value: string): void =>
    void navigate({
      search: (old) => withoutGaps({ ...old, [name]: value }),
      replace: true,
      resetScroll: false,
    });
  return (
    <FilterForm
      label="Narrow the list"
      placeholder="text in a report"
      values={search}
      choices={[
        { name: 'significance', label: 'Significance', options: significances },
        { name: 'logType', label: 'Log type', options: logTypes },
        { name: 'environment', label: 'Environment', options: environments },
        { name: 'from', label: 'Time', options: periods },
      ]}
      onChange={change}
    >
      {search.type === undefined ? null : (
        <FilterTag text="one kind of incident" onRemove={() => change('type', '')} />
      )}
      <p className="filters-count">{total === undefined ? '' : `${shown} of ${total}`}</p>
    </FilterForm>
  );
}
