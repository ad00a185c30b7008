import type { Fault, PlantedFault } from './fault.js';

const LASTS_MS = 480_000;

/** The consumer of the queue hangs without a word. The shop goes on, nothing is shipped: only a silence tells. */
export const consumerHung: Fault = {
  reserved: ['queue-master', 'shipping', 'rabbitmq'],
  plant(world, _dice, onset): PlantedFault {
    const end = onset + LASTS_MS;
    world.sim.schedule(onset, () => {
      world.health.consumer = 'hung';
    });
    world.sim.schedule(end, () => {
      world.health.consumer = 'running';
    });
    return { culprit: 'sock-shop/queue-master', end, rootLines, symptomLines: [] };
  },
};

const rootLines = [
  {
    name: 'consumer silent',
    logType: 'sock-shop/queue-master',
    contains: ['Received shipment task'],
    occursWhenHealthy: true,
  },
] as const;
