import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { NotificationJson } from '@culprit/service-query/module';
import { notificationsQuery } from '../api/people-queries.js';
import { request } from '../api/request.js';
import { Moment } from '../app/time.js';
import { LogText } from '../text/log-text.js';

const maxShown = 50;

/** What was told, what waits, and what could not be delivered. */
export function Messages() {
  const { data } = useQuery(notificationsQuery);
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: (id: string) => request(`notifications/${encodeURIComponent(id)}/retry`, { method: 'POST' }),
    onSuccess: () => client.invalidateQueries({ queryKey: notificationsQuery.queryKey }),
  });
  const all = data?.notifications ?? [];
  if (all.length === 0) return null;
  const dead = all.filter(({ state }) => state === 'dead');
  // What needs somebody comes first.
  const shown = [...dead, ...all.filter(({ state }) => state !== 'dead')].slice(0, maxShown);
  return (
    <section aria-labelledby="settings-messages">
      <h2 id="settings-messages">Messages</h2>
      <p className="quiet">
        {all.length} in the last 30 days, {dead.length} could not be delivered.
      </p>
      <ul className="rule-list">
        {shown.map((message) => (
          <MessageRow
            key={message.threadId}
            message={message}
            onRetry={() => retry.mutate(message.threadId)}
          />
        ))}
      </ul>
    </section>
  );
}

function MessageRow({
  message,
  onRetry,
}: {
  readonly message: NotificationJson;
  readonly onRetry: () => void;
}) {
  const { state, told, dueAt, title, incidentId } = message;
  return (
    <li>
      <span className="tag">{state}</span>
      <Moment time={told !== null && state === 'sent' ? told.at : dueAt} />
      <Link to="/reports/$id" params={{ id: incidentId }}>
        <LogText text={title} />
      </Link>
      <span className="quiet">
        <LogText text={reasonOf(message)} />
      </span>
      {state === 'dead' ? (
        <button type="button" className="button" onClick={onRetry}>
          Send again
        </button>
      ) : null}
    </li>
  );
}

function reasonOf({ heldFor, error, attempts }: NotificationJson): string {
  if (error !== '') return `${attempts} attempts: ${error}`;
  return heldFor === null ? '' : `held for ${heldFor.replace('-', ' ')}`;
}
