import type { Dice } from '../../dice.js';
import { emitPodEvent } from '../kubernetes.js';
import { startUp } from '../rollout.js';
import type { World } from '../world.js';
import type { Fault, PlantedFault } from './fault.js';

const FILLS_MS = 80_000;
const RESTART_MS = 1800;
const ROUNDS = 2;
const ROUND_MS = 130_000;

/** The heap of carts is full: requests end in an error, the machine ends itself, starts again and fills up again. */
export const heapExhausted: Fault = {
  reserved: ['carts', 'orders', 'front-end'],
  plant(world, dice, onset): PlantedFault {
    for (let i = 0; i < ROUNDS; i++) {
      world.sim.schedule(onset + i * ROUND_MS, () => {
        world.health.carts = 'out-of-heap';
      });
      world.sim.schedule(onset + i * ROUND_MS + FILLS_MS, (now) => {
        terminate(world, dice, now);
      });
    }
    return { culprit: 'sock-shop/carts', end: onset + ROUNDS * ROUND_MS, rootLines, symptomLines };
  },
};

const rootLines = [
  {
    name: 'heap space',
    logType: 'sock-shop/carts',
    contains: ['java.lang.OutOfMemoryError: Java heap space'],
  },
] as const;

const symptomLines = [
  { name: 'cart 500', logType: 'sock-shop/front-end', contains: ['POST /cart ', '[31m500'] },
  {
    name: 'carts refused',
    logType: 'sock-shop/front-end',
    contains: ['Error: connect ECONNREFUSED 10.100.33.7:80'],
  },
] as const;

function terminate(world: World, dice: Dice, now: number): void {
  const pod = world.cluster.pod('carts');
  world.sim.emit(now, pod.source, 'Terminating due to java.lang.OutOfMemoryError: Java heap space');
  world.health.carts = 'refused';
  const events = [
    [0, 'Pulled', `Container image "${pod.image}" already present on machine`],
    [60, 'Created', 'Created container carts'],
    [240, 'Started', 'Started container carts'],
  ] as const;
  for (const [offset, reason, message] of events)
    emitPodEvent(world, dice, now + RESTART_MS + offset, { pod, reason, message, count: 2 });
  world.sim.schedule(startUp(world, dice, now + RESTART_MS + 250, pod), () => {
    if (world.health.carts === 'refused') world.health.carts = 'up';
  });
}
