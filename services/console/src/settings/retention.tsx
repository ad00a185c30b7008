import { useQuery } from '@tanstack/react-query';
import { overviewQuery } from '../api/queries.js';
import { Moment } from '../app/time.js';
import { bytesText, bytesOfMonth } from './disk.js';

/** How long things are kept and what that takes. */
export function Retention() {
  const { data } = useQuery(overviewQuery);
  if (data === undefined) return null;
  const month = bytesOfMonth(data);
  return (
    <section aria-labelledby="settings-retention">
      <h2 id="settings-retention">Retention</h2>
      <dl className="facts-list">
        <dt>Records</dt>
        <dd>
          30 days after they arrived
          {data.firstSeen === null || data.lastSeen === null ? null : (
            <>
              ; there are some from <Moment time={data.firstSeen} /> to <Moment time={data.lastSeen} />
            </>
          )}
        </dd>
        <dt>Reports</dt>
        <dd>400 days; there are {data.reports.toLocaleString('en')}</dd>
        <dt>On disk</dt>
        <dd>
          {bytesText(data.diskBytes)}
          {month === undefined ? null : `; 30 days at the present rate take about ${bytesText(month)}`}
        </dd>
      </dl>
    </section>
  );
}
