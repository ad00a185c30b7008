import type { Dice } from '../dice.js';
import type { Pod } from './cluster.js';
import { springText, startUpMessages } from './java.js';
import { emitScaling, startPod, stopPod } from './kubernetes.js';
import { emitBlock, type World } from './world.js';

/** A rolling update of a deployment with one replica. */
export interface Rollout {
  readonly workload: string;
  /** Image of the new pod; the old one when absent (a changed environment, a restart). */
  readonly image?: string;
  readonly pullMillis: number;
  /** Runs when the new pod serves and the old one is gone. */
  readonly whenServing?: (now: number, pod: Pod) => void;
}

/**
 * New replica set up, new pod starts and gets ready, old pod goes.
 *
 * @returns the new pod
 */
export function rollOut(world: World, dice: Dice, at: number, rollout: Rollout): Pod {
  const { workload } = rollout;
  const old = world.cluster.pods(workload);
  const oldReplicaSet = world.cluster.replicaSet(workload);
  const replicaSet = world.cluster.renewReplicaSet(workload);
  const pod = world.cluster.createReplica(workload, rollout.image ?? old[0]?.image);
  emitScaling(world, dice, at, { deployment: workload, replicaSet, to: 1, direction: 'up' });
  const runsAt = startPod(world, dice, at + 60, { pod, pullMillis: rollout.pullMillis });
  const readyAt = startUp(world, dice, runsAt, pod);
  world.sim.schedule(readyAt, (now) => {
    emitScaling(world, dice, now, {
      deployment: workload,
      replicaSet: oldReplicaSet,
      to: 0,
      direction: 'down',
    });
    for (const gone of old) stopPod(world, dice, now + 50, gone);
    world.cluster.serve(workload, [pod]);
    rollout.whenServing?.(now, pod);
  });
  return pod;
}

/**
 * What a service says while it starts.
 *
 * @returns the time at which it is ready
 */
export function startUp(world: World, dice: Dice, at: number, pod: Pod): number {
  switch (pod.workload) {
    case 'carts':
    case 'orders':
    case 'shipping':
    case 'queue-master':
      return startSpring(world, at, pod);
    case 'catalogue':
    case 'payment':
    case 'user':
      emitBlock(world, at + 40, pod, [
        ...(pod.workload === 'catalogue'
          ? [
              'images: "./images/"',
              'Abs(images): "/images"',
              'Getwd: "/"',
              'ls: ["bin" "dev" "etc" "images" "lib" "proc" "sys" "tmp" "usr" "var"]',
            ]
          : []),
        `ts=${world.text.isoMillis(at + 40, `${dice.hex(6).replaceAll(/[a-f]/g, '4')}Z`)} caller=main.go:153 transport=HTTP port=80`,
      ]);
      return at + 2500;
    case 'front-end':
      emitBlock(world, at + 900, pod, [
        'Using local session manager',
        'Warning: connect.session() MemoryStore is not',
        'designed for a production environment, as it will leak',
        'memory, and will not scale past a single process.',
        'App now running in production mode on port 8079',
      ]);
      return at + 4000;
    default:
      return at + 3000;
  }
}

function startSpring(world: World, at: number, pod: Pod): number {
  let time = at + 1800;
  for (const [logger, message] of startUpMessages(pod.workload)) {
    world.sim.emit(
      time,
      pod.source,
      springText(world, { at: time, level: 'INFO', service: pod.workload, thread: 'main', logger, message }),
    );
    time += 3100;
  }
  return time;
}
