import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { EventFilter } from '../api/queries.js';
import { FilterForm, FilterTag } from '../app/filter-form.js';
import { withoutGaps } from '../app/search-texts.js';
import { isDrawn, periods, RangeTag } from '../app/time-range.js';
import { severityOptions, useSourceOptions } from '../app/use-source-options.js';

const route = getRouteApi('/search');

/** Narrows the search; everything of it is in the address. */
export function SearchFilter() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/search' });
  const { logTypes, environments } = useSourceOptions();
  const change = (changes: EventFilter): void =>
    void navigate({
      search: (old) => withoutGaps({ ...old, ...changes }),
      replace: true,
      resetScroll: false,
    });
  return (
    <FilterForm
      label="Narrow the search"
      placeholder="text of a record, as it is"
      values={isDrawn(search) ? { ...search, from: undefined } : search}
      choices={[
        { name: 'logType', label: 'Log type', options: logTypes },
        { name: 'severity', label: 'Severity', options: severityOptions },
        { name: 'environment', label: 'Environment', options: environments },
        { name: 'from', label: 'Time', options: periods },
      ]}
      onChange={(name, value) => change(name === 'from' ? { from: value, to: undefined } : { [name]: value })}
    >
      {search.template === undefined ? null : (
        <FilterTag text="one event type" onRemove={() => change({ template: undefined })} />
      )}
      <RangeTag range={search} onChange={change} />
    </FilterForm>
  );
}
