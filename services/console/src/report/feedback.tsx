import { useMutation } from '@tanstack/react-query';
import { request } from '../api/request.js';

type Verdict = 'useful' | 'not-useful';

/** What the reader thinks of the report; it is kept with the kind of incident. */
export function Feedback({ incidentId }: { readonly incidentId: string }) {
  const say = useMutation({
    mutationFn: (verdict: Verdict) =>
      request(`incidents/${encodeURIComponent(incidentId)}/feedback`, { method: 'POST', body: { verdict } }),
  });
  if (say.isSuccess) {
    return (
      <p className="feedback" role="status">
        Noted: {say.variables === 'useful' ? 'useful' : 'not useful'}. Thank you.
      </p>
    );
  }
  return (
    <div className="feedback" role="group" aria-label="Was this report useful?">
      {say.error === null ? <span>Useful?</span> : <span role="alert">{say.error.message}</span>}
      <button type="button" className="button" onClick={() => say.mutate('useful')}>
        Yes
      </button>
      <button type="button" className="button" onClick={() => say.mutate('not-useful')}>
        No
      </button>
    </div>
  );
}
