import { mongoText } from '../databases.js';
import type { Fault, PlantedFault } from './fault.js';

const NOTICED_MS = 240_000;
const LASTS_MS = 480_000;

/**
 * A maintenance script drops the index of the carts, which the database notes as information. Four minutes later, when
 * the plans it had kept are gone, every query reads the whole collection.
 */
export const indexDropped: Fault = {
  reserved: ['carts', 'carts-db', 'orders', 'front-end'],
  plant(world, _dice, onset): PlantedFault {
    const { sim, cluster, health } = world;
    const end = onset + LASTS_MS;
    const say = (at: number, id: number, message: string, attributes: string): void => {
      const line = {
        at,
        severity: 'I',
        component: 'COMMAND',
        id,
        context: 'conn30211',
        message,
        attributes,
      } as const;
      sim.emit(at, cluster.pod('carts-db').source, mongoText(world, line));
    };
    sim.schedule(onset, (now) => {
      say(
        now,
        51_806,
        'CMD: dropIndexes',
        '{"namespace":"data.cart","uuid":{"uuid":{"$uuid":"0f6cf2be-1d0f-4c11-8a5c-9b1f0c2b7a10"}},"indexes":"\\"customerId_1\\""}',
      );
    });
    sim.schedule(onset + NOTICED_MS, () => {
      health.cartsQueries = 'scanning';
    });
    sim.schedule(end, (now) => {
      health.cartsQueries = 'indexed';
      say(
        now,
        20_438,
        'Index build: done building',
        '{"buildUUID":null,"namespace":"data.cart","index":"customerId_1","commitTimestamp":null}',
      );
    });
    return { culprit: 'sock-shop/carts-db', end, rootLines, symptomLines };
  },
};

const rootLines = [
  { name: 'index dropped', logType: 'sock-shop/carts-db', contains: ['CMD: dropIndexes', 'data.cart'] },
] as const;

const symptomLines = [
  {
    name: 'slow queries',
    logType: 'sock-shop/carts-db',
    contains: ['"msg":"Slow query"', 'COLLSCAN'],
    pattern: /"durationMillis":\d{4}/,
  },
  {
    name: 'orders timeout',
    logType: 'sock-shop/orders',
    contains: ['java.util.concurrent.TimeoutException: null'],
  },
] as const;
