import type { EpochMillis } from '@culprit/kernel';
import type { Decoy, GroundTruth } from '../scenario.js';
import type { VmLine } from '../vm-estate/vm-scenario.js';
import { startChatter } from './chatter.js';
import type { HostName } from './farm.js';
import { Farm, files } from './farm.js';
import type { BatchFaultKind } from './faults.js';
import { faultByKind } from './faults.js';
import { startRuns } from './runs.js';

/** What a batch scenario is made from. */
export interface BatchOptions {
  /** Any integer; the same seed gives the same bytes. */
  readonly seed: number;
  readonly startTime: EpochMillis;
  /** Minutes before the fault's onset, > 0. */
  readonly learnMinutes: number;
  readonly fault: BatchFaultKind | 'none';
  /** Minutes from the onset to the end of the logs; default 25, because a run comes every five minutes. */
  readonly tailMinutes?: number;
}

/** Log files of a farm with a known answer. */
export interface BatchScenario {
  readonly start: EpochMillis;
  readonly end: EpochMillis;
  readonly groundTruth: GroundTruth<BatchFaultKind>;
  /** The lines of all files in order of writing. Each call starts the same sequence from its beginning. */
  lines(): Generator<VmLine>;
}

const MINUTE = 60_000;
const SERVICES = [
  ['etl1', 'ingestd'],
  ['etl2', 'feature-builder'],
  ['store1', 'objectd'],
] as const;

/**
 * A pipeline that trains a model every five minutes on five bare machines, and serves it: JSON, key and value pairs, plain
 * text and journals, about 5,000 lines an hour. One fault or none. O(1) memory in the number of lines.
 */
export function createBatchScenario(options: BatchOptions): BatchScenario {
  const { groundTruth, end } = build(options);
  return {
    start: options.startTime,
    end: end as EpochMillis,
    groundTruth,
    *lines(): Generator<VmLine> {
      yield* build(options).farm.sim.run(end);
    },
  };
}

function build({ seed, startTime, learnMinutes, tailMinutes = 25, fault: kind }: BatchOptions): {
  readonly farm: Farm;
  readonly end: number;
  readonly groundTruth: GroundTruth<BatchFaultKind>;
} {
  const farm = new Farm(seed, startTime);
  const dice = farm.dice('fault');
  const onset = startTime + learnMinutes * MINUTE + Math.floor(dice.between(0, 30_000));
  const end = startTime + (learnMinutes + tailMinutes) * MINUTE;
  startRuns(farm);
  startChatter(farm);
  const decoys = planRestarts(farm, startTime, onset);
  const planted = kind === 'none' ? undefined : faultByKind[kind](farm, dice, onset);
  return {
    farm,
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

/** A planned restart in the learning time and one a few minutes before the onset. */
function planRestarts(farm: Farm, start: number, onset: number): readonly Decoy[] {
  const dice = farm.dice('restarts');
  return [start + (onset - start) * dice.between(0.3, 0.5), onset - dice.between(7, 9) * MINUTE].map((at) => {
    const [host, service] = dice.pick<(typeof SERVICES)[number]>(SERVICES);
    farm.sim.schedule(at, (now) => {
      restart(farm, now, host, service);
    });
    return {
      at: Math.floor(at) as EpochMillis,
      description: `planned restart of ${service}`,
      whyNot: 'a new release that works',
    };
  });
}

function restart(farm: Farm, at: number, host: HostName, service: string): void {
  farm.journal(at, host, 'systemd[1]', `Stopping ${service}.service...`);
  farm.journal(at + 900, host, 'systemd[1]', `Stopped ${service}.service.`);
  farm.journal(at + 1100, host, 'systemd[1]', `Started ${service}.service.`);
  if (service === 'ingestd')
    farm.logfmt(at + 1500, files.fetch, 'info', 'component=main msg="starting" version=3.4.1');
  else if (service === 'objectd')
    farm.bracketed(at + 1500, files.store, 'info', 'objectd 3.4.1 listening on :9000');
  else farm.plain(at + 1500, files.features, 'INFO', 'main', 'feature-builder 3.4.1 ready');
}
