import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { IncidentJson } from '@culprit/service-query/module';
import { incidentsQuery } from '../api/queries.js';
import { Moment } from '../app/time.js';
import { LogText } from '../text/log-text.js';

const maxShown = 5;

/** Other incidents of the same kind, latest first. */
export function PastOccurrences({ report }: { readonly report: IncidentJson }) {
  const isRepeat = report.occurrence > 1;
  const { data } = useInfiniteQuery({ ...incidentsQuery({ type: report.incidentType }), enabled: isRepeat });
  const others = (data?.pages[0]?.incidents ?? []).filter(({ id }) => id !== report.id);
  if (!isRepeat || others.length === 0) return null;
  return (
    <section className="past" aria-label="Others of this kind">
      <h2>Others of this kind</h2>
      <ul>
        {others.slice(0, maxShown).map(({ id, start, title }) => (
          <li key={id}>
            <Link to="/reports/$id" params={{ id }}>
              <Moment time={start} />
            </Link>{' '}
            <LogText text={title} />
          </li>
        ))}
      </ul>
    </section>
  );
}
