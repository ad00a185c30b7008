import { useQuery } from '@tanstack/react-query';
import { auditQuery } from '../api/people-queries.js';
import { Moment } from '../app/time.js';
import { LogText } from '../text/log-text.js';

/** The last changes and who made them; nothing for those who may not see it. */
export function Audit() {
  const { data } = useQuery(auditQuery);
  const entries = data?.entries ?? [];
  return (
    <section aria-labelledby="settings-audit">
      <h2 id="settings-audit">Who changed what</h2>
      {data === undefined ? <p className="quiet">Admins see here who changed what.</p> : null}
      {data !== undefined && entries.length === 0 ? <p className="quiet">Nothing was changed yet.</p> : null}
      {entries.length === 0 ? null : (
        <ol className="audit" tabIndex={0} aria-label="Changes, newest first">
          {entries.map(({ at, who, action, subject, outcome }) => (
            <li key={`${at} ${subject}`}>
              <Moment time={at} />
              <span>
                <b>
                  <LogText text={who} />
                </b>
                : <LogText text={action} />
                {outcome === 'done' ? null : (
                  <>
                    {' '}
                    (<LogText text={outcome} />)
                  </>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
