import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { TemplateFilter } from '../api/queries.js';
import { FilterForm } from '../app/filter-form.js';
import { withoutGaps } from '../app/search-texts.js';
import { severityOptions, useSourceOptions } from '../app/use-source-options.js';

const route = getRouteApi('/event-types');

const orders = [
  ['', 'most records first'],
  ['firstSeen', 'newest first'],
  ['lastSeen', 'last seen first'],
  ['severity', 'gravest first'],
] as const;

const mutedChoices = [
  ['', 'muted and not'],
  ['true', 'muted only'],
  ['false', 'not muted'],
] as const;

/** Narrows and orders the list of event types; everything of it is in the address. */
export function EventTypesFilter() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/event-types' });
  const { logTypes, environments } = useSourceOptions();
  const change = (name: keyof TemplateFilter, value: string): void =>
    void navigate({
      search: (old) => withoutGaps({ ...old, [name]: value }),
      replace: true,
      resetScroll: false,
    });
  return (
    <FilterForm
      label="Narrow the list"
      placeholder="words of an event type"
      values={search}
      choices={[
        { name: 'logType', label: 'Log type', options: logTypes },
        { name: 'environment', label: 'Environment', options: environments },
        { name: 'severity', label: 'Severity', options: severityOptions },
        { name: 'muted', label: 'Muted', options: mutedChoices },
        { name: 'sort', label: 'Order', options: orders },
      ]}
      onChange={change}
    />
  );
}
