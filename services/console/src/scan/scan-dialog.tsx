import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ScanJson } from '@culprit/service-query/module';
import { useState, type FormEvent } from 'react';
import { overviewQuery } from '../api/queries.js';
import { request } from '../api/request.js';
import { Dialog } from '../app/dialog.js';
import { usePreferences } from '../app/preferences.js';
import { formatClock, formatDay, toMillis, zoneName } from '../time/format-time.js';
import { parseNamedTime } from './scan-time.js';

/** Asks when the trouble was, starts a scan there and goes to its result. */
export function ScanDialog({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const [words, setWords] = useState('');
  const at = useNamedTime(words);
  const scan = useMutation({
    mutationFn: (time: number) =>
      request<ScanJson>('scans', { method: 'POST', body: { at: new Date(time).toISOString() } }),
    onSuccess: ({ id }) => {
      onClose();
      void navigate({ to: '/scans/$id', params: { id } });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (at !== undefined) scan.mutate(at);
  };
  return (
    <Dialog title="Scan for root cause" onClose={onClose}>
      <p>
        When was the trouble? Culprit looks from 20 minutes before to 10 minutes after, and tells what was
        unusual.
      </p>
      <form onSubmit={submit} className="scan-form">
        <label className="field">
          About when
          <input
            type="text"
            value={words}
            placeholder="14:05 yesterday"
            data-first=""
            onChange={(event) => setWords(event.target.value)}
          />
        </label>
        <Understood words={words} at={at} />
        <Suggestions onPick={setWords} />
        {scan.error === null ? null : <p role="alert">{scan.error.message}</p>}
        <button type="submit" className="button button-primary" disabled={at === undefined || scan.isPending}>
          Scan
        </button>
      </form>
    </Dialog>
  );
}

function Understood({ words, at }: { readonly words: string; readonly at: number | undefined }) {
  const { zone } = usePreferences();
  const text =
    at === undefined
      ? words === ''
        ? 'A time of day, “20 min ago”, “14:05 yesterday”, or 2026-11-24 14:05.'
        : 'Not understood yet. Try 14:05, “20 min ago” or 2026-11-24 14:05.'
      : `${formatDay(at, zone)}, ${formatClock(at, zone)} ${zoneName(zone, at)}`;
  return (
    <p className={at === undefined ? 'quiet' : 'understood'} role="status">
      {text}
    </p>
  );
}

function Suggestions({ onPick }: { readonly onPick: (words: string) => void }) {
  return (
    <div className="button-row">
      {['5 min ago', '30 min ago', '2 hours ago'].map((words) => (
        <button key={words} type="button" className="button" onClick={() => onPick(words)}>
          {words}
        </button>
      ))}
    </div>
  );
}

/** "Ago" counts from the newest line where the logs are behind the clock, as a replay is. */
function useNamedTime(words: string): number | undefined {
  const { zone } = usePreferences();
  const { data } = useQuery(overviewQuery);
  const lastSeen = data?.lastSeen ?? null;
  const now = lastSeen === null ? Date.now() : Math.min(Date.now(), toMillis(lastSeen));
  const offset = zone === 'utc' ? 0 : -new Date(now).getTimezoneOffset() * 60_000;
  return parseNamedTime(words, now, offset);
}
