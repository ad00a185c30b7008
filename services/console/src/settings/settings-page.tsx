import { useTitle } from '../app/use-title.js';
import { DoorTable } from '../sending/door-table.js';
import { Audit } from './audit.js';
import { Channels } from './channels.js';
import { Decisions } from './decisions.js';
import { Detection } from './detection.js';
import { Environments } from './environments.js';
import { Messages } from './messages.js';
import { NotificationRules } from './notification-rules.js';
import { Retention } from './retention.js';
import { Summaries } from './summaries.js';
import { Tokens } from './tokens.js';

const sections = [
  ['settings-detection', 'False reports'],
  ['settings-decisions', 'Mutes and routines'],
  ['settings-channels', 'Notification channels'],
  ['settings-rules', 'Notification rules'],
  ['settings-environments', 'Environments'],
  ['settings-retention', 'Retention'],
  ['settings-sending', 'Sending logs'],
  ['settings-tokens', 'Tokens'],
  ['settings-audit', 'Who changed what'],
  ['settings-summaries', 'Generated summaries'],
] as const;

/** What people set up: what is told to whom, what is muted, and what there is to know about the installation. */
export function SettingsPage() {
  useTitle('Settings');
  return (
    <div className="page settings">
      <div className="settings-side">
        <h1>Settings</h1>
        <nav aria-label="Parts of the settings">
          {sections.map(([id, name]) => (
            <a key={id} href={`#${id}`}>
              {name}
            </a>
          ))}
        </nav>
      </div>
      <div className="settings-sections">
        <Detection />
        <Decisions />
        <Channels />
        <NotificationRules />
        <Messages />
        <Environments />
        <Retention />
        <section aria-labelledby="settings-sending">
          <h2 id="settings-sending">Sending logs</h2>
          <DoorTable />
        </section>
        <Tokens />
        <Audit />
        <Summaries />
      </div>
    </div>
  );
}
