import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChannelJson, ChannelTestJson } from '@culprit/service-query/module';
import { useState, type FormEvent } from 'react';
import { channelsQuery } from '../api/people-queries.js';
import { request } from '../api/request.js';
import { channelKinds, fieldsOf, bodyOf } from './channel-fields.js';

/** Where messages about reports go; a channel can be tried. */
export function Channels() {
  const { data } = useQuery(channelsQuery);
  return (
    <section aria-labelledby="settings-channels">
      <h2 id="settings-channels">Notification channels</h2>
      {data?.channels.length === 0 ? <p className="quiet">Nobody is told about reports yet.</p> : null}
      <ul className="rule-list">
        {(data?.channels ?? []).map((channel) => (
          <ChannelRow key={channel.channelId} channel={channel} />
        ))}
      </ul>
      <AddChannel />
    </section>
  );
}

function ChannelRow({ channel }: { readonly channel: ChannelJson }) {
  const path = `notification-channels/${encodeURIComponent(channel.channelId)}`;
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => request<ChannelTestJson>(`${path}/test`, { method: 'POST' }),
  });
  const remove = useMutation({
    mutationFn: () => request(path, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: channelsQuery.queryKey }),
  });
  const answer =
    test.data === undefined ? '' : test.data.delivered ? 'Delivered.' : `Not delivered: ${test.data.reason}`;
  return (
    <li>
      <b>{channel.name}</b>
      <span className="quiet">
        {channel.kind}
        {channel.secretsSet.length === 0 ? '' : ', secret set'}
      </span>
      <button type="button" className="button" disabled={test.isPending} onClick={() => test.mutate()}>
        {test.isPending ? 'Sending …' : 'Send a test'}
      </button>
      <button type="button" className="button" onClick={() => remove.mutate()}>
        Remove
      </button>
      <span role="status">{test.error?.message ?? remove.error?.message ?? answer}</span>
    </li>
  );
}

function AddChannel() {
  const [kind, setKind] = useState<ChannelJson['kind']>('slack');
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: (body: Readonly<Record<string, unknown>>) =>
      request<ChannelJson>('notification-channels', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: channelsQuery.queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    add.mutate(bodyOf(kind, new FormData(form)), { onSuccess: () => form.reset() });
  };
  return (
    <details className="settings-form">
      <summary>Add a channel</summary>
      <form onSubmit={submit}>
        <label className="field">
          Kind
          <select value={kind} onChange={({ target }) => setKind(kindNamed(target.value))}>
            {channelKinds.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        {fieldsOf(kind).map(({ name, label, type, isNeeded }) => (
          <label key={`${kind} ${name}`} className="field">
            {label}
            <input name={name} type={type} required={isNeeded} autoComplete="off" />
          </label>
        ))}
        <button type="submit" className="button button-primary" disabled={add.isPending}>
          Add
        </button>
        <p role="status">
          {add.error?.message ?? (add.isSuccess ? 'Added. Send a test, then add a rule.' : '')}
        </p>
      </form>
    </details>
  );
}

function kindNamed(value: string): ChannelJson['kind'] {
  return channelKinds.find(([kind]) => kind === value)?.[0] ?? 'slack';
}
