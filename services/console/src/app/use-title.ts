import { toDisplayText } from '@culprit/kernel';
import { useEffect } from 'react';

/** Names the page in tabs and history; the name may come from a log. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${toDisplayText(title)} · Culprit`;
  }, [title]);
}
