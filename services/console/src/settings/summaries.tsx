import { useQuery } from '@tanstack/react-query';
import { summaryStateQuery } from '../api/people-queries.js';

/** Whether a model may rephrase reports, and what it did so far. */
export function Summaries() {
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
