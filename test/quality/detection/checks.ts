import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RootCauseReport } from '@culprit/correlation';
import { reportToJson } from '@culprit/correlation';
import type { FaultKind, VmFaultKind } from '@culprit/testkit';
import { createSockShopScenario, createVmScenario } from '@culprit/testkit';
import { analyze } from '../analysis.js';
import type { Row } from '../suite.js';
import type { DetectionCase, Source } from './case.js';
import type { Evaluation } from './evaluate.js';
import { CULPRIT, rightReport } from './evaluate.js';
import { runCase } from './run-case.js';
import { envelopeSource, fileSource, START } from './scenario-cases.js';

const MINUTE = 60_000;
const CORE_LIMIT = 15;
const FIRST_LEARN_MINUTES = 60;
const PAUSE_MINUTES = 100;
const SECOND_LEARN_MINUTES = 20;
const TAIL_MINUTES = 15;

/** What is wrong with the zoom levels of a report; empty when they nest. */
export function nestingFault(report: RootCauseReport): string {
  const core = new Set(report.coreEvents.map(({ eventId }) => eventId));
  const counts = report.relatedCounts;
  if (core.size !== report.coreEvents.length) return 'a core event comes twice';
  if (core.size > CORE_LIMIT) return `${String(core.size)} core events`;
  if (report.coreEvents.some(({ zoom }) => zoom !== 0)) return 'a core event has a zoom level';
  if (counts[1] < core.size || counts[2] < counts[1] || counts[3] < counts[2])
    return `levels of ${String(core.size)}, ${String(counts[1])}, ${String(counts[2])} and ${String(counts[3])} events`;
  const related = new Set(report.relatedEvents.map(({ eventId }) => eventId));
  if (related.size !== report.relatedEvents.length) return 'a related event comes twice';
  if (report.relatedEvents.some(({ eventId }) => core.has(eventId))) return 'a core event is related again';
  for (const level of [1, 2, 3] as const) {
    const shown = report.relatedEvents.filter(({ zoom }) => zoom <= level).length + core.size;
    if (shown > counts[level]) return `level ${String(level)} counts fewer events than it shows`;
  }
  return '';
}

/** True when two runs over a case publish the same bytes, and there is something to publish. */
export function isDeterministic(one: DetectionCase): boolean {
  const publish = (): string => {
    const { reports } = runCase(
      one.open(() => {}),
      [{ name: CULPRIT }],
    );
    return JSON.stringify((reports.get(CULPRIT) ?? []).map(reportToJson));
  };
  const first = publish();
  return first !== '[]' && first === publish();
}

/**
 * True when the command line, given the same files, publishes what the pure rooms published here: what is judged is what
 * people get.
 *
 * @param directory for the files, empty; left as it was
 */
export async function isAsCommandLine(one: DetectionCase, directory: string): Promise<boolean> {
  const source = one.open(() => {});
  const folder = join(directory, 'files');
  const lanes = source.lanes.map((lane) => ({ file: lane.file, blocks: [...lane.blocks] }));
  for (const { file, blocks } of lanes) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.concat(blocks));
    utimesSync(path, source.referenceMillis / 1000, source.referenceMillis / 1000);
  }
  const jsonPath = join(directory, 'command-line.json');
  const published = await analyze(folder, jsonPath);
  rmSync(folder, { recursive: true });
  const { reports } = runCase({ ...source, lanes }, [{ name: CULPRIT }]);
  const here: unknown = JSON.parse(JSON.stringify((reports.get(CULPRIT) ?? []).map(reportToJson)));
  return published.reports.length > 0 && isDeepStrictEqual(published.reports, here);
}

/** What a fault was called when it came twice in one environment. */
export interface Recurrence {
  readonly name: string;
  readonly reportedFirst: boolean;
  readonly reportedAgain: boolean;
  /** Both reports have the same incident type. */
  readonly isRecognised: boolean;
}

/** The same fault twice, an hour and forty minutes apart, in the Sock Shop. */
export function shopRecurrence(fault: FaultKind, seed: number, eventsPerHour: number): Recurrence {
  const [first, second] = ([0, 1] as const).map((turn) =>
    createSockShopScenario({ fault, seed, eventsPerHour, tailMinutes: TAIL_MINUTES, ...timesOf(turn) }),
  );
  if (first === undefined || second === undefined) throw new Error('two scenarios were asked for');
  const source = envelopeSource(
    (function* () {
      yield* first.lines();
      yield* second.lines();
    })(),
    () => {},
  );
  return judgeRecurrence(`shop ${fault}`, source, [first.groundTruth, second.groundTruth]);
}

/** The same fault twice on the virtual machines. */
export function estateRecurrence(fault: VmFaultKind, seed: number, linesPerHour: number): Recurrence {
  const [first, second] = ([0, 1] as const).map((turn) =>
    createVmScenario({ fault, seed, linesPerHour, tailMinutes: TAIL_MINUTES, ...timesOf(turn) }),
  );
  if (first === undefined || second === undefined) throw new Error('two scenarios were asked for');
  const source = fileSource(
    (function* () {
      yield* first.lines();
      yield* second.lines();
    })(),
    () => {},
  );
  return judgeRecurrence(`estate ${fault}`, source, [first.groundTruth, second.groundTruth]);
}

function timesOf(turn: 0 | 1): { readonly startTime: typeof START; readonly learnMinutes: number } {
  if (turn === 0) return { startTime: START, learnMinutes: FIRST_LEARN_MINUTES };
  return {
    startTime: (START + (FIRST_LEARN_MINUTES + TAIL_MINUTES) * MINUTE) as typeof START,
    learnMinutes: PAUSE_MINUTES - SECOND_LEARN_MINUTES,
  };
}

interface Stretch {
  readonly onset: number;
  readonly end: number;
}

function judgeRecurrence(name: string, source: Source, times: readonly Stretch[]): Recurrence {
  const reports = runCase(source, [{ name: CULPRIT }]).reports.get(CULPRIT) ?? [];
  const [first = [], second = []] = times.map(({ onset, end }) =>
    reports.filter((report) => {
      const created = Number(report.created / 1_000_000n);
      return created >= onset && created <= end + 10 * MINUTE;
    }),
  );
  const types = new Set(first.map(({ incidentType }) => incidentType));
  return {
    name,
    reportedFirst: first.length > 0,
    reportedAgain: second.length > 0,
    isRecognised: second.some(({ incidentType }) => types.has(incidentType)),
  };
}

/** Pairs of different kinds of fault in one application whose reports were given the same incident type. */
export function confusedKinds(evaluations: readonly Evaluation[]): readonly Row[] {
  const kindsByType = new Map<string, Set<string>>();
  for (const evaluation of evaluations) {
    const report = rightReport(evaluation);
    if (report === undefined) continue;
    const key = `${evaluation.case.family} ${report.incidentType}`;
    kindsByType.set(key, (kindsByType.get(key) ?? new Set()).add(evaluation.case.kind));
  }
  return [...kindsByType]
    .filter(([, kinds]) => kinds.size > 1)
    .map(([type, kinds]) => ({ 'incident type': type, kinds: [...kinds].join(', ') }));
}
