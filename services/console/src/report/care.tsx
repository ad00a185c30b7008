import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CareJson, CareState } from '@culprit/service-query/module';
import { useState, type FormEvent } from 'react';
import { careListQuery, careQuery } from '../api/people-queries.js';
import { request } from '../api/request.js';
import { Moment } from '../app/time.js';
import { LogText } from '../text/log-text.js';

const states: readonly (readonly [CareState, string])[] = [
  ['open', 'Open'],
  ['acknowledged', 'Acknowledged'],
  ['resolved', 'Resolved'],
  ['muted', 'Muted'],
];

/** What people make of the incident: state, owner and notes. */
export function Care({ incidentId }: { readonly incidentId: string }) {
  const { data } = useQuery(careQuery(incidentId));
  const save = useSave(incidentId);
  if (data === undefined) return null;
  return (
    <section className="care" aria-label="State, owner and notes">
      <div className="care-fields">
        <label className="field">
          State
          <select
            value={data.state}
            disabled={save.isPending}
            onChange={({ target }) =>
              save.mutate({ method: 'PUT', path: 'care', body: { state: target.value } })
            }
          >
            {states.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <OwnerField
          key={data.owner}
          owner={data.owner}
          onSave={(owner) => save.mutate({ method: 'PUT', path: 'care', body: { owner } })}
        />
      </div>
      <Notes
        care={data}
        onAdd={(text) => save.mutate({ method: 'POST', path: 'notes', body: { text } })}
        isSaving={save.isPending}
      />
      {save.error === null ? null : <p role="alert">{save.error.message}</p>}
    </section>
  );
}

function OwnerField({ owner, onSave }: { readonly owner: string; readonly onSave: (owner: string) => void }) {
  const [typed, setTyped] = useState(owner);
  const leave = (): void => {
    if (typed.trim() !== owner) onSave(typed.trim());
  };
  return (
    <label className="field">
      Who looks after it
      <input
        type="text"
        maxLength={200}
        placeholder="nobody yet"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={leave}
        onKeyDown={({ key }) => {
          if (key === 'Enter') leave();
        }}
      />
    </label>
  );
}

interface NotesProps {
  readonly care: CareJson;
  readonly onAdd: (text: string) => void;
  readonly isSaving: boolean;
}

function Notes({ care, onAdd, isSaving }: NotesProps) {
  const [text, setText] = useState('');
  const add = (event: FormEvent): void => {
    event.preventDefault();
    onAdd(text);
    setText('');
  };
  return (
    <details className="notes">
      <summary>{care.notes.length === 1 ? '1 note' : `${care.notes.length} notes`}</summary>
      <ol>
        {care.notes.map(({ at, author, kind, text: said }, i) => (
          <li key={`${at} ${i}`} className={kind === 'change' ? 'quiet' : ''}>
            <Moment time={at} /> {author === '' ? null : <b>{author}: </b>}
            <LogText text={said} />
          </li>
        ))}
      </ol>
      <form onSubmit={add}>
        <label className="field">
          A note for those who come after
          <input
            type="text"
            required
            maxLength={4_000}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <button type="submit" className="button" disabled={isSaving}>
          Add
        </button>
      </form>
    </details>
  );
}

interface Change {
  readonly method: 'PUT' | 'POST';
  readonly path: 'care' | 'notes';
  readonly body: Readonly<Record<string, string>>;
}

function useSave(incidentId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method, path, body }: Change) =>
      request<CareJson>(`incidents/${encodeURIComponent(incidentId)}/${path}`, { method, body }),
    onSuccess: (care) => {
      client.setQueryData(careQuery(incidentId).queryKey, care);
      return client.invalidateQueries({ queryKey: careListQuery.queryKey, exact: true });
    },
  });
}
