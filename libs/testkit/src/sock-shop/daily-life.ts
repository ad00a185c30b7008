import type { EpochMillis } from '@culprit/kernel';
import type { Dice } from '../dice.js';
import type { Decoy } from '../scenario.js';
import type { Node } from './cluster.js';
import { emitEvent, emitPodEvent, emitSyslog, startPod, stopPod } from './kubernetes.js';
import { mongoText } from './databases.js';
import { rollOut, startUp } from './rollout.js';
import type { World } from './world.js';

const MINUTE = 60_000;
const BACKUP_INTERVAL = 15 * MINUTE;

/** What a scenario's calendar is laid out by. */
export interface Calendar {
  readonly start: number;
  readonly end: number;
  /** When the fault begins, or would begin in a control. */
  readonly onset: number;
  /** Workloads the fault needs untouched around its onset. */
  readonly reserved: readonly string[];
}

/**
 * Plans the benign events of a normal day: rollouts, scaling, a backup job, log rotation, slow queries. Some fall into
 * the learning time, some shortly before and after the onset.
 *
 * @returns what was planned, in order of time
 */
export function planDailyLife(world: World, calendar: Calendar): readonly Decoy[] {
  const decoys = [
    ...planRollouts(world, calendar),
    ...planScaling(world, calendar),
    ...planBackups(world, calendar),
    ...planLogRotation(world, calendar),
    ...planSlowQueries(world, calendar),
    ...planProbeFailures(world, calendar),
  ];
  return decoys.toSorted((a, b) => a.at - b.at);
}

function planRollouts(world: World, calendar: Calendar): readonly Decoy[] {
  const dice = world.dice('rollouts');
  const candidates = ['payment', 'shipping', 'catalogue', 'carts', 'user'].filter(
    (name) => !calendar.reserved.includes(name),
  );
  const { start, end, onset } = calendar;
  // One rollout well inside the learning time, one a few minutes before the onset, then one an hour.
  const times = [start + (onset - start) * dice.between(0.3, 0.5), onset - dice.between(6, 9) * MINUTE];
  for (let at = onset + 50 * MINUTE; at < end - 5 * MINUTE; at += 60 * MINUTE) times.push(at);
  return times.map((at) => {
    const workload = candidates[dice.below(candidates.length)] ?? 'payment';
    const version = `0.${String(3 + dice.below(3))}.${String(10 + dice.below(30))}`;
    world.sim.schedule(at, (now) => {
      rollOut(world, dice, now, {
        workload,
        image: `weaveworksdemos/${workload}:${version}`,
        pullMillis: dice.between(2000, 9000),
      });
    });
    return decoy(
      at,
      `rolling update of ${workload} to ${version}`,
      'the new pod gets ready and serves without errors',
    );
  });
}

/** The autoscaler adds a front end now and then and removes it again. */
export function planScaling(world: World, calendar: Calendar): readonly Decoy[] {
  const dice = world.dice('scaling');
  const decoys: Decoy[] = [];
  for (
    let at = calendar.start + dice.between(14, 22) * MINUTE;
    at < calendar.end - 8 * MINUTE;
    at += dice.between(35, 55) * MINUTE
  ) {
    // Nothing is scaled while the fault acts: the autoscaler would see the same load as before.
    if (Math.abs(at - calendar.onset) < 6 * MINUTE) continue;
    world.sim.schedule(at, (now) => {
      scaleOut(world, dice, now);
    });
    decoys.push(
      decoy(
        at,
        'horizontal autoscaler adds a front-end replica and removes it again',
        'load went up for a while',
      ),
    );
  }
  return decoys;
}

function scaleOut(world: World, dice: Dice, at: number): void {
  const replicaSet = world.cluster.replicaSet('front-end');
  const rescale = (time: number, size: number, direction: 'up' | 'down', reason: string): void => {
    emitEvent(world, dice, time, {
      kind: 'HorizontalPodAutoscaler',
      namespace: 'sock-shop',
      name: 'front-end',
      reason: 'SuccessfulRescale',
      message: `New size: ${String(size)}; reason: ${reason}`,
    });
    emitEvent(world, dice, time + 30, {
      kind: 'Deployment',
      namespace: 'sock-shop',
      name: 'front-end',
      reason: 'ScalingReplicaSet',
      message: `Scaled ${direction} replica set ${replicaSet} to ${String(size)}`,
    });
  };
  rescale(at, 2, 'up', 'cpu resource utilization (percentage of request) above target');
  const replica = world.cluster.createReplica('front-end');
  const readyAt = startUp(
    world,
    dice,
    startPod(world, dice, at + 90, { pod: replica, pullMillis: 0 }),
    replica,
  );
  world.sim.schedule(readyAt, () => {
    world.cluster.serve('front-end', [...world.cluster.pods('front-end'), replica]);
  });
  world.sim.schedule(at + 5 * MINUTE, (now) => {
    rescale(now, 1, 'down', 'All metrics below target');
    world.cluster.serve(
      'front-end',
      world.cluster.pods('front-end').filter((pod) => pod !== replica),
    );
    stopPod(world, dice, now + 80, replica);
  });
}

/** A cron job every quarter of an hour. */
export function planBackups(world: World, calendar: Calendar): readonly Decoy[] {
  const dice = world.dice('backups');
  const decoys: Decoy[] = [];
  const first = Math.ceil(calendar.start / BACKUP_INTERVAL) * BACKUP_INTERVAL;
  for (let at = first; at < calendar.end; at += BACKUP_INTERVAL) {
    world.sim.schedule(at, (now) => {
      backUp(world, dice, now);
    });
    decoys.push(decoy(at, 'cron job catalogue-backup', 'it runs every quarter of an hour'));
  }
  return decoys;
}

function backUp(world: World, dice: Dice, at: number): void {
  const { cluster, sim, text } = world;
  const job = `catalogue-backup-${String(Math.floor(at / MINUTE))}`;
  const pod = cluster.createPod({
    workload: 'catalogue-backup',
    node: dice.pick(cluster.nodes),
    podName: `${job}-${dice.suffix(5)}`,
    namespace: 'sock-shop',
    image: 'mysql:5.7',
    labels: { 'job-name': job },
    stream: 'stderr',
  });
  emitEvent(world, dice, at, {
    kind: 'CronJob',
    namespace: 'sock-shop',
    name: 'catalogue-backup',
    reason: 'SuccessfulCreate',
    message: `Created job ${job}`,
  });
  emitEvent(world, dice, at + 60, {
    kind: 'Job',
    namespace: 'sock-shop',
    name: job,
    reason: 'SuccessfulCreate',
    message: `Created pod: ${pod.name}`,
  });
  const runsAt = startPod(world, dice, at + 110, { pod, pullMillis: 0 });
  sim.emit(
    runsAt + 300,
    pod.source,
    'mysqldump: [Warning] Using a password on the command line interface can be insecure.',
  );
  for (const table of ['sock', 'sock_tag', 'tag'])
    sim.emit(runsAt + 500, pod.source, `-- Retrieving table structure for table ${table}...`);
  sim.emit(runsAt + 2600, pod.source, `-- Dump completed on ${text.spring(runsAt + 2600).slice(0, 19)}`);
  emitEvent(world, dice, runsAt + 4000, {
    kind: 'Job',
    namespace: 'sock-shop',
    name: job,
    reason: 'Completed',
    message: 'Job completed',
  });
  emitEvent(world, dice, runsAt + 4100, {
    kind: 'CronJob',
    namespace: 'sock-shop',
    name: 'catalogue-backup',
    reason: 'SawCompletedJob',
    message: `Saw completed job: ${job}, status: Complete`,
  });
}

function planLogRotation(world: World, calendar: Calendar): readonly Decoy[] {
  const dice = world.dice('rotation');
  const at = calendar.start + (calendar.onset - calendar.start) * dice.between(0.6, 0.8);
  const node = dice.pick(world.cluster.nodes);
  world.sim.schedule(at, (now) => {
    rotateLogs(world, now, node);
  });
  return [decoy(at, `log rotation on ${node.hostname}`, 'routine of the machine')];
}

/** What a machine writes when its log files get new names. */
export function rotateLogs(world: World, at: number, node: Node): void {
  emitSyslog(world, at, { node, program: 'systemd', text: 'Starting Rotate log files...' });
  emitSyslog(world, at + 400, {
    node,
    program: 'rsyslogd',
    text: `[origin software="rsyslogd" swVersion="8.24.0-57.amzn2.2.0.1" x-pid="2894" x-info="http://www.rsyslog.com"] rsyslogd was HUPed`,
  });
  emitSyslog(world, at + 700, { node, program: 'systemd', text: 'Started Rotate log files.' });
}

/** Queries a little over the limit of the slow log, now and then. */
export function planSlowQueries(world: World, calendar: Calendar): readonly Decoy[] {
  const dice = world.dice('slow-queries');
  const decoys: Decoy[] = [];
  for (let at = calendar.start + dice.gap(12 * MINUTE); at < calendar.end; at += dice.gap(14 * MINUTE)) {
    world.sim.schedule(at, (now) => {
      if (world.health.cartsDb !== 'up') return;
      const millis = 101 + dice.below(160);
      world.sim.emit(
        now,
        world.cluster.pod('carts-db').source,
        mongoText(world, {
          at: now,
          severity: 'I',
          component: 'COMMAND',
          id: 51_803,
          context: `conn${String(12_000 + dice.below(9000))}`,
          message: 'Slow query',
          attributes: `{"type":"command","ns":"data.cart","command":{"find":"cart","filter":{"customerId":"${dice.hex(24)}"},"$db":"data"},"planSummary":"COLLSCAN","keysExamined":0,"docsExamined":${String(800 + dice.below(3000))},"numYields":${String(dice.below(9))},"nreturned":1,"reslen":412,"durationMillis":${String(millis)}}`,
        }),
      );
    });
    decoys.push(decoy(at, 'slow query in carts-db', 'a table scan a little over the limit, now and then'));
  }
  return decoys;
}

function planProbeFailures(world: World, calendar: Calendar): readonly Decoy[] {
  const dice = world.dice('probe-failures');
  const { start, onset } = calendar;
  // One early and one shortly before the onset, where it competes with the cause.
  const times = [start + (onset - start) * dice.between(0.2, 0.3), onset - dice.between(2, 5) * MINUTE];
  return times.map((at) => {
    const workload = dice.pick(['payment', 'queue-master', 'shipping']);
    world.sim.schedule(at, (now) => {
      failProbe(world, dice, now, workload);
    });
    return decoy(at, `readiness probe of ${workload} misses its deadline once`, 'the next probe succeeds');
  });
}

/** A readiness probe that misses its deadline once. */
export function failProbe(world: World, dice: Dice, at: number, workload: string): void {
  const pod = world.cluster.pod(workload);
  emitPodEvent(world, dice, at, {
    pod,
    reason: 'Unhealthy',
    isWarning: true,
    message: `Readiness probe failed: Get "http://${pod.ip}:80/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
  });
}

/** A benign event of the calendar. */
export function decoy(at: number, description: string, whyNot: string): Decoy {
  return { at: Math.floor(at) as EpochMillis, description, whyNot };
}
