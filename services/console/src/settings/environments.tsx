import { useQuery } from '@tanstack/react-query';
import type { LogTypeJson } from '@culprit/service-query/module';
import { Link } from '@tanstack/react-router';
import { overviewQuery } from '../api/queries.js';
import { ShortMoment } from '../app/time.js';
import { LogText } from '../text/log-text.js';

const maxShown = 500;

/** Environments with what each log type in them has learned. */
export function Environments() {
  const { data } = useQuery(overviewQuery);
  const environments = Map.groupBy(data?.logTypes ?? [], ({ environment }) => environment);
  return (
    <section aria-labelledby="settings-environments">
      <h2 id="settings-environments">Environments</h2>
      {data !== undefined && environments.size === 0 ? <p className="quiet">Nothing came yet.</p> : null}
      {[...environments].map(([name, logTypes]) => (
        <details key={name} className="environment" open={environments.size === 1}>
          <summary>
            <b>
              <LogText text={name} />
            </b>{' '}
            <span className="quiet">
              {logTypes.length.toLocaleString('en')} log types,{' '}
              {sum(logTypes.map(({ events }) => events)).toLocaleString('en')} records,{' '}
              {sum(logTypes.map(({ eventsPerSecond }) => eventsPerSecond)).toLocaleString('en')} a second
            </span>
          </summary>
          <LogTypeTable environment={name} logTypes={logTypes} />
        </details>
      ))}
    </section>
  );
}

interface LogTypeTableProps {
  readonly environment: string;
  readonly logTypes: readonly LogTypeJson[];
}

function LogTypeTable({ environment, logTypes }: LogTypeTableProps) {
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Log type</th>
            <th scope="col" className="number">
              Records
            </th>
            <th scope="col" className="number">
              a second
            </th>
            <th scope="col" className="number">
              Event types
            </th>
            <th scope="col">Last seen</th>
            <th scope="col">Learning</th>
          </tr>
        </thead>
        <tbody>
          {logTypes.slice(0, maxShown).map((logType) => (
            <tr key={logType.logType}>
              <td>
                <Link to="/event-types" search={{ environment, logType: logType.logType }}>
                  <LogText text={logType.logType} />
                </Link>
              </td>
              <td className="number">{logType.events.toLocaleString('en')}</td>
              <td className="number">{logType.eventsPerSecond.toLocaleString('en')}</td>
              <td className="number">{logType.templates.toLocaleString('en')}</td>
              <td className="when">
                <ShortMoment time={logType.lastSeen} />
              </td>
              <td className="when">{logType.learning.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function sum(numbers: readonly number[]): number {
  return Math.round(numbers.reduce((total, number) => total + number, 0) * 10) / 10;
}
