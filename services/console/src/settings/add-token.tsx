import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { NewTokenJson } from '@culprit/service-query/module';
import type { FormEvent } from 'react';
import { tokensQuery } from '../api/people-queries.js';
import { request } from '../api/request.js';
import { Choice } from './choice.js';
import { newTokenBody } from './new-token-body.js';

const purposes = [
  ['ingest', 'sending lines'],
  ['forward', 'sending lines, Fluent forward'],
  ['viewer', 'reading'],
  ['editor', 'reading and deciding'],
  ['admin', 'everything'],
] as const;

const ends = [
  ['', 'never'],
  ['30', 'after 30 days'],
  ['90', 'after 90 days'],
  ['365', 'after a year'],
] as const;

/** Makes a token. */
export function AddToken({ onMade }: { readonly onMade: (made: NewTokenJson) => void }) {
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: (body: Readonly<Record<string, unknown>>) =>
      request<NewTokenJson>('tokens', { method: 'POST', body }),
    onSuccess: (made) => {
      onMade(made);
      return client.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    add.mutate(newTokenBody(new FormData(form)), { onSuccess: () => form.reset() });
  };
  return (
    <details className="settings-form">
      <summary>Make a token</summary>
      <form onSubmit={submit}>
        <label className="field">
          What the token is called
          <input name="name" type="text" required maxLength={100} autoComplete="off" />
        </label>
        <Choice name="purpose" label="For" options={purposes} />
        <label className="field">
          Only into the environment
          <input name="environment" type="text" maxLength={200} placeholder="as lines say" />
        </label>
        <Choice name="expiresInDays" label="Ends" options={ends} />
        <button type="submit" className="button button-primary" disabled={add.isPending}>
          Make
        </button>
        <p role="status">{add.error?.message ?? ''}</p>
      </form>
    </details>
  );
}
