import type { EpochMillis } from '@culprit/kernel';
import type { GroundTruth } from '../scenario.js';
import { planDailyLife } from './daily-life.js';
import { startDatabases } from './databases.js';
import { Estate } from './estate.js';
import { faultByKind } from './faults/faults.js';
import { startMachines } from './machines.js';
import { startBatch } from './orders.js';
import type { VmFaultKind, VmLine, VmScenario } from './vm-scenario.js';
import { startVisitors } from './web.js';

/** What a virtual machine scenario is made from. */
export interface VmOptions {
  /** Any integer; the same seed gives the same bytes. */
  readonly seed: number;
  readonly startTime: EpochMillis;
  /** Minutes before the fault's onset, > 0. A control of the same seed has its benign events at the same times. */
  readonly learnMinutes: number;
  readonly fault: VmFaultKind | 'none';
  /** Minutes from the onset to the end of the logs, > 0; default 15. */
  readonly tailMinutes?: number;
  /** Load in lines per hour, about; default 300,000. Chatter that does not depend on load stays as it is. */
  readonly linesPerHour?: number;
}

const FULL_RATE = 300_000;
const MINUTE = 60_000;

/**
 * A web shop on eleven virtual machines, without containers: balancers, Django with its workers, a Go service, a Java
 * batch program, PostgreSQL with a replica, Redis, RabbitMQ, and what every machine writes. One fault or none.
 * O(1) memory in the number of lines.
 */
export function createVmScenario(options: VmOptions): VmScenario {
  const { groundTruth, end } = build(options);
  return {
    start: options.startTime,
    end: end as EpochMillis,
    groundTruth,
    *lines(): Generator<VmLine> {
      yield* build(options).estate.sim.run(end);
    },
  };
}

function build(options: VmOptions): {
  readonly estate: Estate;
  readonly end: number;
  readonly groundTruth: GroundTruth<VmFaultKind>;
} {
  const { seed, startTime, learnMinutes, tailMinutes = 15, fault: kind } = options;
  const load = (options.linesPerHour ?? FULL_RATE) / FULL_RATE;
  const rotateAt = startTime + learnMinutes * MINUTE * 0.45;
  const estate = new Estate({ seed, start: startTime, load, rotateAt });
  const dice = estate.dice('fault');
  const onset = startTime + learnMinutes * MINUTE + Math.floor(dice.between(0, 30_000));
  const end = startTime + (learnMinutes + tailMinutes) * MINUTE;
  startVisitors(estate);
  startBatch(estate);
  startDatabases(estate);
  startMachines(estate);
  const decoys = planDailyLife(estate, { start: startTime, end, onset, rotateAt });
  const planted = kind === 'none' ? undefined : faultByKind[kind](estate, dice, onset);
  return {
    estate,
    end,
    groundTruth: {
      fault: kind,
      onset: (planted === undefined ? end : onset) as EpochMillis,
      end: (planted?.end ?? end) as EpochMillis,
      culprit: planted?.culprit ?? '',
      rootLines: planted?.rootLines ?? [],
      symptomLines: planted?.symptomLines ?? [],
      decoys,
    },
  };
}
