import type { Dice } from '../dice.js';
import type { Estate } from './estate.js';
import { dateOf, plainMillis, postgresTime, redisTime } from './stamps.js';

/** A record of PostgreSQL; every further line has its own label and the same prefix. */
export interface PostgresRecord {
  readonly server?: 'db1' | 'db2';
  readonly pid: number;
  /** `shop@shop`; empty for the server's own processes. */
  readonly session?: string;
  /** Label and text, the first is the message, the others DETAIL, HINT, STATEMENT. */
  readonly lines: readonly (readonly [label: string, text: string])[];
}

/** Writes a record with `log_line_prefix = '%m [%p] %q%u@%d '`. The replica logs in the zone of its machine. */
export function emitPostgres(estate: Estate, at: number, record: PostgresRecord): void {
  const { server = 'db1', pid, session = '', lines } = record;
  const zone = server === 'db1' ? 'UTC' : 'CET';
  const file = estate.named(
    server,
    'postgresql',
    (millis) =>
      `postgresql/postgresql-${dateOf(millis)}_${String(Math.floor(millis / 3_600_000) % 24).padStart(2, '0')}0000.log`,
  );
  const who = session === '' ? '' : `${session} `;
  estate.write(at, file, (clock) =>
    lines.flatMap(([label, text]) =>
      `${postgresTime(clock, zone)} [${String(pid)}] ${who}${label}:  ${text}`.split('\n'),
    ),
  );
}

/** Writes a line of Redis. */
export function emitRedis(
  estate: Estate,
  at: number,
  line: { readonly sign: '.' | '-' | '*' | '#'; readonly text: string; readonly child?: number },
): void {
  const who = line.child === undefined ? '1042:M' : `${String(line.child)}:C`;
  estate.write(
    at,
    estate.rotated('cache1', 'redis/redis-server.log'),
    (clock) => `${who} ${redisTime(clock)} ${line.sign} ${line.text}`,
  );
}

/** Writes a record of RabbitMQ 3.8: only its first line has a header. */
export function emitRabbit(
  estate: Estate,
  at: number,
  record: {
    readonly level: string;
    readonly process: string;
    readonly lines: readonly [string, ...string[]];
  },
): void {
  const file = estate.rotated('mq1', 'rabbitmq/rabbit@mq1.log');
  const [first, ...rest] = record.lines;
  estate.write(at, file, (clock) => [
    `${plainMillis(clock)} [${record.level}] <${record.process}> ${first}`,
    ...rest,
  ]);
}

/** The standing chatter of PostgreSQL, Redis and RabbitMQ. */
export function startDatabases(estate: Estate): void {
  startPrimary(estate);
  startPrimaryNoise(estate);
  startReplica(estate);
  startRedis(estate);
  startRabbit(estate);
}

function startPrimary(estate: Estate): void {
  const dice = estate.dice('postgres');
  const isUp = (): boolean => estate.health.postgres !== 'down';
  estate.every(dice, 350 / estate.load, (at) => {
    if (!isUp() || estate.health.storage === 'slow') return;
    emitStatement(estate, dice, { at, millis: dice.between(100, 400) });
  });
  estate.sim.repeat(
    estate.sim.now + dice.between(0, 300_000),
    () => 300_000,
    (at) => {
      if (!isUp()) return;
      emitPostgres(estate, at, { pid: 901, lines: [['LOG', 'checkpoint starting: time']] });
      const buffers = String(1000 + dice.below(2000));
      const text = `checkpoint complete: wrote ${buffers} buffers (12.1%); 0 WAL file(s) added, 0 removed, 3 recycled; write=209.${String(100 + dice.below(900))} s, sync=0.012 s, total=209.${String(100 + dice.below(900))} s; sync files=88, longest=0.004 s, average=0.001 s; distance=48211 kB, estimate=50120 kB`;
      estate.sim.schedule(at + 209_500, (later) => {
        if (isUp()) emitPostgres(estate, later, { pid: 901, lines: [['LOG', text]] });
      });
    },
  );
}

/** Writes a statement that took longer than the limit. */
export function emitStatement(
  estate: Estate,
  dice: Dice,
  { at, millis }: { readonly at: number; readonly millis: number },
): void {
  const sql = dice.pick([
    `SELECT "shop_order"."id", "shop_order"."total" FROM "shop_order" WHERE "shop_order"."user_id" = ${String(dice.below(9000))} ORDER BY "shop_order"."created" DESC LIMIT 20`,
    `UPDATE "shop_stock" SET "reserved" = "reserved" + 1 WHERE "shop_stock"."product_id" = ${String(1000 + dice.below(4000))}`,
    `INSERT INTO "shop_order" ("user_id", "total", "created") VALUES (${String(dice.below(9000))}, ${dice.between(9, 400).toFixed(2)}, now()) RETURNING "shop_order"."id"`,
  ]);
  emitPostgres(estate, at, {
    pid: 20_000 + dice.below(9000),
    session: 'shop@shop',
    lines: [['LOG', `duration: ${millis.toFixed(3)} ms  statement: ${sql}`]],
  });
}

/** Housekeeping, and two tabs of one visitor that race for the same cart: a permanent error that hurts nobody. */
function startPrimaryNoise(estate: Estate): void {
  const dice = estate.dice('postgres/noise');
  const isUp = (): boolean => estate.health.postgres !== 'down';
  const pid = (): number => 20_000 + dice.below(9000);
  estate.every(dice, 95_000, (at) => {
    if (!isUp()) return;
    const token = dice.hex(20);
    emitPostgres(estate, at, {
      pid: pid(),
      session: 'shop@shop',
      lines: [
        ['ERROR', 'duplicate key value violates unique constraint "shop_cart_token_key"'],
        ['DETAIL', `Key (token)=(${token}) already exists.`],
        [
          'STATEMENT',
          `INSERT INTO "shop_cart" ("token", "user_id")\n\tVALUES ('${token}', NULL)\n\tRETURNING "shop_cart"."id"`,
        ],
      ],
    });
  });
  estate.every(dice, 140_000, (at) => {
    if (!isUp()) return;
    emitPostgres(estate, at, {
      pid: pid(),
      lines: [
        [
          'LOG',
          `automatic vacuum of table "shop.public.shop_stock": index scans: 1\n\tpages: 0 removed, 2211 remain, 0 skipped due to pins, 811 skipped frozen\n\ttuples: ${String(200 + dice.below(900))} removed, 54012 remain, 0 are dead but not yet removable, oldest xmin: ${String(8_000_000 + dice.below(900_000))}\n\tsystem usage: CPU: user: 0.03 s, system: 0.01 s, elapsed: 0.22 s`,
        ],
      ],
    });
  });
}

function startReplica(estate: Estate): void {
  const dice = estate.dice('replica');
  estate.sim.repeat(
    estate.sim.now + dice.between(0, 300_000),
    () => 300_000,
    (at) => {
      emitPostgres(estate, at, { server: 'db2', pid: 880, lines: [['LOG', 'restartpoint starting: time']] });
      emitPostgres(estate, at + 30_400, {
        server: 'db2',
        pid: 880,
        lines: [
          ['LOG', `recovery restart point at 3A/${dice.hex(8).toUpperCase()}`],
          ['DETAIL', `Last completed transaction was at log time ${postgresTime(at, 'CET')}.`],
        ],
      });
    },
  );
  // Reports run long on the replica and lose against the replay of changes now and then.
  estate.every(dice, 420_000, (at) => {
    emitPostgres(estate, at, {
      server: 'db2',
      pid: 31_000 + dice.below(900),
      session: 'reports@shop',
      lines: [
        ['ERROR', 'canceling statement due to conflict with recovery'],
        ['DETAIL', 'User query might have needed to see row versions that must be removed.'],
        ['STATEMENT', "SELECT date_trunc('day', created), sum(total) FROM shop_order GROUP BY 1"],
      ],
    });
  });
}

function startRedis(estate: Estate): void {
  const dice = estate.dice('redis');
  estate.sim.repeat(
    estate.sim.now + dice.between(0, 60_000),
    () => 60_000,
    (at) => {
      if (estate.health.redis === 'cannot-save') return;
      const child = 4000 + dice.below(20_000);
      emitRedis(estate, at, {
        sign: '*',
        text: `${String(10_000 + dice.below(900))} changes in 60 seconds. Saving...`,
      });
      emitRedis(estate, at + 4, { sign: '*', text: `Background saving started by pid ${String(child)}` });
      emitRedis(estate, at + 620, { sign: '*', text: 'DB saved on disk', child });
      emitRedis(estate, at + 650, {
        sign: '*',
        text: `RDB: ${String(2 + dice.below(9))} MB of memory used by copy-on-write`,
        child,
      });
      emitRedis(estate, at + 700, { sign: '*', text: 'Background saving terminated with success' });
    },
  );
}

function startRabbit(estate: Estate): void {
  const dice = estate.dice('rabbit');
  estate.every(dice, 25_000, (at) => {
    const process = `0.${String(900 + dice.below(20_000))}.${String(dice.below(4))}`;
    const from = `10.20.1.${String(13 + dice.below(3))}:${String(32_768 + dice.below(28_000))}`;
    const connection = `(${from} -> 10.20.1.21:5672`;
    const say = (time: number, level: string, ...lines: readonly [string, ...string[]]): void => {
      emitRabbit(estate, time, { level, process, lines });
    };
    say(at, 'info', `accepting AMQP connection <${process}> ${connection})`);
    say(
      at + 4,
      'info',
      `connection <${process}> ${connection}): user 'shop' authenticated and granted access to vhost '/shop'`,
    );
    const end = at + dice.between(2000, 40_000);
    if (dice.chance(0.7))
      say(end, 'info', `closing AMQP connection <${process}> ${connection}, vhost: '/shop', user: 'shop')`);
    else
      say(
        end,
        'warning',
        `closing AMQP connection <${process}> ${connection}, vhost: '/shop', user: 'shop'):`,
        'client unexpectedly closed TCP connection',
      );
  });
}
