import type { SessionJson } from '@culprit/service-query/module';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, useSyncExternalStore, type FormEvent, type ReactNode } from 'react';
import { ApiError, request } from '../api/request.js';
import { beginSession, forgetToken, onSessionChange, readSession, saveToken } from '../api/session.js';

/** Shows its children, or asks who this is when the server wants to know. */
export function SignIn({ children }: { readonly children: ReactNode }) {
  const { isRefused } = useSyncExternalStore(onSessionChange, readSession);
  return isRefused ? <SignInPage /> : children;
}

/** Ends the session of this browser, where there is one. */
export function SignOut() {
  const { data } = useSession();
  const { token } = useSyncExternalStore(onSessionChange, readSession);
  const client = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => request<undefined>('session', { method: 'DELETE' }),
    // Nothing of what was shown to this person stays for the next one.
    onSettled: () => {
      client.clear();
      forgetToken();
    },
  });
  if (data === undefined || data.isOpen || (data.name === null && token === '')) return null;
  return (
    <button type="button" className="button" onClick={() => signOut.mutate()}>
      Sign out{data.name === null ? '' : ` ${data.name}`}
    </button>
  );
}

function useSession() {
  return useQuery({ queryKey: ['session'], queryFn: () => request<SessionJson>('session') });
}

function SignInPage() {
  const { data } = useSession();
  const ways = data?.ways ?? { password: false, provider: false, token: true };
  return (
    <main className="sign-in">
      <h1>Culprit</h1>
      <p>This server wants to know who reads.</p>
      {ways.provider && (
        <p>
          <a className="button button-primary" href="/api/v1/session/provider">
            Sign in with your organisation
          </a>
        </p>
      )}
      {ways.password && <PasswordForm />}
      {ways.token && <TokenForm isAlone={!ways.password && !ways.provider} />}
    </main>
  );
}

function PasswordForm() {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const client = useQueryClient();
  const signIn = useMutation({
    mutationFn: () => request<undefined>('session', { method: 'POST', body: { name, password } }),
    onSuccess: () => {
      client.clear();
      beginSession();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <label className="field">
        Name
        <input
          autoComplete="username"
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label className="field">
        Password
        <input
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      {signIn.error !== null && <p role="alert">{wordsOf(signIn.error)}</p>}
      <button type="submit" className="button button-primary" disabled={signIn.isPending}>
        Sign in
      </button>
    </form>
  );
}

function TokenForm({ isAlone }: { readonly isAlone: boolean }) {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    saveToken(token.trim());
  };
  return (
    <form onSubmit={submit}>
      <p>{isAlone ? 'Paste' : 'Or paste'} a user token; this tab remembers it.</p>
      <label className="field">
        Token
        <input
          type="password"
          autoComplete="off"
          required
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      </label>
      <button type="submit" className={isAlone ? 'button button-primary' : 'button'}>
        Continue
      </button>
    </form>
  );
}

function wordsOf(error: Error): string {
  return error instanceof ApiError ? error.message : 'The server does not answer.';
}
