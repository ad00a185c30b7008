import type { Fault, PlantedFault } from './fault.js';

const LASTS_MS = 330_000;

/** The link to the database of users gets slow. Everything works, everybody waits: only durations tell. */
export const userDbDelayed: Fault = {
  reserved: ['user', 'user-db', 'front-end'],
  plant(world, _dice, onset): PlantedFault {
    const end = onset + LASTS_MS;
    world.sim.schedule(onset, () => {
      world.health.userQueries = 'delayed';
    });
    world.sim.schedule(end, () => {
      world.health.userQueries = 'fast';
    });
    return { culprit: 'sock-shop/user', end, rootLines, symptomLines };
  },
};

const rootLines = [
  {
    name: 'slow lookups',
    logType: 'sock-shop/user',
    contains: ['caller=middlewares.go', 'method=Get'],
    pattern: /took=2\.\d+s/,
  },
  {
    name: 'slow logins',
    logType: 'sock-shop/user',
    contains: ['method=Login'],
    pattern: /took=2\.\d+s/,
  },
] as const;

const symptomLines = [
  {
    name: 'slow login page',
    logType: 'sock-shop/front-end',
    contains: ['GET /login'],
    pattern: /\[0m[23]\d{3}\.\d{3} ms/,
  },
] as const;
