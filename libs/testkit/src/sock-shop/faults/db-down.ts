import type { Dice } from '../../dice.js';
import type { Pod } from '../cluster.js';
import { emitContainerd, emitKubelet, emitPodEvent, emitSyslog } from '../kubernetes.js';
import type { World } from '../world.js';
import type { Fault, PlantedFault } from './fault.js';

const DOWN_MS = 95_000;
const SECOND_KILL_MS = 32_000;

/** The kernel kills the catalogue's MySQL for memory, twice; between and after, the container is started again. */
export const dbDown: Fault = {
  reserved: ['catalogue', 'catalogue-db'],
  plant(world, dice, onset): PlantedFault {
    const pod = world.cluster.pod('catalogue-db');
    world.sim.schedule(onset, (now) => {
      kill(world, dice, now, pod);
      restart(world, dice, now + 2500, pod);
    });
    world.sim.schedule(onset + SECOND_KILL_MS, (now) => {
      kill(world, dice, now, pod);
      backOff(world, dice, now + 1400, pod);
    });
    world.sim.schedule(onset + DOWN_MS, (now) => {
      restart(world, dice, now, pod);
    });
    world.sim.schedule(onset + DOWN_MS + 9000, () => {
      world.health.catalogueDb = 'up';
    });
    return { culprit: 'sock-shop/catalogue-db', end: onset + DOWN_MS + 9000, rootLines, symptomLines };
  },
};

const rootLines = [
  { name: 'out of memory', logType: 'node/kernel', contains: ['emory cgroup out of memory', '(mysqld)'] },
  { name: 'oom-killer', logType: 'node/kernel', contains: ['mysqld invoked oom-killer'] },
  { name: 'back-off', logType: 'k8s-events', contains: ['reason=BackOff', 'catalogue-db'] },
  {
    name: 'crash recovery',
    logType: 'sock-shop/catalogue-db',
    contains: ['InnoDB: Starting crash recovery'],
  },
] as const;

const symptomLines = [
  {
    name: 'database error',
    logType: 'sock-shop/catalogue',
    contains: ['"database error"', 'connection refused'],
  },
  { name: 'catalogue 500', logType: 'sock-shop/front-end', contains: ['/catalogue', '[31m500'] },
] as const;

function kill(world: World, dice: Dice, at: number, pod: Pod): void {
  const { node } = pod;
  const pid = String(9000 + dice.below(20_000));
  const group = `/kubepods/burstable/pod${pod.uid}/${pod.containerId}`;
  const kernel = (offset: number, text: string): void => {
    emitSyslog(world, at + offset, { node, program: 'kernel', text });
  };
  kernel(0, 'mysqld invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=984');
  kernel(1, `CPU: 1 PID: ${pid} Comm: mysqld Not tainted 5.4.129-63.229.amzn2.x86_64 #1`);
  kernel(2, 'memory: usage 524288kB, limit 524288kB, failcnt 4127');
  kernel(
    3,
    `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=${group},task_memcg=${group},task=mysqld,pid=${pid},uid=999`,
  );
  kernel(
    4,
    `Memory cgroup out of memory: Killed process ${pid} (mysqld) total-vm:1742100kB, anon-rss:521744kB, file-rss:0kB, shmem-rss:0kB, UID:999 pgtables:1516kB oom_score_adj:984`,
  );
  emitContainerd(
    world,
    at + 60,
    node,
    `TaskOOM event &TaskOOM{ContainerID:${pod.containerId},XXX_unrecognized:[],}`,
  );
  emitKubelet(world, at + 900, {
    node,
    level: 'I',
    file: 'kubelet.go:1960',
    text: `"SyncLoop (PLEG): event for pod" pod="sock-shop/${pod.name}" event=&{ID:${pod.uid} Type:ContainerDied Data:${pod.containerId}}`,
  });
  world.health.catalogueDb = 'refused';
}

function restart(world: World, dice: Dice, at: number, pod: Pod): void {
  for (const [offset, reason, message] of [
    [0, 'Pulled', `Container image "${pod.image}" already present on machine`],
    [60, 'Created', 'Created container catalogue-db'],
    [240, 'Started', 'Started container catalogue-db'],
  ] as const) {
    emitPodEvent(world, dice, at + offset, { pod, reason, message, count: 2 });
  }
  const mysql = (offset: number, text: string): void => {
    const time = at + offset;
    world.sim.emit(time, pod.source, `${world.text.isoMicros(time, dice.below(1000))} 0 ${text}`);
  };
  mysql(
    900,
    '[Warning] TIMESTAMP with implicit DEFAULT value is deprecated. Please use --explicit_defaults_for_timestamp server option (see documentation for more details).',
  );
  mysql(905, '[Note] mysqld (mysqld 5.7.14) starting as process 1 ...');
  mysql(1400, '[Note] InnoDB: Log scan progressed past the checkpoint lsn 12141829');
  mysql(1420, '[Note] InnoDB: Database was not shutdown normally!');
  mysql(1421, '[Note] InnoDB: Starting crash recovery.');
  mysql(7200, '[Note] mysqld: ready for connections.');
  world.sim.emit(
    at + 7201,
    pod.source,
    "Version: '5.7.14'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server (GPL)",
  );
}

function backOff(world: World, dice: Dice, at: number, pod: Pod): void {
  emitKubelet(world, at, {
    node: pod.node,
    level: 'E',
    file: 'pod_workers.go:190',
    text: `"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"catalogue-db\\" with CrashLoopBackOff: \\"back-off 20s restarting failed container=catalogue-db pod=${pod.name}_sock-shop(${pod.uid})\\"" pod="sock-shop/${pod.name}" podUID=${pod.uid}`,
  });
  for (const offset of [20, 13_000, 27_000]) {
    emitPodEvent(world, dice, at + offset, {
      pod,
      reason: 'BackOff',
      isWarning: true,
      message: 'Back-off restarting failed container',
    });
  }
}
