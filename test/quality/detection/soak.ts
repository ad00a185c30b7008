import type { RootCauseReport } from '@culprit/correlation';
import { toEpochMillis, toEpochNanos } from '@culprit/kernel';
import type { Decoy } from '@culprit/testkit';
import { createSoakScenario, createVmScenario } from '@culprit/testkit';
import type { Row } from '../suite.js';
import type { Source } from './case.js';
import type { CaseResult, Variant } from './run-case.js';
import { runCase } from './run-case.js';
import { envelopeSource, fileSource } from './scenario-cases.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Two hours of learning count for nothing. */
const LEARN_MS = 120 * MINUTE;
/** A benign event explains a report that begins up to this long after it. */
const EXPLAINS_MS = 10 * MINUTE;
const EARLY_MS = MINUTE;
const FREQUENT_A_DAY = 40;
/** A Monday. */
const MONDAY = toEpochMillis(toEpochNanos(Date.UTC(2026, 2, 2)));
/** What people may ask for, reports a day; the middle one is the default. */
export const ASKED = [0.1, 0.3, 0.5, 1, 3] as const;
/** Factor by which what is observed may depart from what was asked. */
const FACTOR = 2;

/** Days without a fault. */
export interface Soak {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly decoys: readonly Decoy[];
  open(): Source;
}

/** How a soak went. */
export interface SoakResult {
  readonly name: string;
  readonly lines: number;
  readonly days: number;
  /** One row for each rate that was asked for. */
  readonly calibration: readonly Row[];
  /** Every report at the default rate, with the benign event it probably tells of. */
  readonly falseReports: readonly Row[];
  /** Observed a day, by what was asked. */
  readonly observed: ReadonlyMap<number, number>;
}

/** Nightly jobs, releases, drains and daylight in the Sock Shop. */
export function shopSoak(days: number, seed: number): Soak {
  const scenario = createSoakScenario({ seed, startTime: MONDAY, days, eventsPerHour: 12_000 });
  return {
    name: `shop, ${String(days)} days, seed ${String(seed)}`,
    start: scenario.start,
    end: scenario.end,
    decoys: scenario.groundTruth.decoys,
    open: () => envelopeSource(scenario.lines(), () => {}),
  };
}

/** Quiet days on the virtual machines: backups every half hour, restarts, password storms. */
export function estateSoak(days: number, seed: number): Soak {
  const scenario = createVmScenario({
    fault: 'none',
    seed,
    startTime: MONDAY,
    linesPerHour: 8000,
    learnMinutes: days * 1440 - 60,
    tailMinutes: 60,
  });
  return {
    name: `estate, ${String(days)} days, seed ${String(seed)}`,
    start: scenario.start,
    end: scenario.end,
    decoys: scenario.groundTruth.decoys,
    open: () => fileSource(scenario.lines(), () => {}),
  };
}

/** Runs a soak once, with one correlator for every rate that may be asked for. */
export function runSoak(soak: Soak): SoakResult {
  const variants = ASKED.map((rate): Variant => ({
    name: String(rate),
    options: { falseReportsPerDay: rate },
  }));
  const result = runCase(soak.open(), variants);
  const days = (soak.end - soak.start - LEARN_MS) / DAY;
  const counted = ASKED.map((asked) => ({ asked, reports: countedReports(soak, result, asked) }));
  return {
    name: soak.name,
    lines: result.lines,
    days,
    observed: new Map(counted.map(({ asked, reports }) => [asked, reports.length / days])),
    calibration: counted.map(({ asked, reports }) => {
      const first = reports.filter(({ created }) => toEpochMillis(created) < soak.start + DAY).length;
      return {
        soak: soak.name,
        'asked a day': asked,
        'observed a day': (reports.length / days).toFixed(2),
        reports: reports.length,
        'of them on the first day': first,
        'a day after the first': ((reports.length - first) / (days - 1 + LEARN_MS / DAY)).toFixed(2),
        high: reports.filter(({ significance }) => significance === 'high').length,
      };
    }),
    falseReports: (counted.find(({ asked }) => asked === 0.5)?.reports ?? []).map((report) => ({
      soak: soak.name,
      time: new Date(toEpochMillis(report.start)).toISOString().slice(0, 16),
      detector: report.detector,
      significance: report.significance,
      title: report.title,
      'benign event before it': explanation(soak, report),
    })),
  };
}

/** True when what was observed lies within a factor of two of what was asked, or one report makes the difference. */
export function isWithinFactor(asked: number, observed: number, days: number): boolean {
  const expected = asked * days;
  const count = observed * days;
  return (
    count <= Math.max(expected * FACTOR, expected + 1) && count >= Math.min(expected / FACTOR, expected - 1)
  );
}

function countedReports(soak: Soak, { reports }: CaseResult, asked: number): readonly RootCauseReport[] {
  return (reports.get(String(asked)) ?? []).filter(
    ({ created }) => toEpochMillis(created) >= soak.start + LEARN_MS,
  );
}

/** Benign events shortly before a report; what comes many times a day explains nothing. */
function explanation({ decoys, start: begin, end }: Soak, report: RootCauseReport): string {
  const start = toEpochMillis(report.start);
  const often = (FREQUENT_A_DAY * (end - begin)) / DAY;
  const near = decoys.filter(
    ({ at, description }) =>
      at - EARLY_MS <= start &&
      start - at <= EXPLAINS_MS &&
      decoys.filter((other) => other.description === description).length <= often,
  );
  return near.map(({ description }) => description).join('; ') || '–';
}
