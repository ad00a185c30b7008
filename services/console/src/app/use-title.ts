import { useEffect } from 'react';

/** Names the page in tabs and history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Culprit`;
  }, [title]);
}
