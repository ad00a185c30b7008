import type { EpochMillis } from '@culprit/kernel';
import type { Decoy } from '../scenario.js';
import { emitPostgres } from './databases.js';
import { emitGunicorn } from './django.js';
import { appNames, hostNames, type Estate } from './estate.js';
import { restartServer } from './restart.js';

const MINUTE = 60_000;

/** What a scenario's calendar is laid out by. */
export interface Calendar {
  readonly start: number;
  readonly end: number;
  /** When the fault begins, or would begin in a control. */
  readonly onset: number;
  readonly rotateAt: number;
}

/** Plans the benign events of a normal day and returns them in order of time. */
export function planDailyLife(estate: Estate, calendar: Calendar): readonly Decoy[] {
  const decoys = [
    ...planRotation(estate, calendar),
    ...planRestarts(estate, calendar),
    ...planBackups(estate, calendar),
    ...planStorms(estate, calendar),
  ];
  return decoys.toSorted((a, b) => a.at - b.at);
}

function planRotation(estate: Estate, { rotateAt }: Calendar): readonly Decoy[] {
  for (const host of hostNames) {
    estate.sim.schedule(rotateAt - 1500, (now) => {
      estate.syslog(now, { host, program: 'systemd[1]', text: 'Starting Rotate log files...' });
      estate.syslog(now + 1400, { host, program: 'systemd[1]', text: 'logrotate.service: Succeeded.' });
      estate.syslog(now + 1410, { host, program: 'systemd[1]', text: 'Finished Rotate log files.' });
    });
  }
  for (const app of appNames) {
    estate.sim.schedule(rotateAt, (now) => {
      emitGunicorn(estate, now + 5, { app, pid: 812, level: 'INFO', text: 'Handling signal: usr1' });
    });
  }
  return [decoy(rotateAt, 'log rotation on every host', 'files get new names, nothing else changes')];
}

/** One planned restart well inside the learning time, one a few minutes before the onset. */
function planRestarts(estate: Estate, { start, onset }: Calendar): readonly Decoy[] {
  const dice = estate.dice('restarts');
  return [start + (onset - start) * dice.between(0.3, 0.5), onset - dice.between(4, 6) * MINUTE].map((at) => {
    const app = dice.pick(appNames);
    restartServer(estate, at, app);
    return decoy(at, `planned restart of ${app}`, 'taken out of the balancers first, back in eight seconds');
  });
}

function planBackups(estate: Estate, { start, end }: Calendar): readonly Decoy[] {
  const dice = estate.dice('backups');
  const decoys: Decoy[] = [];
  for (let at = start + dice.between(5, 9) * MINUTE; at < end - MINUTE; at += 30 * MINUTE) {
    estate.sim.schedule(at, (now) => {
      const pid = String(14_000 + dice.below(9000));
      estate.syslog(now, {
        host: 'db1',
        program: `CRON[${pid}]`,
        text: '(postgres) CMD (/usr/local/bin/backup-shop --incremental)',
      });
      estate.syslog(now + 700, {
        host: 'db1',
        program: `backup-shop[${pid}]`,
        text: 'starting incremental backup of cluster main',
      });
      emitPostgres(estate, now + 41_000, {
        pid: 26_000 + dice.below(900),
        session: 'backup@shop',
        lines: [
          [
            'LOG',
            `duration: ${dice.between(38_000, 40_500).toFixed(3)} ms  statement: COPY public.shop_order (id, user_id, total, created) TO stdout;`,
          ],
        ],
      });
      estate.syslog(now + 45_000, {
        host: 'db1',
        program: `backup-shop[${pid}]`,
        text: `backup finished, ${String(300 + dice.below(80))} MB in 44 s`,
      });
    });
    decoys.push(decoy(at, 'backup of the database', 'one slow statement, as every half hour'));
  }
  return decoys;
}

/** Strangers try many passwords for a minute, and lock nobody out. */
function planStorms(estate: Estate, { start, end, onset }: Calendar): readonly Decoy[] {
  const dice = estate.dice('storms');
  const times = [start + (onset - start) * 0.6, onset - 2.5 * MINUTE].filter((at) => at < end);
  return times.map((at) => {
    for (let i = 0; i < 150; i++) {
      const from = '203.0.113.77';
      estate.syslog(at + i * 400, {
        host: 'lb2',
        program: `sshd[${String(9000 + dice.below(50_000))}]`,
        file: 'auth.log',
        text: `Failed password for root from ${from} port ${String(32_768 + dice.below(28_000))} ssh2`,
      });
    }
    return decoy(at, 'a storm of password guesses', 'all refused, as everywhere on the Internet');
  });
}

function decoy(at: number, description: string, whyNot: string): Decoy {
  return { at: Math.floor(at) as EpochMillis, description, whyNot };
}
