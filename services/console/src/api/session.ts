const storageKey = 'culprit.token';

/** What is known about the right to ask. */
export interface Session {
  readonly token: string;
  /** The server asked who this is, or refused the token it got. */
  readonly isRefused: boolean;
}

let session: Session = { token: sessionStorage.getItem(storageKey) ?? '', isRefused: false };
const listeners = new Set<() => void>();

export function readSession(): Session {
  return session;
}

export function readToken(): string {
  return session.token;
}

/** Uses a token until the tab is closed. */
export function saveToken(token: string): void {
  sessionStorage.setItem(storageKey, token);
  change({ token, isRefused: false });
}

/** Goes on after a sign-in whose cookie the browser keeps. */
export function beginSession(): void {
  change({ token: '', isRefused: false });
}

export function forgetToken(): void {
  sessionStorage.removeItem(storageKey);
  change({ token: '', isRefused: true });
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}
