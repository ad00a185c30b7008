import type { Fault, PlantedFault } from './fault.js';

const LASTS_MS = 420_000;

/** An import leaves the table of tags empty. No error, no silence: only a value that was never zero. */
export const tagsLost: Fault = {
  reserved: ['catalogue', 'catalogue-db', 'front-end'],
  plant(world, _dice, onset): PlantedFault {
    const end = onset + LASTS_MS;
    world.sim.schedule(onset, () => {
      world.health.tags = 'lost';
    });
    world.sim.schedule(end, () => {
      world.health.tags = 'there';
    });
    return { culprit: 'sock-shop/catalogue', end, rootLines, symptomLines: [] };
  },
};

const rootLines = [
  { name: 'no tags', logType: 'sock-shop/catalogue', contains: ['method=Tags result=0 '] },
] as const;
