import { Dice } from '../dice.js';
import { Simulation, toEnvelope } from '../simulation.js';
import { TimeText } from '../time-text.js';
import type { Pod } from './cluster.js';
import { Cluster } from './cluster.js';

/** What faults change and services look at. Everything starts healthy. */
export interface Health {
  cartsDb: 'up' | 'unreachable';
  catalogueDb: 'up' | 'refused' | 'denied';
  ordersDb: 'up' | 'down';
  orders: 'up' | 'faulty-release';
  user: 'up' | 'down';
  dns: 'up' | 'timing-out';
  broker: 'up' | 'blocking';
  carts: 'up' | 'refused' | 'out-of-heap';
  cartsQueries: 'indexed' | 'scanning';
  payment: 'up' | 'refused' | 'losing-packets';
  userQueries: 'fast' | 'delayed';
  consumer: 'running' | 'hung';
  tags: 'there' | 'lost';
}

/** Everything an actor of the scenario needs. */
export interface World {
  readonly sim: Simulation;
  readonly text: TimeText;
  readonly cluster: Cluster;
  readonly health: Health;
  /** Load relative to the full rate of about 1.1 M lines per hour, now. */
  readonly load: number;
  /** Independent dice for a named actor. */
  dice(actor: string): Dice;
}

/** What a world is made from. */
export interface WorldOptions {
  readonly seed: number;
  readonly start: number;
  readonly load: number;
  /** Part of the load that there is at a time, > 0; always all of it when left out. */
  readonly tide?: (timeMillis: number) => number;
}

/** A healthy cluster in which nothing happens yet. */
export function createWorld(options: WorldOptions): World {
  const dice = (actor: string): Dice => new Dice(options.seed, actor);
  const { load, tide = (): number => 1 } = options;
  const sim = new Simulation(options.start, toEnvelope);
  return {
    get load(): number {
      return load * tide(sim.now);
    },
    sim,
    text: new TimeText(),
    cluster: new Cluster(dice('cluster')),
    health: {
      cartsDb: 'up',
      catalogueDb: 'up',
      ordersDb: 'up',
      orders: 'up',
      user: 'up',
      dns: 'up',
      broker: 'up',
      carts: 'up',
      cartsQueries: 'indexed',
      payment: 'up',
      userQueries: 'fast',
      consumer: 'running',
      tags: 'there',
    },
    dice,
  };
}

/** Writes the lines of a stack trace or another block, one record each, as a container runtime delivers them. */
export function emitBlock(world: World, at: number, pod: Pod, lines: readonly string[]): void {
  for (const line of lines) world.sim.emit(at, pod.source, line);
}
