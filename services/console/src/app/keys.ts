import { useEffect, useRef } from 'react';

/** What single keys do, by `KeyboardEvent.key`. */
export type KeyActions = Readonly<Record<string, () => void>>;

/** Single keys act unless somebody types, holds a modifier, or has a dialog open. */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const action = latest.current[event.key];
      if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

/**
 * Moves the focus among the elements marked `data-row`, in the order of the page. Without a focused one it starts with
 * the first, or with the one marked current.
 */
export function moveFocus(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const focused = document.activeElement?.closest<HTMLElement>('[data-row]');
  const current = focused ?? document.querySelector<HTMLElement>('[data-row][aria-current="true"]');
  const index = current === null || current === undefined ? -1 : rows.indexOf(current);
  const next = index < 0 ? rows[0] : rows[index + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Puts the cursor into the field of the view that narrows it. */
export function focusFilter(): void {
  document.querySelector<HTMLElement>('[data-filter]')?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['radio', 'checkbox', 'button'].includes(target.type);
  return (
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
  );
}
