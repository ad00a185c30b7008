import type { EpochMillis } from '@culprit/kernel';
import type { GroundTruth } from '../scenario.js';
import { makeChange, planDailyLife } from './changes.js';
import { startClusterChatter } from './cluster-chatter.js';
import type {
  DispatchFaultKind,
  DispatchLine,
  DispatchOptions,
  DispatchScenario,
} from './dispatch-scenario.js';
import { faultByKind } from './faults/faults.js';
import { startFleet } from './fleet.js';
import { startJobs } from './jobs.js';
import { startJourneys } from './journeys.js';
import { Platform } from './platform.js';
import { startStores } from './stores.js';

const FULL_RATE = 400_000;
const MINUTE = 60_000;

/**
 * A company that sends couriers, on four machines of a Kubernetes cluster in two zones: Envoy, services in Node.js, Java,
 * Go and Python, PostgreSQL, Redis, Kafka, RabbitMQ, jobs, the parts of Kubernetes and the journals of the machines, as
 * Vector sends them. One fault, one benign change, or neither. O(1) memory in the number of lines.
 */
export function createDispatchScenario(options: DispatchOptions): DispatchScenario {
  const { groundTruth, end } = build(options);
  return {
    start: options.startTime,
    end: end as EpochMillis,
    groundTruth,
    *lines(): Generator<DispatchLine> {
      yield* build(options).platform.sim.run(end);
    },
  };
}

function build(options: DispatchOptions): {
  readonly platform: Platform;
  readonly end: number;
  readonly groundTruth: GroundTruth<DispatchFaultKind>;
} {
  const { seed, startTime, learnMinutes, tailMinutes = 20, fault: kind, change } = options;
  const load = (options.linesPerHour ?? FULL_RATE) / FULL_RATE;
  const platform = new Platform({ seed, start: startTime, load });
  const dice = platform.dice('fault');
  const onset = startTime + learnMinutes * MINUTE + Math.floor(dice.between(0, 30_000));
  const end = startTime + (learnMinutes + tailMinutes) * MINUTE;
  startJourneys(platform);
  startFleet(platform);
  startStores(platform);
  startClusterChatter(platform);
  startJobs(platform);
  const decoys = planDailyLife(platform, { start: startTime, onset, end });
  const planted = kind === 'none' ? undefined : faultByKind[kind](platform, dice, onset);
  const made = change === undefined ? [] : [makeChange(platform, platform.dice('change'), onset, change)];
  return {
    platform,
    end,
    groundTruth: {
      fault: kind,
      onset: (planted === undefined ? end : onset) as EpochMillis,
      end: Math.floor(planted?.end ?? end) as EpochMillis,
      culprit: planted?.culprit ?? '',
      rootLines: planted?.rootLines ?? [],
      symptomLines: planted?.symptomLines ?? [],
      decoys: [...decoys, ...made].toSorted((a, b) => a.at - b.at),
    },
  };
}
