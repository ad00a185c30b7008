import type { EpochMillis } from '@culprit/kernel';
import type { Dice } from '../dice.js';
import type { Decoy, Scenario, ScenarioLine } from '../scenario.js';
import { decoy, failProbe, planBackups, planScaling, planSlowQueries } from './daily-life.js';
import { startDatabases } from './databases.js';
import { startKubeSystem } from './kube-system.js';
import { emitEvent } from './kubernetes.js';
import { planNight } from './nightly.js';
import { planDrain } from './node-drain.js';
import { startNodes } from './node-syslog.js';
import { rollOut } from './rollout.js';
import { Shop } from './shop.js';
import { startVisitors } from './shopping.js';
import type { World } from './world.js';
import { createWorld } from './world.js';

/** What a soak is made from. */
export interface SoakOptions {
  /** Any integer; the same seed gives the same bytes. */
  readonly seed: number;
  /** A midnight in universal time that begins a Monday: work is done on the first five days of seven. */
  readonly startTime: EpochMillis;
  readonly days: number;
  /** Load in lines an hour at the height of the day, about. About 21,000 lines an hour do not depend on it. */
  readonly eventsPerHour: number;
}

const FULL_RATE = 1_100_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DEPLOYED = ['payment', 'shipping', 'catalogue', 'carts', 'user', 'orders', 'front-end'] as const;

/**
 * The Sock Shop without any fault, day after day: daylight, releases on workdays, jobs at night, changed configuration, two
 * machines drained a week. Whatever is reported is false. O(1) memory in the number of lines.
 */
export function createSoakScenario(options: SoakOptions): Scenario {
  const end = options.startTime + options.days * DAY;
  const { decoys } = build(options, end);
  return {
    start: options.startTime,
    end: end as EpochMillis,
    groundTruth: {
      fault: 'none',
      onset: end as EpochMillis,
      end: end as EpochMillis,
      culprit: '',
      rootLines: [],
      symptomLines: [],
      decoys,
    },
    *lines(): Generator<ScenarioLine> {
      yield* build(options, end).world.sim.run(end);
    },
  };
}

function build(
  { seed, startTime, days, eventsPerHour }: SoakOptions,
  end: number,
): { readonly world: World; readonly decoys: readonly Decoy[] } {
  const world = createWorld({ seed, start: startTime, load: eventsPerHour / FULL_RATE, tide });
  startVisitors(new Shop(world));
  startDatabases(world);
  startKubeSystem(world);
  startNodes(world);
  const calendar = { start: startTime, end, onset: Infinity, reserved: [] };
  const dice = world.dice('soak');
  const decoys = [
    ...planScaling(world, calendar),
    ...planBackups(world, calendar),
    ...planSlowQueries(world, calendar),
    ...Array.from({ length: days }, (_, day) =>
      planDay(world, dice, { midnight: startTime + day * DAY, day }),
    ).flat(),
  ];
  return { world, decoys: decoys.toSorted((a, b) => a.at - b.at) };
}

/** Least at four in the morning, most at four in the afternoon: a fifth to all of the load. */
function tide(timeMillis: number): number {
  const hour = (timeMillis % DAY) / HOUR;
  return 0.6 - 0.4 * Math.cos(((hour - 4) / 24) * 2 * Math.PI);
}

interface Today {
  readonly midnight: number;
  /** 0 is the first day. */
  readonly day: number;
}

function planDay(world: World, dice: Dice, { midnight, day }: Today): readonly Decoy[] {
  const isWorkday = day % 7 < 5;
  const hours = Array.from({ length: isWorkday ? 2 + dice.below(3) : 0 }, () => dice.between(9, 17));
  const decoys = [
    ...planNight(world, dice, midnight),
    ...hours.map((hour) => planRelease(world, dice, midnight + hour * HOUR)),
    ...[dice.between(0, 24), dice.between(0, 24)].map((hour) =>
      planProbe(world, dice, midnight + hour * HOUR),
    ),
  ];
  if (isWorkday) decoys.push(planReload(world, dice, midnight + dice.between(10, 16) * HOUR));
  if (day % 7 === 2 || day % 7 === 5)
    decoys.push(planDrain(world, dice, midnight + dice.between(5, 6) * HOUR));
  return decoys;
}

function planRelease(world: World, dice: Dice, at: number): Decoy {
  const workload = dice.pick(DEPLOYED);
  const version = `0.${String(4 + dice.below(4))}.${String(dice.below(40))}`;
  const image = `weaveworksdemos/${workload}:${version}`;
  world.sim.schedule(at, (now) => {
    rollOut(world, dice, now, { workload, image, pullMillis: dice.between(2000, 9000) });
  });
  return decoy(at, `rolling update of ${workload} to ${version}`, 'the new pod gets ready and serves');
}

function planProbe(world: World, dice: Dice, at: number): Decoy {
  const workload = dice.pick(['payment', 'queue-master', 'shipping']);
  world.sim.schedule(at, (now) => {
    failProbe(world, dice, now, workload);
  });
  return decoy(at, `readiness probe of ${workload} misses its deadline once`, 'the next probe succeeds');
}

/** Somebody changes the configuration of the ingress: it is read anew, and one old connection is closed. */
function planReload(world: World, dice: Dice, at: number): Decoy {
  world.sim.schedule(at, (now) => {
    const { source } = world.cluster.pod('ingress-nginx');
    emitEvent(world, dice, now, {
      kind: 'ConfigMap',
      namespace: 'ingress-nginx',
      name: 'ingress-nginx-controller',
      reason: 'UPDATE',
      message: 'ConfigMap ingress-nginx/ingress-nginx-controller',
    });
    const klog = (time: number, level: string, text: string): void => {
      world.sim.emit(time, source, `${level}${world.text.klog(time, dice.below(999))}       7 ${text}`);
    };
    klog(now + 300, 'I', 'controller.go:146] "Configuration changes detected, backend reload required"');
    klog(now + 900, 'I', 'controller.go:163] "Backend successfully reloaded"');
    klog(now + 960, 'I', `nginx.go:366] "Initializing workers" count=${String(2 + dice.below(2))}`);
    klog(now + 4200, 'W', 'nginx.go:412] "Worker with old configuration still has open connections" count=1');
  });
  return decoy(at, 'changed configuration of the ingress', 'it is read anew without errors');
}
