import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { followReports, type ReportChange } from '../api/follow-reports.js';

/** What happened since the list of reports was read. */
export interface LiveNews {
  /** Ids of reports that are not in the list yet. */
  readonly newReports: ReadonlySet<string>;
  /** Ids of listed reports that have a new revision. */
  readonly changedReports: ReadonlySet<string>;
  readonly isConnected: boolean;
  /** Takes note of the news: the list is read again. */
  readonly show: () => void;
}

const nothing: ReadonlySet<string> = new Set();

const LiveContext = createContext<LiveNews>({
  newReports: nothing,
  changedReports: nothing,
  isConnected: false,
  show: () => undefined,
});

export function useLiveNews(): LiveNews {
  return use(LiveContext);
}

/** Follows reports for everything inside: an open report is read again at once, the list when the reader asks. */
export function LiveReports({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [newReports, setNew] = useState(nothing);
  const [changedReports, setChanged] = useState(nothing);
  const [isConnected, setConnected] = useState(false);
  useEffect(
    () =>
      followReports({
        onConnection: setConnected,
        onReset: () => void client.invalidateQueries(),
        onChange: (change: ReportChange) => {
          void client.invalidateQueries({ queryKey: ['incident', change.incidentId] });
          void client.invalidateQueries({ queryKey: ['overview'] });
          const note = change.isNew ? setNew : setChanged;
          note((known) => new Set([...known, change.incidentId]));
        },
      }),
    [client],
  );
  const news = useMemo(
    () => ({
      newReports,
      changedReports: new Set([...changedReports].filter((id) => !newReports.has(id))),
      isConnected,
      show: () => {
        setNew(nothing);
        setChanged(nothing);
        void client.invalidateQueries({ queryKey: ['incidents'] });
      },
    }),
    [client, newReports, changedReports, isConnected],
  );
  return <LiveContext value={news}>{children}</LiveContext>;
}
