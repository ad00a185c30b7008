import { kafka, postgres, rabbit, redis, spring } from './formats.js';
import type { Platform, Pod } from './platform.js';

const SECOND = 1000;
const MINUTE = 60_000;

/** What databases, brokers and the virtual machine of the Java service write by themselves. */
export function startStores(platform: Platform): void {
  startPostgres(platform);
  startRedis(platform);
  for (const pod of platform.pods('kafka')) startBroker(platform, pod);
  startRabbit(platform);
  startCollector(platform);
}

function startPostgres(platform: Platform): void {
  const dice = platform.dice('postgres');
  const [primary] = platform.pods('postgres');
  if (primary === undefined) return;
  platform.tick(dice, 5 * MINUTE, (now) => {
    const seconds = dice.between(200, 269);
    postgres(platform, now, primary, { process: 62, text: 'LOG:  checkpoint starting: time' });
    postgres(platform, now + seconds * SECOND, primary, {
      process: 62,
      text: `LOG:  checkpoint complete: wrote ${String(900 + dice.below(4000))} buffers (${dice.between(0.5, 3).toFixed(1)}%); 0 WAL file(s) added, ${String(dice.below(2))} removed, ${String(dice.below(5))} recycled; write=${seconds.toFixed(3)} s, sync=${dice.between(0.01, 0.4).toFixed(3)} s, total=${(seconds + 0.2).toFixed(3)} s; sync files=${String(20 + dice.below(80))}, longest=${dice.between(0.004, 0.2).toFixed(3)} s, average=0.004 s; distance=${String(9000 + dice.below(30_000))} kB, estimate=${String(30_000 + dice.below(9000))} kB`,
    });
  });
  platform.every(dice, 70 * SECOND, (now) => {
    const slow = platform.health.slow.get('postgres') ?? 1;
    postgres(platform, now, primary, {
      process: 300 + dice.below(400),
      user: dice.pick(['orders', 'payouts']),
      text: `LOG:  duration: ${(dice.between(250, 700) * Math.sqrt(slow)).toFixed(3)} ms  execute S_${String(1 + dice.below(12))}: SELECT t.id, t.state FROM trips t WHERE t.zone = $1 AND t.state = $2 ORDER BY t.created_at LIMIT 50`,
    });
  });
  platform.every(dice, 9 * MINUTE, (now) => {
    postgres(platform, now, primary, {
      process: 20_000 + dice.below(9000),
      text: `LOG:  automatic vacuum of table "dispatch.public.${dice.pick(['trips', 'orders', 'payouts', 'quotes'])}": index scans: 1, pages: 0 removed, ${String(4000 + dice.below(9000))} remain, tuples: ${String(200 + dice.below(4000))} removed`,
    });
  });
  platform.every(dice, 25 * MINUTE, (now) => {
    const process = 300 + dice.below(400);
    postgres(platform, now, primary, {
      process,
      user: 'orders',
      text: 'ERROR:  duplicate key value violates unique constraint "orders_client_token_key"',
    });
    postgres(platform, now, primary, {
      process,
      user: 'orders',
      text: `DETAIL:  Key (client_token)=(${dice.uuid()}) already exists.`,
    });
  });
}

function startRedis(platform: Platform): void {
  const dice = platform.dice('redis');
  const [primary] = platform.pods('redis');
  if (primary === undefined) return;
  platform.tick(dice, 2 * MINUTE, (now) => {
    const child = String(1000 + dice.below(9000));
    redis(platform, now, primary, { text: '10000 changes in 60 seconds. Saving...' });
    redis(platform, now + 3, primary, { text: `Background saving started by pid ${child}` });
    redis(platform, now + 690, primary, { process: `${child}:C`, text: 'DB saved on disk' });
    redis(platform, now + 700 + dice.below(900), primary, {
      text: 'Background saving terminated with success',
    });
  });
  platform.every(dice, 50 * MINUTE, (now) => {
    redis(platform, now, primary, {
      mark: '#',
      text: `Client id=${String(100 + dice.below(9000))} addr=10.244.1.${String(dice.below(200))}:${String(40_000 + dice.below(9000))} closed: idle timeout`,
    });
  });
}

function startBroker(platform: Platform, pod: Pod): void {
  const dice = platform.dice(`kafka/${pod.name}`);
  platform.every(dice, 4 * MINUTE, (now) => {
    const topic = dice.pick(['orders.placed', 'orders.assigned', 'positions']);
    const offset = String(9_000_000 + dice.below(900_000));
    kafka(platform, now, pod, {
      logger: 'kafka.log.LocalLog',
      text: `[LocalLog partition=${topic}-${String(dice.below(12))}, dir=/bitnami/kafka/data] Rolled new log segment at offset ${offset} in ${String(1 + dice.below(9))} ms.`,
    });
    kafka(platform, now + 20, pod, {
      logger: 'kafka.log.ProducerStateManager',
      text: `[ProducerStateManager partition=${topic}-${String(dice.below(12))}] Wrote producer snapshot at offset ${offset} with ${String(dice.below(5))} producer ids in ${String(1 + dice.below(4))} ms.`,
    });
  });
  platform.tick(dice, 10 * MINUTE, (now) => {
    kafka(platform, now, pod, {
      logger: 'kafka.coordinator.group.GroupMetadataManager',
      text: `[GroupMetadataManager brokerId=${pod.name.slice(-1)}] Removed ${String(dice.below(4))} expired offsets in ${String(dice.below(6))} milliseconds.`,
    });
  });
  platform.every(dice, 40 * MINUTE, (now) => {
    const group = dice.pick(['orders-assigned', 'heatmap', 'audit']);
    kafka(platform, now, pod, {
      logger: 'kafka.coordinator.group.GroupCoordinator',
      text: `[GroupCoordinator ${pod.name.slice(-1)}]: Preparing to rebalance group ${group} in state PreparingRebalance with old generation ${String(20 + dice.below(60))} (reason: Adding new member)`,
    });
    kafka(platform, now + 3100, pod, {
      logger: 'kafka.coordinator.group.GroupCoordinator',
      text: `[GroupCoordinator ${pod.name.slice(-1)}]: Stabilized group ${group} generation ${String(21 + dice.below(60))} with 3 members`,
    });
  });
}

function startRabbit(platform: Platform): void {
  const dice = platform.dice('rabbitmq');
  const [pod] = platform.pods('rabbitmq');
  if (pod === undefined) return;
  platform.every(dice, 3 * MINUTE, (now) => {
    const process = String(700 + dice.below(60_000));
    const client = `10.244.${String(dice.below(4))}.${String(4 + dice.below(200))}:${String(32_768 + dice.below(28_000))}`;
    const address = `${client} -> ${pod.ip}:5672`;
    rabbit(platform, now, pod, { process, text: `accepting AMQP connection <0.${process}.0> (${address})` });
    rabbit(platform, now + 8, pod, {
      process,
      text: `connection <0.${process}.0> (${address}): user 'payouts' authenticated and granted access to vhost '/'`,
    });
    rabbit(platform, now + 20_000 + dice.below(60_000), pod, {
      process,
      text: `closing AMQP connection <0.${process}.0> (${address}, vhost: '/', user: 'payouts')`,
    });
  });
  platform.every(dice, 45 * MINUTE, (now) => {
    const process = String(700 + dice.below(60_000));
    rabbit(platform, now, pod, {
      level: 'warning',
      process,
      text: `closing AMQP connection <0.${process}.0> (10.244.2.${String(dice.below(200))}:40112 -> ${pod.ip}:5672, vhost: '/', user: 'notifier'):\nclient unexpectedly closed TCP connection`,
    });
  });
}

function startCollector(platform: Platform): void {
  const dice = platform.dice('collector');
  platform.every(dice, 35 * SECOND, (now) => {
    const before = 300 + dice.below(500);
    platform.write(
      now,
      platform.pod('orders', dice),
      `[${((now / SECOND) % 100_000).toFixed(3)}s][info][gc] GC(${String(dice.below(9000))}) Pause Young (Normal) (G1 Evacuation Pause) ${String(before)}M->${String(Math.round(before * 0.3))}M(1024M) ${dice.between(4, 40).toFixed(3)}ms`,
    );
  });
  platform.every(dice, 30 * MINUTE, (now) => {
    spring(platform, now, platform.pod('orders', dice), {
      level: 'WARN',
      thread: 'orders-pool:housekeeper',
      logger: 'com.zaxxer.hikari.pool.HikariPool',
      text: `orders-pool - Thread starvation or clock leap detected (housekeeper delta=${String(46 + dice.below(20))}s${String(dice.below(999))}ms).`,
    });
  });
}
