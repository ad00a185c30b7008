import { useQuery } from '@tanstack/react-query';
import { lastWeekQuery, summaryStateQuery } from '../api/people-queries.js';
import { overviewQuery } from '../api/queries.js';
import { useTitle } from '../app/use-title.js';
import { LogText } from '../text/log-text.js';
import { Channels } from './channels.js';
import { Decisions } from './decisions.js';
import { Messages } from './messages.js';
import { NotificationRules } from './notification-rules.js';

/** What people set up: who is told, what is muted, and what there is to know about the installation. */
export function SettingsPage() {
  useTitle('Settings');
  return (
    <div className="page settings">
      <div className="page-head">
        <h1>Settings</h1>
      </div>
      <Channels />
      <NotificationRules />
      <Messages />
      <Decisions />
      <Environments />
      <Summaries />
    </div>
  );
}

function Environments() {
  const { data } = useQuery(overviewQuery);
  const week = useQuery(lastWeekQuery);
  const environments = Map.groupBy(data?.logTypes ?? [], ({ environment }) => environment);
  return (
    <section aria-labelledby="settings-environments">
      <h2 id="settings-environments">Environments</h2>
      <p className="quiet">
        {week.data === undefined ? '' : `${week.data.total} reports in the last seven days. `}
        How many false reports a day are acceptable is set with CULPRIT_PIPELINE_FALSE_REPORTS_PER_DAY; each
        report says how many as tight as it chance alone would give.
      </p>
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th>Environment</th>
              <th className="number">Log types</th>
              <th className="number">Records</th>
              <th className="number">Records/s</th>
            </tr>
          </thead>
          <tbody>
            {[...environments].map(([name, logTypes]) => (
              <tr key={name}>
                <td>
                  <LogText text={name} />
                </td>
                <td className="number">{logTypes.length}</td>
                <td className="number">{sum(logTypes.map(({ events }) => events)).toLocaleString('en')}</td>
                <td className="number">
                  {sum(logTypes.map(({ eventsPerSecond }) => eventsPerSecond)).toLocaleString('en')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="quiet">
        {data === undefined ? '' : `${(data.diskBytes / 2 ** 20).toFixed(0)} MiB on disk. `}
        Records are kept for 30 days after they arrived, reports for 400.
      </p>
    </section>
  );
}

function Summaries() {
  const { data } = useQuery(summaryStateQuery);
  if (data === undefined) return null;
  return (
    <section aria-labelledby="settings-summaries">
      <h2 id="settings-summaries">Generated summaries</h2>
      {data.isOn ? (
        <p>
          {data.model} at {data.host}: {data.callsToday} of {data.callsPerDay} calls used today,{' '}
          {data.calls.length} in the last 90 days, of which{' '}
          {data.calls.filter(({ outcome }) => outcome === 'thrown-away').length} answers were thrown away.
        </p>
      ) : (
        <p className="quiet">
          Off: nothing is sent anywhere. The operator turns them on with CULPRIT_QUERY_SUMMARY_PROVIDER.
        </p>
      )}
    </section>
  );
}

function sum(numbers: readonly number[]): number {
  return Math.round(numbers.reduce((total, number) => total + number, 0) * 10) / 10;
}
