import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SummaryJson } from '@culprit/service-query/module';
import { useState } from 'react';
import { summaryPreviewQuery, summaryQuery } from '../api/people-queries.js';
import { request } from '../api/request.js';
import { LogText } from '../text/log-text.js';

interface GeneratedSummaryProps {
  readonly incidentId: string;
  readonly onEvent: (eventId: string) => void;
}

/** What a model made of the report, where the operator allows it and a reader asks for it. */
export function GeneratedSummary({ incidentId, onEvent }: GeneratedSummaryProps) {
  const { data } = useQuery(summaryQuery(incidentId));
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      request<SummaryJson>(`incidents/${encodeURIComponent(incidentId)}/summary`, { method: 'POST' }),
    onSuccess: (made) => client.setQueryData(summaryQuery(incidentId).queryKey, made),
  });
  if (data === undefined || (!data.isOn && data.generated === null)) return null;
  if (data.generated !== null) return <Generated summary={data.generated} onEvent={onEvent} />;
  return (
    <div className="generated">
      <button type="button" className="button" disabled={make.isPending} onClick={() => make.mutate()}>
        {make.isPending ? 'Asking the model …' : 'Rephrase'}
      </button>
      <Preview incidentId={incidentId} />
      {make.error === null ? null : <p role="alert">{make.error.message}</p>}
    </div>
  );
}

function Generated({
  summary,
  onEvent,
}: {
  readonly summary: NonNullable<SummaryJson['generated']>;
  readonly onEvent: (eventId: string) => void;
}) {
  return (
    <div className="generated">
      <p>
        <span className="tag">generated</span> <LogText text={summary.text} />{' '}
        {summary.citedEventIds.map((eventId, i) => (
          <button key={eventId} type="button" className="link-button" onClick={() => onEvent(eventId)}>
            [{i + 1}]
          </button>
        ))}
      </p>
    </div>
  );
}

function Preview({ incidentId }: { readonly incidentId: string }) {
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery({ ...summaryPreviewQuery(incidentId), enabled: isOpen });
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>What would be sent</summary>
      {data === undefined ? null : (
        <pre className="preview" tabIndex={0}>
          <LogText text={data.data} />
        </pre>
      )}
    </details>
  );
}
