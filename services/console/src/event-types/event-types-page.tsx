import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { TemplateJson, TemplateListJson } from '@culprit/service-query/module';
import { useState } from 'react';
import { templatesQuery } from '../api/queries.js';
import { Empty, Failure, Loading } from '../app/state-text.js';
import { ZoneName } from '../app/time.js';
import { useTitle } from '../app/use-title.js';
import { EventTypeRow } from './event-type-row.js';
import { EventTypesFilter } from './event-types-filter.js';
import { useSetRule } from './use-rules.js';

const route = getRouteApi('/event-types');

/** What was learned: every kind of line, with exact numbers. */
export function EventTypesPage() {
  useTitle('Event types');
  const search = route.useSearch();
  const list = useInfiniteQuery(templatesQuery(search));
  const [chosen, setChosen] = useState<ReadonlyMap<string, TemplateJson>>(new Map());
  const templates = (list.data?.pages ?? []).flatMap((page) => page.templates);
  const toggle = (template: TemplateJson): void =>
    setChosen((known) => {
      const next = new Map(known);
      if (!next.delete(keyOf(template))) next.set(keyOf(template), template);
      return next;
    });
  if (list.error !== null) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  const [first] = list.data?.pages ?? [];
  return (
    <div className="page">
      <div className="page-head">
        <h1>Event types</h1>
        {first === undefined ? null : <Sums list={first} />}
      </div>
      <EventTypesFilter />
      <MergeBar chosen={[...chosen.values()]} onClear={() => setChosen(new Map())} />
      {list.data === undefined ? <Loading what="event types" /> : null}
      {list.data !== undefined && templates.length === 0 ? <Empty title="No event type matches" /> : null}
      {templates.length === 0 ? null : (
        <TemplateTable templates={templates} chosen={new Set(chosen.keys())} onToggle={toggle} />
      )}
      {list.hasNextPage ? (
        <button type="button" className="button" onClick={() => void list.fetchNextPage()}>
          More event types
        </button>
      ) : null}
    </div>
  );
}

function Sums({ list }: { readonly list: TemplateListJson }) {
  const { ofAll, total } = list;
  const which = total === ofAll.templates ? '' : `${total.toLocaleString('en')} shown of `;
  return (
    <p className="quiet">
      {which}
      {ofAll.templates.toLocaleString('en')} event types of {ofAll.records.toLocaleString('en')} records (
      {ofAll.lines.toLocaleString('en')} lines)
    </p>
  );
}

interface TemplateTableProps {
  readonly templates: readonly TemplateJson[];
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (template: TemplateJson) => void;
}

function TemplateTable({ templates, chosen, onToggle }: TemplateTableProps) {
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden">Choose</span>
            </th>
            <th scope="col" className="number">
              Records
            </th>
            <th scope="col">Severity</th>
            <th scope="col">Event type</th>
            <th scope="col">Log type</th>
            <th scope="col">
              First seen, <ZoneName />
            </th>
            <th scope="col">Last seen</th>
          </tr>
        </thead>
        <tbody>
          {templates.map((template) => (
            <EventTypeRow
              key={keyOf(template)}
              template={template}
              isChosen={chosen.has(keyOf(template))}
              onToggle={() => onToggle(template)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MergeBar({
  chosen,
  onClear,
}: {
  readonly chosen: readonly TemplateJson[];
  readonly onClear: () => void;
}) {
  const merge = useSetRule(onClear);
  const [first] = chosen;
  if (first === undefined) return null;
  const { environment, logType } = first;
  const isOnePlace = chosen.every((other) => other.environment === environment && other.logType === logType);
  const templateIds = chosen.map(({ templateId }) => templateId);
  return (
    <div className="action-bar" role="region" aria-label="Chosen event types">
      <span>{chosen.length} chosen</span>
      <button
        type="button"
        className="button button-primary"
        disabled={chosen.length < 2 || !isOnePlace || merge.isPending}
        onClick={() => merge.mutate({ kind: 'merge', templateIds, environment, logType })}
      >
        Merge into one
      </button>
      <button type="button" className="button" onClick={onClear}>
        Clear
      </button>
      {isOnePlace ? null : <span className="quiet">Only event types of one log type can be merged.</span>}
      {merge.error === null ? null : <span role="alert">{merge.error.message}</span>}
    </div>
  );
}

function keyOf({ environment, logType, templateId }: TemplateJson): string {
  return JSON.stringify([environment, logType, templateId]);
}
