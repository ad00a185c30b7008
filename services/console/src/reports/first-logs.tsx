import { useQuery } from '@tanstack/react-query';
import { overviewQuery } from '../api/queries.js';
import { CopyButton } from '../app/copy-button.js';
import { DoorTable } from '../sending/door-table.js';

/** What to do first: the commands wait for the first line and say when it came. */
export function FirstLogs() {
  const { data } = useQuery(overviewQuery);
  const hasArrived = (data?.events ?? 0) > 0;
  const address = globalThis.location.origin;
  const commands = [
    ['A file, with the command line', `npx culprit push app.log --url ${address}`],
    [
      'Anything, with curl',
      `curl --data-binary @app.log -H 'content-type: text/plain' '${address}/ingest/v1/logs?service=app'`,
    ],
    ['Kubernetes, now and from here', `kubectl logs -f deploy/app | npx culprit push - --url ${address}`],
  ] as const;
  return (
    <section className={`first-logs ${hasArrived ? 'has-arrived' : ''}`}>
      <h2>{hasArrived ? 'The first lines are here' : 'No logs yet: here is how to send them'}</h2>
      <p role="status">
        {hasArrived
          ? 'Culprit is learning what is normal. Reports are marked provisional in the first hours.'
          : 'Run one of these. This page turns green when the first line arrives.'}
      </p>
      <ul>
        {commands.map(([title, command]) => (
          <li key={title}>
            <h3>{title}</h3>
            <div className="command">
              <code>{command}</code>
              <CopyButton label="Copy" text={() => command} />
            </div>
          </li>
        ))}
      </ul>
      <details>
        <summary>A collector that runs already</summary>
        <DoorTable />
      </details>
    </section>
  );
}
