import type { ReactNode } from 'react';

/** A quiet line while something is read. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <p className="quiet loading" role="status">
      Reading {what} …
    </p>
  );
}

/** What went wrong, in the server's words, and a way on. */
export function Failure({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  return (
    <div className="failure" role="alert">
      <p>
        <b>This could not be read.</b> {error.message}
      </p>
      {onRetry === undefined ? null : (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Says that there is nothing, and why. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
