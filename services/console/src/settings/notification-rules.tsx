import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChannelJson, NotificationRuleJson } from '@culprit/service-query/module';
import type { FormEvent } from 'react';
import { channelsQuery, notificationRulesQuery } from '../api/people-queries.js';
import { overviewQuery } from '../api/queries.js';
import { request } from '../api/request.js';
import { Choice } from './choice.js';
import { ruleBodyOf, ruleText } from './rule-text.js';

/** Which reports are told where, and when. */
export function NotificationRules() {
  const rules = useQuery(notificationRulesQuery);
  const channels = useQuery(channelsQuery);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (ruleId: string) =>
      request(`notification-rules/${encodeURIComponent(ruleId)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: notificationRulesQuery.queryKey }),
  });
  const known = channels.data?.channels ?? [];
  return (
    <section aria-labelledby="settings-rules">
      <h2 id="settings-rules">Notification rules</h2>
      {rules.data?.rules.length === 0 ? (
        <p className="quiet">
          {known.length === 0
            ? 'A rule says which reports go to which channel; there is no channel yet.'
            : 'No report goes anywhere yet: a rule says which go to which channel.'}
        </p>
      ) : null}
      <ul className="rule-list">
        {(rules.data?.rules ?? []).map((rule) => (
          <li key={rule.ruleId}>
            <b>{rule.name}</b>
            <span className="quiet">{ruleText(rule, known)}</span>
            <button type="button" className="button" onClick={() => remove.mutate(rule.ruleId)}>
              Remove
            </button>
          </li>
        ))}
      </ul>
      {known.length === 0 ? null : <AddRule channels={known} />}
    </section>
  );
}

function AddRule({ channels }: { readonly channels: readonly ChannelJson[] }) {
  const overview = useQuery(overviewQuery);
  const client = useQueryClient();
  const environments = [...new Set((overview.data?.logTypes ?? []).map(({ environment }) => environment))];
  const add = useMutation({
    mutationFn: (body: Readonly<Record<string, unknown>>) =>
      request<NotificationRuleJson>('notification-rules', { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: notificationRulesQuery.queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    add.mutate(ruleBodyOf(new FormData(form), zone), { onSuccess: () => form.reset() });
  };
  return (
    <details className="settings-form">
      <summary>Add a rule</summary>
      <form onSubmit={submit}>
        <label className="field">
          Name
          <input name="name" type="text" required maxLength={200} />
        </label>
        <Choice
          name="channelId"
          label="Channel"
          options={channels.map(({ channelId, name }) => [channelId, name])}
        />
        <Choice
          name="environment"
          label="Environment"
          options={[['', 'every one'], ...environments.map((name) => [name, name] as const)]}
        />
        <Choice name="significance" label="Significance" options={significances} />
        <QuietFields />
        <Choice name="digestMinutes" label="Digest" options={digests} />
        <button type="submit" className="button button-primary" disabled={add.isPending}>
          Add
        </button>
        <p role="status">
          {add.error?.message ?? (add.isSuccess ? 'Added; it speaks of what happens from now on.' : '')}
        </p>
      </form>
    </details>
  );
}

function QuietFields() {
  return (
    <>
      <label className="field">
        Quiet from
        <input name="quietFrom" type="time" />
      </label>
      <label className="field">
        to
        <input name="quietTo" type="time" />
      </label>
    </>
  );
}

const significances = [
  ['medium', 'medium and high'],
  ['high', 'high only'],
  ['low', 'all'],
] as const;

const digests = [
  ['', 'each report at once'],
  ['60', 'every hour'],
  ['1440', 'every day'],
] as const;
