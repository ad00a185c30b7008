import { useState, useSyncExternalStore, type FormEvent, type ReactNode } from 'react';
import { onSessionChange, readSession, saveToken } from '../api/session.js';

/** Shows its children, or asks for a token when the server wants one. */
export function SignIn({ children }: { readonly children: ReactNode }) {
  const { isRefused } = useSyncExternalStore(onSessionChange, readSession);
  return isRefused ? <TokenForm /> : children;
}

function TokenForm() {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    saveToken(token.trim());
  };
  return (
    <main className="sign-in">
      <h1>Culprit</h1>
      <p>
        This server wants to know who reads. Paste a token of CULPRIT_QUERY_TOKENS; this tab remembers it.
      </p>
      <form onSubmit={submit}>
        <label className="field">
          Token
          <input
            type="password"
            autoComplete="current-password"
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        </label>
        <button type="submit" className="button button-primary">
          Continue
        </button>
      </form>
    </main>
  );
}
