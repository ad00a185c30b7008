import { emitPostgres } from '../databases.js';
import { emitGunicorn } from '../django.js';
import type { Estate } from '../estate.js';
import { haproxyTime, nginxTime } from '../stamps.js';
import { between, line, serverErrors, type PlantFault } from './fault.js';

const MINUTE = 60_000;

/** The kernel of one application server kills its workers for memory, one after the other. */
export const workersKilled: PlantFault = (estate, dice, onset) => {
  const end = onset + 5 * MINUTE;
  between(estate, { from: onset, to: end, gap: () => dice.between(11_000, 26_000) }, (now) => {
    killWorker(estate, now, 2200 + dice.below(600));
    for (let i = 0; i < 4; i++) breakRequest(estate, now + 20 + i * 90, 100_000 + dice.below(900_000));
  });
  return {
    culprit: 'kernel',
    end,
    rootLines: [
      line('oom-killer', 'app/syslog', 'gunicorn invoked oom-killer'),
      line('out of memory', 'app/syslog', 'Out of memory: Killed process', '(gunicorn)'),
    ],
    symptomLines: [
      line('worker killed', 'app/gunicorn/error.log', 'was terminated due to signal 9'),
      line('closed early', 'lb/nginx/error.log', 'upstream prematurely closed connection'),
      line('haproxy 502', 'lb/haproxy.log', ' 502 ', ' SH-- '),
    ],
  };
};

function killWorker(estate: Estate, now: number, pid: number): void {
  const kernel = (offset: number, text: string): void => {
    estate.syslog(now + offset, {
      host: 'app2',
      program: 'kernel',
      text: `[918273.${String(400_000 + offset)}] ${text}`,
    });
  };
  kernel(0, 'gunicorn invoked oom-killer: gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0');
  kernel(
    3,
    `oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/system.slice/gunicorn.service,task=gunicorn,pid=${String(pid)},uid=33`,
  );
  kernel(
    4,
    `Out of memory: Killed process ${String(pid)} (gunicorn) total-vm:1892344kB, anon-rss:1201132kB, file-rss:1204kB, shmem-rss:0kB, UID:33 pgtables:2704kB oom_score_adj:0`,
  );
  emitGunicorn(estate, now + 300, {
    app: 'app2',
    pid: 812,
    level: 'WARNING',
    text: `Worker with pid ${String(pid)} was terminated due to signal 9`,
  });
  emitGunicorn(estate, now + 340, {
    app: 'app2',
    pid: pid + 700,
    level: 'INFO',
    text: `Booting worker with pid: ${String(pid + 700)}`,
  });
}

/** A request that the killed worker had in its hands. */
function breakRequest(estate: Estate, at: number, connection: number): void {
  estate.write(
    at,
    estate.rotated('lb1', 'nginx/error.log'),
    (clock) =>
      `${nginxTime(clock)} [error] 901#901: *${String(connection)} upstream prematurely closed connection while reading response header from upstream, client: 81.${String(connection % 250)}.17.4, server: shop.example.com, request: "GET /search/?q=lamp HTTP/2.0", upstream: "http://127.0.0.1:8080/search/?q=lamp", host: "shop.example.com"`,
  );
  estate.syslog(at + 1, {
    host: 'lb1',
    program: 'haproxy[774]',
    file: 'haproxy.log',
    text: `127.0.0.1:${String(32_768 + (connection % 28_000))} [${haproxyTime(at)}] fe_shop be_shop/app2 0/0/1/-1/212 502 209 - - SH-- 14/12/2/0/0 0/0 "GET /search/?q=lamp HTTP/1.1"`,
  });
}

/**
 * An administrator gives every query four gigabytes, which the database notes and obeys. Minutes later, as connections
 * have taken the new setting, it runs out of memory.
 */
export const settingChanged: PlantFault = (estate, dice, onset) => {
  const { sim, health } = estate;
  const failAt = onset + 4 * MINUTE;
  const end = onset + 8 * MINUTE;
  const note = (at: number, value: string): void => {
    emitPostgres(estate, at, {
      pid: 890,
      lines: [['LOG', 'received SIGHUP, reloading configuration files']],
    });
    emitPostgres(estate, at + 2, {
      pid: 890,
      lines: [['LOG', `parameter "work_mem" changed to "${value}"`]],
    });
  };
  sim.schedule(onset, (now) => {
    note(now, '4GB');
  });
  sim.schedule(failAt, () => {
    health.postgres = 'out-of-memory';
  });
  between(estate, { from: failAt, to: end, gap: () => dice.gap(1500) }, (now) => {
    emitPostgres(estate, now, {
      pid: 21_000 + dice.below(8000),
      session: 'shop@shop',
      lines: [
        ['ERROR', 'out of memory'],
        [
          'DETAIL',
          `Failed on request of size ${String(65_536 * (1 + dice.below(8)))} in memory context "HashBatchContext".`,
        ],
        ['STATEMENT', 'SELECT "shop_order"."id" FROM "shop_order" ORDER BY "shop_order"."created" DESC'],
      ],
    });
  });
  sim.schedule(end, (now) => {
    health.postgres = 'up';
    note(now, '8MB');
  });
  return {
    culprit: 'postgresql',
    end,
    rootLines: [line('setting', 'db1/postgresql', 'parameter "work_mem" changed to "4GB"')],
    symptomLines: [
      line('out of memory', 'db1/postgresql', 'ERROR:  out of memory'),
      line('django fails', 'app/shop/django.log', 'django.db.utils.OperationalError: out of memory'),
      ...serverErrors,
    ],
  };
};
