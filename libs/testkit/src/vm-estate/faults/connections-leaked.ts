import { emitPostgres } from '../databases.js';
import { between, line, serverErrors, type PlantFault } from './fault.js';

const MINUTE = 60_000;

/** The catalogue service leaks its database connections until none is left for anybody. */
export const connectionsLeaked: PlantFault = (estate, dice, onset) => {
  const { sim, health } = estate;
  const end = onset + 6 * MINUTE;
  const emptyAt = onset + 90_000;
  const catalog = estate.rotated('svc1', 'catalogd.log');
  const say = (at: number, level: string, text: string): void => {
    estate.write(at, catalog, (clock) => `{"level":"${level}","ts":${(clock / 1000).toFixed(3)}000,${text}}`);
  };
  let held = 74;
  between(estate, { from: onset, to: emptyAt, gap: () => dice.between(5000, 12_000) }, (now) => {
    held += 2 + dice.below(4);
    say(
      now,
      'warn',
      `"caller":"store/pool.go:61","msg":"connection not returned within 30s","query":"SELECT rate FROM discounts WHERE sku = $1","in_use":${String(held)},"max_open":0`,
    );
  });
  sim.schedule(emptyAt, () => {
    health.postgres = 'out-of-connections';
  });
  between(estate, { from: emptyAt, to: end, gap: () => dice.gap(700) }, (now) => {
    emitPostgres(estate, now, {
      pid: 21_000 + dice.below(8000),
      session: 'shop@shop',
      lines: [['FATAL', 'remaining connection slots are reserved for non-replication superuser connections']],
    });
    if (dice.chance(0.3))
      say(
        now + 4,
        'error',
        '"caller":"store/rates.go:40","msg":"discount lookup failed","error":"pq: remaining connection slots are reserved for non-replication superuser connections"',
      );
  });
  sim.schedule(end, (now) => {
    health.postgres = 'up';
    estate.syslog(now, {
      host: 'svc1',
      program: 'systemd[1]',
      text: 'catalogd.service: Scheduled restart job, restart counter is at 1.',
    });
  });
  return {
    culprit: 'catalogd',
    end,
    rootLines,
    symptomLines,
  };
};

const rootLines = [
  line('connections not returned', 'svc/catalogd.log', 'connection not returned within 30s'),
  line('no slots left', 'db1/postgresql', 'shop@shop FATAL:  remaining connection slots'),
];

const symptomLines = [line('catalogue error', 'svc/catalogd.log', 'discount lookup failed'), ...serverErrors];
