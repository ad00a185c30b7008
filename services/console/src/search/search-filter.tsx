import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { EventFilter } from '../api/queries.js';
import { FilterForm, FilterTag } from '../app/filter-form.js';
import { withoutGaps } from '../app/search-texts.js';
import { severityOptions, useSourceOptions } from '../app/use-source-options.js';

const route = getRouteApi('/search');

const periods = [
  ['', 'any time'],
  ['now-15m', 'last 15 minutes'],
  ['now-1h', 'last hour'],
  ['now-1d', 'last day'],
] as const;

/** Narrows the search; everything of it is in the address. */
export function SearchFilter() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/search' });
  const { logTypes, environments } = useSourceOptions();
  const change = (name: keyof EventFilter, value: string): void =>
    void navigate({
      search: (old) => withoutGaps({ ...old, [name]: value }),
      replace: true,
      resetScroll: false,
    });
  return (
    <FilterForm
      label="Narrow the search"
      placeholder="text of a record, as it is"
      values={search}
      choices={[
        { name: 'logType', label: 'Log type', options: logTypes },
        { name: 'severity', label: 'Severity', options: severityOptions },
        { name: 'environment', label: 'Environment', options: environments },
        { name: 'from', label: 'Time', options: periods },
      ]}
      onChange={change}
    >
      {search.template === undefined ? null : (
        <FilterTag text="one event type" onRemove={() => change('template', '')} />
      )}
    </FilterForm>
  );
}
