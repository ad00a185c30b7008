import { useSyncExternalStore } from 'react';
import type { TimeZone } from '../time/format-time.js';

/** Light and dark as chosen, or as the system has it. */
export type ColourScheme = 'auto' | 'light' | 'dark';

/** What a reader chose in this browser. */
export interface Preferences {
  readonly zone: TimeZone;
  readonly scheme: ColourScheme;
}

const storageKey = 'culprit.preferences';
const listeners = new Set<() => void>();
let preferences = load();

/** The preferences, and again when they change. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => preferences);
}

export function changePreferences(change: Partial<Preferences>): void {
  preferences = { ...preferences, ...change };
  localStorage.setItem(storageKey, JSON.stringify(preferences));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function load(): Preferences {
  const stored = parse(localStorage.getItem(storageKey));
  return {
    zone: stored['zone'] === 'local' ? 'local' : 'utc',
    scheme: stored['scheme'] === 'light' || stored['scheme'] === 'dark' ? stored['scheme'] : 'auto',
  };
}

function parse(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
