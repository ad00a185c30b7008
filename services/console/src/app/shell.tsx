import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { overviewQuery } from '../api/queries.js';
import { ScanDialog } from '../scan/scan-dialog.js';
import { Help } from './help.js';
import { focusFilter, moveFocus, useKeys } from './keys.js';
import { LiveReports } from './live.js';
import { changePreferences, usePreferences } from './preferences.js';
import { SignOut } from './sign-in.js';
import { useColourScheme } from './use-colour-scheme.js';

/** The frame of every view: where one can go, how learning goes, and what keys do. */
export function Shell() {
  const [dialog, setDialog] = useState<'none' | 'scan' | 'help'>('none');
  const navigate = useNavigate();
  useKeys({
    j: () => moveFocus(1),
    k: () => moveFocus(-1),
    '/': focusFilter,
    '?': () => setDialog('help'),
    s: () => setDialog('scan'),
    g: () => void navigate({ to: '/' }),
  });
  const close = (): void => setDialog('none');
  return (
    <LiveReports>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <Header onScan={() => setDialog('scan')} onHelp={() => setDialog('help')} />
      <Notices />
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
      {dialog === 'scan' ? <ScanDialog onClose={close} /> : null}
      {dialog === 'help' ? <Help onClose={close} /> : null}
    </LiveReports>
  );
}

function Header({ onScan, onHelp }: { readonly onScan: () => void; readonly onHelp: () => void }) {
  return (
    <header className="top">
      <Link to="/" className="brand">
        <span className="brand-mark" aria-hidden="true" />
        Culprit
      </Link>
      <nav aria-label="Views">
        <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
          Reports
        </Link>
        <Link to="/event-types" activeOptions={{ includeSearch: false }}>
          Event types
        </Link>
        <Link to="/search" activeOptions={{ includeSearch: false }}>
          Search
        </Link>
        <Link to="/settings">Settings</Link>
      </nav>
      <LearningState />
      <div className="top-tools">
        <button type="button" className="button button-primary" onClick={onScan}>
          Scan <span className="wide-only">for root cause</span>
        </button>
        <ZoneButton />
        <SchemeButton />
        <SignOut />
        <button type="button" className="icon-button" onClick={onHelp} aria-label="Keys and help">
          ?
        </button>
      </div>
    </header>
  );
}

function LearningState() {
  const { data } = useQuery(overviewQuery);
  if (data === undefined || data.learning.state === 'empty') return <p className="learning" />;
  const { learning, eventsPerSecond, logTypes } = data;
  return (
    <p className="learning" title="How much has been seen, by the time that the lines say">
      <span className={`dot dot-${learning.state}`} aria-hidden="true" />
      {learning.text}
      <span className="learning-more">
        {' '}
        · {logTypes.length} log types · {eventsPerSecond.toLocaleString('en')} events/s
      </span>
    </p>
  );
}

function Notices() {
  const { data, error } = useQuery(overviewQuery);
  const notices =
    error === null ? (data?.notices ?? []) : ['The server cannot be reached. What is shown may be old.'];
  if (notices.length === 0) return null;
  return (
    <div className="notices" role="status">
      {notices.map((notice) => (
        <p key={notice}>{notice}</p>
      ))}
    </div>
  );
}

function ZoneButton() {
  const { zone } = usePreferences();
  const other = zone === 'utc' ? 'local' : 'utc';
  return (
    <button
      type="button"
      className="icon-button zone-button"
      onClick={() => changePreferences({ zone: other })}
      aria-label={`Times are ${zone === 'utc' ? 'UTC' : 'local'}; show ${other === 'utc' ? 'UTC' : 'local'} time`}
    >
      {zone === 'utc' ? 'UTC' : 'Local'}
    </button>
  );
}

function SchemeButton() {
  const scheme = useColourScheme();
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="icon-button"
      onClick={() => changePreferences({ scheme: other })}
      aria-label={`Switch to ${other} colours`}
    >
      {scheme === 'dark' ? '☀' : '☾'}
    </button>
  );
}
