import { useEffect, useSyncExternalStore } from 'react';
import { usePreferences } from './preferences.js';

const systemIsDark = globalThis.matchMedia('(prefers-color-scheme: dark)');

/** The colours in force, set on the page. */
export function useColourScheme(): 'light' | 'dark' {
  const { scheme } = usePreferences();
  const isDark = useSyncExternalStore(onSystemChange, () => systemIsDark.matches);
  const inForce = scheme === 'auto' ? (isDark ? 'dark' : 'light') : scheme;
  useEffect(() => {
    document.documentElement.dataset['scheme'] = inForce;
  }, [inForce]);
  return inForce;
}

function onSystemChange(listener: () => void): () => void {
  systemIsDark.addEventListener('change', listener);
  return () => systemIsDark.removeEventListener('change', listener);
}
