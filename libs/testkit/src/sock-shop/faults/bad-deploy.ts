import { rollOut } from '../rollout.js';
import type { Fault, PlantedFault } from './fault.js';

const FAULTY_IMAGE = 'weaveworksdemos/orders:0.4.8';
const GOOD_IMAGE = 'weaveworksdemos/orders:0.4.7';
const NOTICED_MS = 240_000;
const ROLLOUT_MS = 35_000;

/** A release of orders forgets a field: most orders end in an exception until somebody rolls back. */
export const badDeploy: Fault = {
  reserved: ['orders', 'front-end'],
  plant(world, dice, onset): PlantedFault {
    world.sim.schedule(onset, (now) => {
      rollOut(world, dice, now, {
        workload: 'orders',
        image: FAULTY_IMAGE,
        pullMillis: 5200,
        whenServing: () => {
          world.health.orders = 'faulty-release';
        },
      });
    });
    world.sim.schedule(onset + NOTICED_MS, (now) => {
      rollOut(world, dice, now, {
        workload: 'orders',
        image: GOOD_IMAGE,
        pullMillis: 0,
        whenServing: () => {
          world.health.orders = 'up';
        },
      });
    });
    return { culprit: 'sock-shop/orders', end: onset + NOTICED_MS + ROLLOUT_MS, rootLines, symptomLines };
  },
};

const rootLines = [
  { name: 'image of the release', logType: 'k8s-events', contains: [`image "${FAULTY_IMAGE}"`] },
  {
    name: 'scaling event',
    logType: 'k8s-events',
    contains: ['reason=ScalingReplicaSet', 'name=orders ', 'Scaled up'],
    occursWhenHealthy: true,
  },
  { name: 'new exception', logType: 'sock-shop/orders', contains: ['java.lang.NullPointerException: null'] },
] as const;

const symptomLines = [
  {
    name: 'front-end 500',
    logType: 'sock-shop/front-end',
    contains: ['Order response:', '"status":500', 'NullPointerException'],
  },
] as const;
