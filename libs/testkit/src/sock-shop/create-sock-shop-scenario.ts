import type { EpochMillis } from '@culprit/kernel';
import type { FaultKind, GroundTruth, Scenario, ScenarioLine } from '../scenario.js';
import { planDailyLife } from './daily-life.js';
import { startDatabases } from './databases.js';
import { faultByKind } from './faults/faults.js';
import { startKubeSystem } from './kube-system.js';
import { startNodes } from './node-syslog.js';
import { Shop } from './shop.js';
import { startVisitors } from './shopping.js';
import type { World } from './world.js';
import { createWorld } from './world.js';

/** What a Sock Shop scenario is made from. */
export interface SockShopOptions {
  /** Any integer; the same seed gives the same bytes. */
  readonly seed: number;
  readonly startTime: EpochMillis;
  /** Minutes before the fault's onset, > 0. A control of the same seed has its benign events at the same times. */
  readonly learnMinutes: number;
  readonly fault: FaultKind | 'none';
  /** Minutes from the onset to the end of the logs, > 0; default 15. */
  readonly tailMinutes?: number;
  /** Load in lines per hour, about; default 1,100,000. Chatter that does not depend on load stays as it is. */
  readonly eventsPerHour?: number;
}

const FULL_RATE = 1_100_000;
const MINUTE = 60_000;

/**
 * The demo scenario: the Sock Shop on a three-node EKS cluster, a normal day, and one fault or none.
 * O(1) memory in the number of lines; several hundred thousand lines a second.
 */
export function createSockShopScenario(options: SockShopOptions): Scenario {
  const build = (): BuiltWorld => buildWorld(options);
  const { groundTruth, end } = build();
  return {
    start: options.startTime,
    end: end as EpochMillis,
    groundTruth,
    *lines(): Generator<ScenarioLine> {
      yield* build().world.sim.run(end);
    },
  };
}

interface BuiltWorld {
  readonly world: World;
  readonly end: number;
  readonly groundTruth: GroundTruth;
}

function buildWorld(options: SockShopOptions): BuiltWorld {
  const { seed, startTime, fault: kind } = options;
  const world = createWorld({
    seed,
    start: startTime,
    load: (options.eventsPerHour ?? FULL_RATE) / FULL_RATE,
  });
  const dice = world.dice('fault');
  const onset = startTime + options.learnMinutes * MINUTE + Math.floor(dice.between(0, 30_000));
  const end = startTime + (options.learnMinutes + (options.tailMinutes ?? 15)) * MINUTE;
  const fault = kind === 'none' ? undefined : faultByKind[kind];
  startVisitors(new Shop(world));
  startDatabases(world);
  startKubeSystem(world);
  startNodes(world);
  const decoys = planDailyLife(world, { start: startTime, end, onset, reserved: fault?.reserved ?? [] });
  const planted = fault?.plant(world, dice, onset);
  return {
    world,
    end,
    groundTruth: {
      fault: kind,
      onset: (planted === undefined ? end : onset) as EpochMillis,
      end: (planted?.end ?? end) as EpochMillis,
      culprit: planted?.culprit ?? '',
      rootLines: planted?.rootLines ?? [],
      symptomLines: planted?.symptomLines ?? [],
      decoys,
    },
  };
}
