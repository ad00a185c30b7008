import { emitGunicorn } from './django.js';
import type { AppName, Estate } from './estate.js';

const WORKERS = [2200, 2201, 2202, 2203];

/**
 * One server is taken out of the balancers, restarted and put back eight seconds later.
 *
 * @param version installed before the start; the one that runs when left out
 */
export function restartServer(estate: Estate, at: number, app: AppName, version?: string): void {
  estate.sim.schedule(at, (now) => {
    stop(estate, now, app, version);
  });
  estate.sim.schedule(at + 4000, (now) => {
    estate.syslog(now, { host: app, program: 'systemd[1]', text: 'Started gunicorn daemon.' });
    const say = (offset: number, pid: number, text: string): void => {
      emitGunicorn(estate, now + offset, { app, pid, level: 'INFO', text });
    };
    say(200, 812, 'Starting gunicorn 20.1.0');
    say(201, 812, 'Listening at: http://0.0.0.0:8000 (812)');
    for (const [index, pid] of WORKERS.entries())
      say(260 + index * 30, pid, `Booting worker with pid: ${String(pid)}`);
  });
  estate.sim.schedule(at + 8000, (now) => {
    estate.health.drained.delete(app);
    tellBalancers(estate, now, `Server be_shop/${app} is UP (leaving maintenance).`);
  });
}

function stop(estate: Estate, now: number, app: AppName, version: string | undefined): void {
  estate.health.drained.add(app);
  tellBalancers(
    estate,
    now,
    `Server be_shop/${app} is going DOWN for maintenance. 2 active and 0 backup servers left. 3 sessions active, 0 requeued, 0 remaining in queue.`,
  );
  const command =
    version === undefined ? '/bin/systemctl restart gunicorn' : `/opt/shop/bin/release ${version}`;
  const text = `  deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=${command}`;
  estate.syslog(now + 900, { host: app, program: 'sudo', text, file: 'auth.log' });
  estate.syslog(now + 1000, { host: app, program: 'systemd[1]', text: 'Stopping gunicorn daemon...' });
  const say = (offset: number, pid: number, message: string): void => {
    emitGunicorn(estate, now + offset, { app, pid, level: 'INFO', text: message });
  };
  say(1050, 812, 'Handling signal: term');
  for (const [index, pid] of WORKERS.entries())
    say(1200 + index * 40, pid, `Worker exiting (pid: ${String(pid)})`);
  say(2300, 812, 'Shutting down: Master');
  estate.syslog(now + 2400, { host: app, program: 'systemd[1]', text: 'gunicorn.service: Succeeded.' });
}

function tellBalancers(estate: Estate, at: number, text: string): void {
  for (const host of ['lb1', 'lb2'] as const)
    estate.syslog(at, { host, program: 'haproxy[774]', text, file: 'haproxy.log' });
}
