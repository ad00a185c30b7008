import { emitEvent } from '../kubernetes.js';
import { rollOut } from '../rollout.js';
import type { Fault, PlantedFault } from './fault.js';

const LASTS_MS = 210_000;

/** A controller rotates the database password; the catalogue keeps the old one until it is restarted. */
export const secretRotated: Fault = {
  reserved: ['catalogue', 'catalogue-db', 'front-end'],
  plant(world, dice, onset): PlantedFault {
    const { sim, cluster, text } = world;
    world.sim.schedule(onset, (now) => {
      emitEvent(world, dice, now, {
        kind: 'ExternalSecret',
        namespace: 'sock-shop',
        name: 'catalogue-db-credentials',
        reason: 'Updated',
        message: 'Updated Secret',
      });
    });
    // The connections that were open live on a while; new ones are refused.
    sim.schedule(onset + 20_000, (now) => {
      world.health.catalogueDb = 'denied';
      for (let time = now + 20; time < onset + LASTS_MS; time += dice.between(400, 2600)) {
        const id = String(900 + dice.below(4000));
        sim.emit(
          time,
          cluster.pod('catalogue-db').source,
          `${text.isoMicros(time, dice.below(1000))} ${id} [Note] Access denied for user 'catalogue_user'@'${cluster.pod('catalogue').ip}' (using password: YES)`,
        );
      }
    });
    sim.schedule(onset + LASTS_MS, (now) => {
      rollOut(world, dice, now, {
        workload: 'catalogue',
        pullMillis: 0,
        whenServing: () => {
          world.health.catalogueDb = 'up';
        },
      });
    });
    return { culprit: 'sock-shop/catalogue', end: onset + LASTS_MS + 6000, rootLines, symptomLines };
  },
};

const rootLines = [
  { name: 'secret updated', logType: 'k8s-events', contains: ['kind=ExternalSecret', 'reason=Updated'] },
  { name: 'server refuses', logType: 'sock-shop/catalogue-db', contains: ['[Note] Access denied for user'] },
  {
    name: 'client refused',
    logType: 'sock-shop/catalogue',
    contains: ['"database error"', 'Error 1045: Access denied'],
  },
] as const;

const symptomLines = [
  { name: 'catalogue error', logType: 'sock-shop/catalogue', contains: ['err="database connection error"'] },
  { name: 'catalogue 500', logType: 'sock-shop/front-end', contains: ['/catalogue', '[31m500'] },
] as const;
