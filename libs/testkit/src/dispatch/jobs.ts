import type { Dice } from '../dice.js';
import { endPod, startPod } from './cluster.js';
import { python } from './formats.js';
import type { Platform, Pod } from './platform.js';

const SECOND = 1000;
const MINUTE = 60_000;

/** Scheduled jobs, each run in a pod of its own. */
export function startJobs(platform: Platform): void {
  schedule(platform, { name: 'payout-batch', everyMillis: 2 * MINUTE, work: payOut });
  schedule(platform, { name: 'zone-refresh', everyMillis: 5 * MINUTE, work: refreshZones });
  schedule(platform, { name: 'db-backup', everyMillis: 60 * MINUTE, work: backUp });
}

interface JobRun {
  readonly platform: Platform;
  readonly dice: Dice;
  readonly pod: Pod;
}

/** Writes what a job does and returns when it is done. */
type Work = (run: JobRun, at: number) => number;

function schedule(
  platform: Platform,
  job: { readonly name: string; readonly everyMillis: number; readonly work: Work },
): void {
  const dice = platform.dice(`job/${job.name}`);
  platform.tick(dice, job.everyMillis, (now) => {
    if (job.name === 'payout-batch' && platform.health.payoutJob === 'stopped') return;
    runJob(platform, dice, now, { name: job.name, work: job.work });
  });
}

/** Runs a job once. */
export function runJob(
  platform: Platform,
  dice: Dice,
  at: number,
  job: { readonly name: string; readonly work: Work },
): void {
  const namespace = job.name === 'db-backup' ? 'data' : 'dispatch';
  const pod = platform.createPod({
    workload: job.name,
    namespace,
    name: `${job.name}-${String(29_000_000 + (Math.floor(at / MINUTE) % 1_000_000))}-${dice.suffix(5)}`,
    image: `registry.parcelwing.example/${job.name}:1.8.0`,
    machine: dice.pick(platform.machines),
  });
  const running = startPod(platform, dice, at, pod);
  endPod(platform, dice, job.work({ platform, dice, pod }, running + 600) + 300, pod);
}

function payOut({ platform, dice, pod }: JobRun, at: number): number {
  const say = (time: number, text: string): void => {
    python(platform, time, pod, { logger: 'payout_batch', text });
  };
  const transfers = 4 + dice.below(20);
  const done = at + dice.between(2, 9) * SECOND;
  say(at, 'collecting payouts that are due');
  say(
    at + 700,
    `batch pb-${dice.hex(8)}: ${String(transfers)} transfers, ${(transfers * 6.3).toFixed(2)} EUR`,
  );
  say(done, `batch handed to bank in ${((done - at) / SECOND).toFixed(2)} s`);
  return done;
}

function refreshZones({ platform, dice, pod }: JobRun, at: number): number {
  python(platform, at, pod, { logger: 'zone_refresh', text: 'reading zone polygons, revision 811' });
  python(platform, at + 2200, pod, {
    logger: 'zone_refresh',
    text: `${String(8 + dice.below(60))} cache keys invalidated`,
  });
  return at + 2300;
}

/** A base backup, which is the same whether it is due or asked for. */
export function backUp({ platform, dice, pod }: JobRun, at: number): number {
  const took = dice.between(70, 140) * SECOND;
  python(platform, at, pod, {
    logger: 'backup',
    text: 'pg_basebackup: starting base backup, waiting for checkpoint',
  });
  for (const part of [0.25, 0.5, 0.75, 1])
    python(platform, at + took * part, pod, {
      logger: 'backup',
      text: `${String(Math.round(41_200 * part))}/41200 MB (${String(part * 100)}%), 1/1 tablespace`,
    });
  python(platform, at + took + 900, pod, {
    logger: 'backup',
    text: `uploaded s3://parcelwing-backup/pg/${platform.time.isoSeconds(at).slice(0, 10)}/${dice.hex(8)}.tar.zst, sha256 ${dice.hex(64)}`,
  });
  return at + took + 1000;
}
