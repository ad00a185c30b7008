import type { Dice } from '../../dice.js';
import { emitKubelet, emitPodEvent, emitScaling, startPod, stopPod } from '../kubernetes.js';
import { rollOut } from '../rollout.js';
import type { Pod } from '../cluster.js';
import type { World } from '../world.js';
import type { Fault, PlantedFault } from './fault.js';

const LASTS_MS = 230_000;
const WRONG_NAME = 'user-bd';

/** A mistyped host name in the configuration of user: the recreated pod never finds its database. */
export const configTypo: Fault = {
  reserved: ['user', 'user-db', 'front-end'],
  plant(world, dice, onset): PlantedFault {
    world.sim.schedule(onset, (now) => {
      recreate(world, dice, now);
    });
    world.sim.schedule(onset + LASTS_MS, (now) => {
      rollOut(world, dice, now, {
        workload: 'user',
        pullMillis: 0,
        whenServing: () => {
          world.health.user = 'up';
        },
      });
    });
    return { culprit: 'sock-shop/user', end: onset + LASTS_MS + 6000, rootLines, symptomLines };
  },
};

const rootLines = [
  {
    name: 'scaling event',
    logType: 'k8s-events',
    contains: ['reason=ScalingReplicaSet', 'name=user ', 'Scaled up'],
    occursWhenHealthy: true,
  },
  { name: 'no server', logType: 'sock-shop/user', contains: ['no reachable servers'] },
  { name: 'unknown name', logType: 'kube-system/coredns', contains: [`IN ${WRONG_NAME}.`, 'NXDOMAIN'] },
  { name: 'back-off', logType: 'k8s-events', contains: ['reason=BackOff', 'name=user-'] },
] as const;

const symptomLines = [
  {
    name: 'login error',
    logType: 'sock-shop/front-end',
    contains: ['Error with log in: Error: connect ECONNREFUSED'],
  },
  { name: 'login 500', logType: 'sock-shop/front-end', contains: ['GET /login', '[31m500'] },
] as const;

function recreate(world: World, dice: Dice, at: number): void {
  const old = world.cluster.pod('user');
  const oldReplicaSet = world.cluster.replicaSet('user');
  const replicaSet = world.cluster.renewReplicaSet('user');
  emitScaling(world, dice, at, { deployment: 'user', replicaSet: oldReplicaSet, to: 0, direction: 'down' });
  stopPod(world, dice, at + 80, old);
  world.health.user = 'down';
  emitScaling(world, dice, at + 2500, { deployment: 'user', replicaSet, to: 1, direction: 'up' });
  const pod = world.cluster.createReplica('user', old.image);
  const runsAt = startPod(world, dice, at + 2600, { pod, pullMillis: 0 });
  world.cluster.serve('user', [pod]);
  for (let time = runsAt, backOff = 10; time < at + LASTS_MS; time += 26_000 + backOff * 1000, backOff *= 2) {
    fail(world, dice, time, { pod, backOff });
  }
}

/** One life of the container: asks for a name nobody has, gives up after the driver's patience, and is backed off. */
function fail(
  world: World,
  dice: Dice,
  at: number,
  life: { readonly pod: Pod; readonly backOff: number },
): void {
  const { pod, backOff } = life;
  const { sim, cluster, text } = world;
  for (let i = 0; i < 4; i++) {
    const time = at + 300 + i * 5000;
    const query = `${pod.ip}:${String(32_768 + dice.below(28_000))} - ${String(dice.below(65_536))} "A IN ${WRONG_NAME}.sock-shop.svc.cluster.local. udp 53 false 512"`;
    sim.emit(
      time,
      cluster.pod('coredns', dice).source,
      `[INFO] ${query} NXDOMAIN qr,aa,rd 146 0.000${String(100 + dice.below(300))}s`,
    );
    sim.emit(time + 4900, pod.source, `${text.slashes(time + 4900)} no reachable servers`);
  }
  const diedAt = at + 21_000;
  sim.emit(
    diedAt,
    pod.source,
    `ts=${text.isoMillis(diedAt, '204113Z')} caller=main.go:89 corellationId=unknown err="no reachable servers"`,
  );
  emitKubelet(world, diedAt + 900, {
    node: pod.node,
    level: 'E',
    file: 'pod_workers.go:190',
    text: `"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"user\\" with CrashLoopBackOff: \\"back-off ${String(backOff)}s restarting failed container=user pod=${pod.name}_sock-shop(${pod.uid})\\"" pod="sock-shop/${pod.name}" podUID=${pod.uid}`,
  });
  emitPodEvent(world, dice, diedAt + 1000, {
    pod,
    reason: 'BackOff',
    isWarning: true,
    message: 'Back-off restarting failed container',
  });
}
