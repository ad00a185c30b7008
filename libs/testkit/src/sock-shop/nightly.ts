import type { Dice } from '../dice.js';
import type { Decoy } from '../scenario.js';
import { decoy, rotateLogs } from './daily-life.js';
import { mongoText } from './databases.js';
import { emitEvent, emitSyslog, startPod } from './kubernetes.js';
import type { World } from './world.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * What runs at night: the report of the day's orders at two, with table scans in the database it reads, the search index
 * at half past two, log rotation on all machines at a quarter past three, security updates at four.
 *
 * @param midnight of the day, ms
 */
export function planNight(world: World, dice: Dice, midnight: number): readonly Decoy[] {
  const { sim, cluster } = world;
  const jobs = [
    [2 * HOUR, 'orders-report', reportLines],
    [2.5 * HOUR, 'catalogue-reindex', indexLines],
  ] as const;
  const decoys = jobs.map(([offset, name, lines]) => {
    const at = midnight + offset + dice.between(0, 20_000);
    sim.schedule(at, (now) => {
      runJob(world, dice, now, { name, lines: lines(world, dice) });
    });
    return decoy(at, `nightly job ${name}`, 'it runs every night');
  });
  const rotateAt = midnight + 3.25 * HOUR;
  const updateAt = midnight + 4 * HOUR + dice.between(0, 5 * MINUTE);
  for (const [index, node] of cluster.nodes.entries()) {
    sim.schedule(rotateAt + index * 700, (now) => {
      rotateLogs(world, now, node);
    });
    sim.schedule(updateAt + index * 2 * MINUTE, (now) => {
      const say = (offset: number, program: string, text: string): void => {
        emitSyslog(world, now + offset, { node, program, text });
      };
      say(0, 'systemd', 'Starting Daily security updates...');
      say(2400, 'yum-cron[9120]', 'Loaded plugins: priorities, update-motd, upgrade-helper');
      say(
        9800,
        'yum-cron[9120]',
        `No packages needed for security; ${String(dice.below(40))} packages available`,
      );
      say(9900, 'systemd', 'Started Daily security updates.');
    });
  }
  return [
    ...decoys,
    decoy(rotateAt, 'log rotation on all machines', 'it happens every night'),
    decoy(updateAt, 'daily security updates', 'nothing is installed'),
  ];
}

interface Job {
  readonly name: string;
  /** Lines with the seconds after the start at which they come. */
  readonly lines: readonly (readonly [second: number, text: string])[];
}

function runJob(world: World, dice: Dice, at: number, { name, lines }: Job): void {
  const { cluster, sim } = world;
  const job = `${name}-${String(Math.floor(at / MINUTE))}`;
  const pod = cluster.createPod({
    workload: name,
    node: dice.pick(cluster.nodes),
    podName: `${job}-${dice.suffix(5)}`,
    namespace: 'sock-shop',
    image: `weaveworksdemos/${name}:1.4.0`,
    labels: { 'job-name': job },
    stream: 'stdout',
  });
  const say = (time: number, kind: string, object: string, reason: string, message: string): void => {
    emitEvent(world, dice, time, { kind, namespace: 'sock-shop', name: object, reason, message });
  };
  say(at, 'CronJob', name, 'SuccessfulCreate', `Created job ${job}`);
  say(at + 60, 'Job', job, 'SuccessfulCreate', `Created pod: ${pod.name}`);
  const runsAt = startPod(world, dice, at + 110, { pod, pullMillis: dice.between(1500, 4000) });
  let last = runsAt;
  for (const [second, text] of lines) {
    last = runsAt + second * 1000;
    sim.emit(last, pod.source, text);
  }
  if (name === 'orders-report') scanOrders(world, dice, runsAt);
  say(last + 1500, 'Job', job, 'Completed', 'Job completed');
  say(last + 1600, 'CronJob', name, 'SawCompletedJob', `Saw completed job: ${job}, status: Complete`);
}

function reportLines(_world: World, dice: Dice): Job['lines'] {
  const orders = 4000 + dice.below(3000);
  const skipped = 3 + dice.below(9);
  return [
    [1, 'INFO report: collecting the orders of yesterday'],
    [22, `WARN report: ${String(skipped)} orders have no shipping address, left out`],
    [
      41,
      `INFO report: ${String(orders - skipped)} orders, revenue ${dice.between(90_000, 160_000).toFixed(2)} EUR`,
    ],
    [44, `INFO report: uploaded s3://sock-shop-reports/${dice.hex(12)}.csv`],
  ];
}

function indexLines(_world: World, dice: Dice): Job['lines'] {
  return [
    [1, 'level=info msg="rebuilding search index" shards=4'],
    ...[0, 1, 2, 3].map((shard): readonly [number, string] => [
      10 + shard * 15,
      `level=info msg="shard written" shard=${String(shard)} documents=${String(900 + dice.below(300))} took=${dice.between(9, 14).toFixed(2)}s`,
    ]),
    [62, 'level=warn msg="old segment still in use, removal postponed" segment=3'],
    [64, 'level=info msg="index swapped"'],
  ];
}

/** The report reads whole collections: slow queries that nobody waits for. */
function scanOrders(world: World, dice: Dice, at: number): void {
  for (let i = 0; i < 12; i++) {
    const time = at + 3000 + i * 2800;
    world.sim.emit(
      time,
      world.cluster.pod('orders-db').source,
      mongoText(world, {
        at: time,
        severity: 'I',
        component: 'COMMAND',
        id: 51_803,
        context: 'conn7',
        message: 'Slow query',
        attributes: `{"type":"command","ns":"data.customerOrder","command":{"find":"customerOrder","filter":{"date":{"$gte":{"$date":"2026-03-0${String(1 + dice.below(8))}T00:00:00Z"}}},"$db":"data"},"planSummary":"COLLSCAN","keysExamined":0,"docsExamined":${String(80_000 + dice.below(30_000))},"numYields":${String(dice.below(90))},"nreturned":101,"reslen":41200,"durationMillis":${String(1200 + dice.below(900))}}`,
      }),
    );
  }
}
