import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { IncidentJson } from '@culprit/service-query/module';
import type { IncidentFilter } from '../api/queries.js';
import { FilterForm, FilterTag } from '../app/filter-form.js';
import { withoutGaps } from '../app/search-texts.js';
import { isDrawn, periods, RangeTag } from '../app/time-range.js';
import { useSourceOptions } from '../app/use-source-options.js';
import type { ReportsSearch } from './narrowed.js';

const route = getRouteApi('/');

const significances = [
  ['', 'any significance'],
  ['medium,high', 'medium and high'],
  ['high', 'high only'],
] as const;

const states = [
  ['', 'any state'],
  ['open', 'open'],
  ['acknowledged', 'acknowledged'],
  ['resolved', 'resolved'],
  ['muted', 'muted'],
] as const;

/** The part of the filter that the server applies. */
export function apiFilter(search: ReportsSearch): IncidentFilter {
  const { significance, logType, host, environment, type, from, to } = search;
  return { logType, host, environment, type, from, to, significance: significance?.split(',') };
}

interface ReportsFilterProps {
  readonly total: number | undefined;
  readonly shown: number;
  readonly reports: readonly IncidentJson[];
}

/** Narrows the list; everything of it is in the address. */
export function ReportsFilter({ total, shown, reports }: ReportsFilterProps) {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/' });
  const { logTypes, environments } = useSourceOptions();
  const change = (changes: ReportsSearch): void =>
    void navigate({
      search: (old) => withoutGaps({ ...old, ...changes }),
      replace: true,
      resetScroll: false,
    });
  const hosts = [...new Set(reports.flatMap((report) => report.hosts))].toSorted();
  return (
    <FilterForm
      label="Narrow the list"
      placeholder="text in a report"
      values={isDrawn(search) ? { ...search, from: undefined } : search}
      choices={[
        { name: 'significance', label: 'Significance', options: significances },
        { name: 'state', label: 'State', options: states },
        { name: 'logType', label: 'Log type', options: logTypes },
        {
          name: 'host',
          label: 'Host',
          options: [['', 'any host'], ...hosts.map((host) => [host, host] as const)],
        },
        { name: 'environment', label: 'Environment', options: environments },
        { name: 'from', label: 'Time', options: periods },
      ]}
      onChange={(name, value) => change(name === 'from' ? { from: value, to: undefined } : { [name]: value })}
    >
      {search.type === undefined ? null : (
        <FilterTag text="one kind of incident" onRemove={() => change({ type: undefined })} />
      )}
      {reports.some(({ occurrence }) => occurrence > 1) ? (
        <button
          type="button"
          className="button"
          aria-pressed={search.list === 'kinds'}
          onClick={() => change({ list: search.list === 'kinds' ? undefined : 'kinds' })}
        >
          One of each kind
        </button>
      ) : null}
      <RangeTag range={search} onChange={change} />
      <p className="filters-count">{total === undefined ? '' : `${shown} of ${total}`}</p>
    </FilterForm>
  );
}
