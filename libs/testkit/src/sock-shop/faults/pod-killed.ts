import type { Dice } from '../../dice.js';
import { emitEvent, startPod, stopPod } from '../kubernetes.js';
import { startUp } from '../rollout.js';
import type { World } from '../world.js';
import type { Fault, PlantedFault } from './fault.js';

const KILLS = 3;
const PAUSE_MS = 70_000;

/** Somebody deletes the only pod of carts, again and again; each time a new one takes half a minute to start. */
export const podKilled: Fault = {
  reserved: ['carts', 'orders', 'front-end'],
  plant(world, dice, onset): PlantedFault {
    for (let i = 0; i < KILLS; i++)
      world.sim.schedule(onset + i * PAUSE_MS, (now) => {
        killPod(world, dice, now);
      });
    return { culprit: 'sock-shop/carts', end: onset + KILLS * PAUSE_MS, rootLines, symptomLines };
  },
};

const rootLines = [
  {
    name: 'container stopped',
    logType: 'k8s-events',
    contains: ['reason=Killing', 'Stopping container carts'],
    occursWhenHealthy: true,
  },
  {
    name: 'pod made anew',
    logType: 'k8s-events',
    contains: ['kind=ReplicaSet', 'reason=SuccessfulCreate', 'Created pod: carts-'],
    occursWhenHealthy: true,
  },
] as const;

const symptomLines = [
  {
    name: 'carts refused',
    logType: 'sock-shop/front-end',
    contains: ['Error: connect ECONNREFUSED 10.100.33.7:80'],
  },
  {
    name: 'orders cut off',
    logType: 'sock-shop/orders',
    contains: ['java.lang.IllegalStateException: Unable to create order due to unspecified IO error'],
  },
] as const;

function killPod(world: World, dice: Dice, now: number): void {
  const old = world.cluster.pod('carts');
  const pod = world.cluster.createReplica('carts');
  stopPod(world, dice, now, old);
  world.health.carts = 'refused';
  emitEvent(world, dice, now + 80, {
    kind: 'ReplicaSet',
    namespace: 'sock-shop',
    name: world.cluster.replicaSet('carts'),
    reason: 'SuccessfulCreate',
    message: `Created pod: ${pod.name}`,
  });
  const readyAt = startUp(world, dice, startPod(world, dice, now + 120, { pod, pullMillis: 0 }), pod);
  world.sim.schedule(readyAt, () => {
    world.cluster.serve('carts', [pod]);
    world.health.carts = 'up';
  });
}
