import type { RootCauseReport } from '@culprit/correlation';
import { toEpochMillis } from '@culprit/kernel';
import type { AnomalyBatch } from '@culprit/scoring';
import type { Source } from './detection/case.js';
import { runCase } from './detection/run-case.js';
import { ASKED } from './detection/soak.js';
import { findRealData } from './labelled-lines.js';
import { ordinaryLife } from './quiet/ordinary-life.js';
import { experimentLives, sampledLives } from './quiet/real-life.js';
import type { Claim, Row, Suite } from './suite.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const DEFAULT_RATE = 0.5;
const MADE_UP_HOURS = 48;
const FAST_HOURS = 12;

interface Life {
  readonly name: string;
  readonly isRecorded: boolean;
  open(): Source;
}

interface Quiet {
  readonly life: Life;
  readonly lines: number;
  /** Days in which a report counts: after two hours of learning, or after a third of a shorter log. */
  readonly days: number;
  readonly reportsByRate: ReadonlyMap<number, readonly RootCauseReport[]>;
}

/** Ordinary life in which nothing is known to break: how many reports are written a day, against how many were asked for. */
export const quietSuite: Suite = async ({ isFast, seeds, say }) => {
  const notes: string[] = [
    'Days are days of the log. Half a report is expected of a day at the default rate, and next to none of an hour.',
    'That nothing broke is known of the made-up lives and of the OpenStack rounds; of LogHub no fault is known.',
  ];
  const results: Quiet[] = [];
  for (const life of livesOf({ isFast, seeds }, notes)) {
    say(life.name);
    results.push(measure(life));
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  return {
    rows: results.map(rowOf),
    claims: [claimOf('recorded', results), claimOf('made up', results)],
    tables: [{ title: 'Reports at the default rate', rows: results.flatMap(toldOf) }],
    notes,
  };
};

function livesOf(
  { isFast, seeds }: { readonly isFast: boolean; readonly seeds: number },
  notes: string[],
): readonly Life[] {
  const recorded = [
    ...recordedLives('osfi', experimentLives, notes),
    ...recordedLives('loghub_2k', sampledLives, notes),
  ];
  const hours = isFast ? FAST_HOURS : MADE_UP_HOURS;
  const madeUp = Array.from({ length: seeds }, (_, index) => ({
    name: `made up, ${String(hours)} h, seed ${String(index + 1)}`,
    isRecorded: false,
    open: () => ordinaryLife({ seed: index + 1, hours }),
  }));
  return [...recorded, ...madeUp];
}

function recordedLives(
  name: string,
  list: (folder: string) => readonly Omit<Life, 'isRecorded'>[],
  notes: string[],
): readonly Life[] {
  const data = findRealData(name);
  if ('path' in data) return list(data.path).map((life) => ({ ...life, isRecorded: true }));
  notes.push(data.missing);
  return [];
}

function measure(life: Life): Quiet {
  let from = Infinity;
  let to = -Infinity;
  const watch = (batch: AnomalyBatch): AnomalyBatch => {
    for (const { firstSeen, lastSeen } of batch.activity) {
      from = Math.min(from, firstSeen);
      to = Math.max(to, lastSeen);
    }
    return batch;
  };
  const variants = ASKED.map((rate) => ({
    name: String(rate),
    options: { falseReportsPerDay: rate },
    ...(rate === DEFAULT_RATE ? { transform: watch } : {}),
  }));
  const { lines, reports } = runCase(life.open(), variants);
  const judgedFrom = from + Math.min(2 * HOUR, (to - from) / 3);
  const counted = ASKED.map((rate) => {
    const all = reports.get(String(rate)) ?? [];
    return [rate, all.filter(({ created }) => toEpochMillis(created) >= judgedFrom)] as const;
  });
  return { life, lines, days: (to - judgedFrom) / DAY, reportsByRate: new Map(counted) };
}

function rowOf({ life, lines, days, reportsByRate }: Quiet): Row {
  return {
    log: life.name,
    lines,
    days: days.toFixed(2),
    ...Object.fromEntries(
      ASKED.map((rate) => [`reports at ${String(rate)} a day`, reportsByRate.get(rate)?.length ?? 0]),
    ),
    'expected at the default': (days * DEFAULT_RATE).toFixed(2),
  };
}

function toldOf(quiet: Quiet): readonly Row[] {
  return defaultReports(quiet).map((report) => ({
    log: quiet.life.name,
    time: new Date(toEpochMillis(report.start)).toISOString().slice(0, 16),
    detector: report.detector,
    significance: report.significance,
    'log types': report.logTypes.length,
    title: report.title,
  }));
}

function claimOf(kind: 'recorded' | 'made up', results: readonly Quiet[]): Claim {
  const of = results.filter(({ life }) => life.isRecorded === (kind === 'recorded'));
  const loud = of.filter((one) => defaultReports(one).length > Math.max(1, 2 * DEFAULT_RATE * one.days));
  const count = of.reduce((sum, one) => sum + defaultReports(one).length, 0);
  const days = of.reduce((sum, one) => sum + one.days, 0);
  const names = loud.length > 0 ? `; more in ${loud.map(({ life }) => life.name).join(', ')}` : '';
  return {
    claim: `ordinary life, ${kind}: no log with more than twice the ${String(DEFAULT_RATE)} reports a day asked for, and one`,
    isMet: loud.length === 0,
    measured: `${String(count)} in ${days.toFixed(1)} days of ${String(of.length)} logs${names}`,
  };
}

function defaultReports({ reportsByRate }: Quiet): readonly RootCauseReport[] {
  return reportsByRate.get(DEFAULT_RATE) ?? [];
}
