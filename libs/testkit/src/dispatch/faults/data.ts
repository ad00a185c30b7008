import { endPod, startPod } from '../cluster.js';
import { postgres, python } from '../formats.js';
import { setLink } from '../health.js';
import type { Dice } from '../../dice.js';
import type { Platform } from '../platform.js';
import type { Plant } from './fault.js';
import { during, lastingOf, symptoms } from './fault.js';

const SECOND = 1000;

/** A migration builds an index without letting others write; whoever writes waits, then gives up. */
export const migrationLocks: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  const pod = platform.createPod({
    workload: 'orders-migrate',
    namespace: 'dispatch',
    name: `orders-migrate-142-${dice.suffix(5)}`,
    image: 'registry.parcelwing.example/orders-migrate:5.19.0',
    machine: dice.pick(platform.machines),
  });
  const flyway = (at: number, text: string): void => {
    platform.write(at, pod, `${platform.time.spring(at).slice(0, 19)} INFO  DbMigrate - ${text}`);
  };
  platform.sim.schedule(onset, (now) => {
    const running = startPod(platform, dice, now, pod);
    flyway(running + 2500, 'Current version of schema "public": 141');
    flyway(running + 2700, 'Migrating schema "public" to version "142 - trips zone index"');
  });
  const blocked = { start: onset + dice.between(20, 70) * SECOND, end, gapSeconds: [2, 9] } as const;
  during(platform, dice, blocked, (now) => {
    waitForLock(platform, dice, now);
    setLink(platform.health, 'orders>postgres', { how: 'lock', share: 0.55 });
  });
  platform.sim.schedule(end, (now) => {
    flyway(now, 'Successfully applied 1 migration to schema "public", now at version v142');
    endPod(platform, dice, now + 900, pod);
    setLink(platform.health, 'orders>postgres');
  });
  return {
    culprit: 'orders-migrate',
    end,
    rootLines: [
      { name: 'migration', logType: 'dispatch/orders-migrate', contains: ['Migrating schema'] },
      { name: 'job', logType: 'k8s-events', contains: ['Successfully assigned dispatch/orders-migrate'] },
      { name: 'job started', logType: 'k8s-events', contains: ['container orders-migrate'] },
    ],
    symptomLines: [
      { name: 'waiting', logType: 'data/postgres', contains: ['still waiting for RowExclusiveLock'] },
      { name: 'lock timeout', logType: 'data/postgres', contains: ['due to lock timeout'] },
      symptoms.notStored,
      symptoms.requestFailed,
      symptoms.serverError,
    ],
  };
};

function waitForLock(platform: Platform, dice: Dice, at: number): void {
  const [primary] = platform.pods('postgres');
  if (primary === undefined) return;
  const process = 300 + dice.below(400);
  postgres(platform, at, primary, {
    process,
    user: 'orders',
    text: `LOG:  process ${String(process)} still waiting for RowExclusiveLock on relation 16455 of database 16384 after ${dice.between(1000, 1001).toFixed(3)} ms`,
  });
  postgres(platform, at + 4000, primary, {
    process,
    user: 'orders',
    text: 'ERROR:  canceling statement due to lock timeout',
  });
}

/** A job empties the cache instead of a few keys, and everybody asks the database at once. */
export const cacheStampede: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice);
  platform.sim.schedule(onset, (now) => {
    emptyCache(platform, dice, now);
  });
  platform.sim.schedule(onset + dice.between(8, 25) * SECOND, () => {
    platform.health.slow.set('price', 40).set('postgres', 25);
    setLink(platform.health, 'gateway>pricing', { how: 'timeout', share: 0.35 });
  });
  during(platform, dice, { start: onset + 12 * SECOND, end, gapSeconds: [2, 8] }, (now) => {
    const [primary] = platform.pods('postgres');
    if (primary !== undefined)
      postgres(platform, now, primary, {
        process: 300 + dice.below(400),
        user: 'pricing',
        text: `LOG:  duration: ${dice.between(2500, 9000).toFixed(3)} ms  execute <unnamed>: SELECT z.id, z.polygon, z.rates FROM zones z WHERE ST_Contains(z.polygon, $1)`,
      });
  });
  platform.sim.schedule(end, () => {
    platform.health.slow.delete('price');
    platform.health.slow.delete('postgres');
    setLink(platform.health, 'gateway>pricing');
  });
  return {
    culprit: 'zone-refresh',
    end,
    rootLines: [
      {
        name: 'everything invalidated',
        logType: 'dispatch/zone-refresh',
        contains: ['cache keys invalidated'],
        pattern: /\d{5} cache keys/,
      },
    ],
    symptomLines: [
      { name: 'slow statements', logType: 'data/postgres', contains: ['pricing@dispatch', 'duration:'] },
      symptoms.slowQuotes,
      { ...symptoms.upstreamFailed, name: 'pricing times out', contains: ['timeout of 3000ms exceeded'] },
      symptoms.serverError,
    ],
  };
};

function emptyCache(platform: Platform, dice: Dice, at: number): void {
  const pod = platform.createPod({
    workload: 'zone-refresh',
    namespace: 'dispatch',
    name: `zone-refresh-${String(29_000_000 + dice.below(1_000_000))}-${dice.suffix(5)}`,
    image: 'registry.parcelwing.example/zone-refresh:1.8.0',
    machine: dice.pick(platform.machines),
  });
  python(platform, at, pod, { logger: 'zone_refresh', text: 'reading zone polygons, revision 812' });
  python(platform, at + 2400, pod, {
    logger: 'zone_refresh',
    text: `${String(40_000 + dice.below(9000))} cache keys invalidated`,
  });
}

/** A job that is simply not started any more. */
export const jobStopped: Plant = (platform, dice, onset) => {
  const end = onset + lastingOf(dice) + 120 * SECOND;
  platform.sim.schedule(onset, () => {
    platform.health.payoutJob = 'stopped';
  });
  platform.sim.schedule(end, () => {
    platform.health.payoutJob = 'runs';
  });
  return {
    culprit: 'payout-batch',
    end,
    rootLines: [
      {
        name: 'not collected',
        logType: 'dispatch/payout-batch',
        contains: ['collecting payouts that are due'],
        occursWhenHealthy: true,
      },
      {
        name: 'not handed over',
        logType: 'dispatch/payout-batch',
        contains: ['batch handed to bank'],
        occursWhenHealthy: true,
      },
    ],
    symptomLines: [
      {
        name: 'no pod',
        logType: 'k8s-events',
        contains: ['dispatch/payout-batch-'],
        occursWhenHealthy: true,
      },
    ],
  };
};
