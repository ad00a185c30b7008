import { goError } from './failure-words.js';
import { slog } from './formats.js';
import { failureOf } from './health.js';
import { zones } from './journeys.js';
import { peers } from './peers.js';
import type { Platform } from './platform.js';
import { reportPosition } from './requests.js';

const POSITION_GAP_MS = 33;
const FLUSH_MS = 15_000;

/** Couriers report where they are; location writes the positions on in batches. */
export function startFleet(platform: Platform): void {
  const dice = platform.dice('fleet');
  const next = (now: number): void => {
    reportPosition(platform, dice, now);
    platform.sim.schedule(now + 1 + dice.gap(POSITION_GAP_MS / platform.load.at(now)), next);
  };
  platform.sim.schedule(platform.sim.now + 300, next);
  for (const zone of zones) startZone(platform, zone);
}

function startZone(platform: Platform, zone: string): void {
  const dice = platform.dice(`fleet/${zone}`);
  platform.tick(dice, FLUSH_MS, (now) => {
    if (platform.health.positions === 'stalled') return;
    const pod = platform.pod('location', dice);
    const how =
      failureOf(platform.health, 'location>redis', dice) ??
      failureOf(platform.health, 'location>kafka', dice);
    if (how !== undefined) {
      const error = goError(
        how,
        how === 'no-space' ? { ...peers.kafka, host: 'location' } : peers.redis,
        dice,
      );
      slog(platform, now, pod, {
        level: 'ERROR',
        msg: 'batch lost',
        pairs: `zone=${zone} positions=${String(60 + dice.below(200))} err=${JSON.stringify(error)}`,
      });
      return;
    }
    slog(platform, now, pod, {
      msg: 'batch flushed',
      pairs: `zone=${zone} positions=${String(60 + dice.below(200))} dur=${dice.between(8, 30).toFixed(1)}ms`,
    });
  });
  platform.every(dice, 700_000, (now) => {
    slog(platform, now, platform.pod('location', dice), {
      level: 'WARN',
      msg: 'position discarded',
      pairs: `zone=${zone} courier=cr_${dice.hex(6)} reason="speed above limit" kmh=${dice.between(90, 240).toFixed(0)}`,
    });
  });
}
