import type { Dice } from '../../dice.js';
import { emitPostgres } from '../databases.js';
import type { Estate } from '../estate.js';
import { between, line, type PlantFault } from './fault.js';

const MINUTE = 60_000;
const CHANGE = 'ALTER TABLE "shop_order" ADD COLUMN "gift_note" text NULL';

/** A change of the schema waits for a long report and everybody waits for it. */
export const lockWait: PlantFault = (estate, dice, onset) => {
  const { sim, health } = estate;
  const end = onset + 5 * MINUTE;
  emitPostgres(estate, onset + 1000, {
    pid: 24_150,
    session: 'migrate@shop',
    lines: [
      [
        'LOG',
        'process 24150 still waiting for AccessExclusiveLock on relation 16442 of database 16389 after 1000.114 ms',
      ],
      ['DETAIL', 'Process holding the lock: 23977. Wait queue: 24150.'],
      ['STATEMENT', CHANGE],
    ],
  });
  sim.schedule(onset + 1100, () => {
    health.postgres = 'orders-locked';
  });
  between(estate, { from: onset + 2200, to: end, gap: () => dice.gap(900) }, (now) => {
    waitForOrders(estate, dice, now);
  });
  sim.schedule(end, (now) => {
    health.postgres = 'up';
    emitPostgres(estate, now, {
      pid: 24_150,
      session: 'migrate@shop',
      lines: [
        ['ERROR', 'canceling statement due to user request'],
        ['STATEMENT', CHANGE],
      ],
    });
  });
  return {
    culprit: 'postgresql',
    end,
    rootLines,
    symptomLines,
  };
};

const rootLines = [
  line('schema change waits', 'db1/postgresql', 'waiting for AccessExclusiveLock'),
  line('statement of the change', 'db1/postgresql', 'ALTER TABLE "shop_order"'),
];

const symptomLines = [
  line('inserts wait', 'db1/postgresql', 'waiting for RowExclusiveLock'),
  line('worker timeout', 'app/gunicorn/error.log', 'WORKER TIMEOUT'),
  line('upstream timed out', 'lb/nginx/error.log', 'upstream timed out (110'),
  line('haproxy 504', 'lb/haproxy.log', ' sH-- '),
];

/** An insert reports that it waits behind the change. */
function waitForOrders(estate: Estate, dice: Dice, now: number): void {
  const pid = 25_000 + dice.below(3000);
  emitPostgres(estate, now, {
    pid,
    session: 'shop@shop',
    lines: [
      [
        'LOG',
        `process ${String(pid)} still waiting for RowExclusiveLock on relation 16442 of database 16389 after 1000.${String(100 + dice.below(800))} ms`,
      ],
      ['DETAIL', `Process holding the lock: 23977. Wait queue: 24150, ${String(pid)}.`],
      [
        'STATEMENT',
        `INSERT INTO "shop_order" ("user_id", "total", "created") VALUES (${String(dice.below(9000))}, ${dice.between(9, 400).toFixed(2)}, now()) RETURNING "shop_order"."id"`,
      ],
    ],
  });
}
