import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { DecisionJson, IncidentTypeJson } from '@culprit/service-query/module';
import { decisionsQuery, incidentTypesQuery } from '../api/people-queries.js';
import { request } from '../api/request.js';
import { Moment } from '../app/time.js';
import { LogText } from '../text/log-text.js';

const maxRoutines = 50;

/** What people decided about kinds of incident, and the routines that were learned. */
export function Decisions() {
  const decisions = useQuery(decisionsQuery);
  const types = useQuery(incidentTypesQuery);
  const client = useQueryClient();
  const undo = useMutation({
    mutationFn: (id: string) => request(`incident-decisions/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: decisionsQuery.queryKey }),
  });
  const known = types.data?.incidentTypes ?? [];
  const routines = known.filter(({ isRoutine }) => isRoutine);
  return (
    <section aria-labelledby="settings-decisions">
      <h2 id="settings-decisions">Mutes and routines</h2>
      {decisions.data?.decisions.length === 0 && routines.length === 0 ? (
        <p className="quiet">
          Nothing is muted, and no incident came so often that it became a routine. Muted event types are
          among the{' '}
          <Link to="/event-types" search={{ muted: 'true' }}>
            event types
          </Link>
          .
        </p>
      ) : null}
      <ul className="rule-list">
        {(decisions.data?.decisions ?? []).map((decision) => (
          <DecisionRow
            key={decision.decisionId}
            decision={decision}
            types={known}
            onUndo={() => undo.mutate(decision.decisionId)}
          />
        ))}
        {routines.slice(0, maxRoutines).map((routine) => (
          <li key={`${routine.environment} ${routine.incidentType}`}>
            <span className="tag">routine</span>
            <LogText text={routine.title} />
            <span className="quiet">{routine.occurrences} times; listed, not reported</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface DecisionRowProps {
  readonly decision: DecisionJson;
  readonly types: readonly IncidentTypeJson[];
  readonly onUndo: () => void;
}

function DecisionRow({ decision, types, onUndo }: DecisionRowProps) {
  const until = 'until' in decision ? decision.until : null;
  return (
    <li>
      <span className="tag">{decision.kind}</span>
      <LogText text={subjectText(decision, types)} />
      <span className="quiet">
        <LogText text={decision.reason} />
        {until === null ? null : (
          <>
            {' '}
            until <Moment time={until} />
          </>
        )}
      </span>
      <button type="button" className="button" onClick={onUndo}>
        Take back
      </button>
    </li>
  );
}

function subjectText(decision: DecisionJson, types: readonly IncidentTypeJson[]): string {
  if (decision.kind === 'mute-labels')
    return Object.entries(decision.labels)
      .map(([name, value]) => `${name} ${value ?? ''}`)
      .join(', ');
  const type = types.find(({ incidentType }) => incidentType === decision.incidentType);
  return type?.title ?? decision.incidentType;
}
