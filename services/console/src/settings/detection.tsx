import { useQuery } from '@tanstack/react-query';
import { lastWeekQuery } from '../api/people-queries.js';
import { stricter } from './stricter.js';

/** How many false reports are acceptable, and what that meant last week. */
export function Detection() {
  const { data } = useQuery(lastWeekQuery);
  return (
    <section aria-labelledby="settings-detection">
      <h2 id="settings-detection">False reports</h2>
      <p className="quiet">
        The operator says with <code>CULPRIT_PIPELINE_FALSE_REPORTS_PER_DAY</code> how many false reports a
        day are acceptable. Each report knows how often chance alone makes one like it, so that one sees what
        a stricter setting would have left of those of the last seven days.
      </p>
      {data === undefined ? null : <StricterTable reports={data.incidents} />}
    </section>
  );
}

function StricterTable({ reports }: { readonly reports: Parameters<typeof stricter>[0] }) {
  if (reports.length === 0) return <p>There was no report in the last seven days.</p>;
  return (
    <div className="table-frame">
      <table className="table narrow">
        <thead>
          <tr>
            <th scope="col" className="number">
              False reports a day
            </th>
            <th scope="col" className="number">
              By chance in a week
            </th>
            <th scope="col" className="number">
              Of last week’s {reports.length.toLocaleString('en')}
            </th>
          </tr>
        </thead>
        <tbody>
          {stricter(reports).map(({ falseReportsPerDay, expectedPerWeek, remaining }) => (
            <tr key={falseReportsPerDay}>
              <td className="number">{falseReportsPerDay}</td>
              <td className="number">{Number(expectedPerWeek.toPrecision(2))}</td>
              <td className="number">{remaining.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
