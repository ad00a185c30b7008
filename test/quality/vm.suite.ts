import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { matchesLine, vmFaultKinds } from '@culprit/testkit';
import type { GroundTruth, VmFaultKind } from '@culprit/testkit';
import type { AnalysisResult } from './analysis.js';
import { analyze, overlaps } from './analysis.js';
import { AFTERMATH_MS, judge } from './judge.js';
import { keywordBaseline } from './labelled-lines.js';
import type { Claim, Row, Suite } from './suite.js';
import { countTrue, oneDecimal, quantile, sum } from './suite.js';
import { writeVmFiles, type VmRequest } from './vm-files.js';

const TAIL_MINUTES = 15;
const CONTROL_TAIL_MINUTES = 60;

/**
 * A system nobody developed on: a web shop on virtual machines, as a directory of files. Every fault after a quarter of
 * an hour and after an hour of learning, and an uneventful day. Held out as a whole.
 */
export const vmSuite: Suite = async (options) => {
  const seeds = options.isFast ? 1 : Math.min(options.seeds, 2);
  const rows: Row[] = [];
  const measure = async (request: VmRequest): Promise<void> => {
    const name = `${request.fault} ${String(request.learnMinutes)}/${String(request.seed)}`;
    options.say(name);
    const path = join(options.directory, 'files');
    const { scenario, during } = writeVmFiles(path, request);
    const result = await analyze(path, join(options.directory, 'report.json'));
    rmSync(path, { recursive: true });
    const row = { scenario: name, lines: result.input.lines, types: result.input.logTypes };
    rows.push({ ...row, ...rowOf(result, scenario, during) });
  };
  for (const learnMinutes of options.isFast ? [15] : [15, 60]) {
    for (let seed = 1; seed <= seeds; seed++) {
      for (const fault of vmFaultKinds)
        await measure({ fault, seed, learnMinutes, tailMinutes: TAIL_MINUTES });
      await measure({ fault: 'none', seed, learnMinutes, tailMinutes: CONTROL_TAIL_MINUTES });
    }
  }
  return { rows, claims: claimsOf(rows), notes: [] };
};

type Written = ReturnType<typeof writeVmFiles>;

function rowOf(result: AnalysisResult, scenario: Written['scenario'], during: Written['during']): Row {
  const truth = scenario.groundTruth;
  const verdict = judge(result, truth, scenario.start);
  const errors = {
    reports: result.reports.length,
    false: verdict.falseReports,
    'high false': verdict.highFalseReports,
  };
  if (truth.fault === 'none') return errors;
  return {
    detected: isSeen(result, truth),
    named: verdict.isDetected,
    root: verdict.rootsInCore.length > 0,
    'root is cause': verdict.causes.length > 0,
    'B0 root': baselineFindsRoot(truth, during),
    'roots in core': verdict.rootsInCore.join(', '),
    core: verdict.coreSize,
    minutes: oneDecimal(verdict.minutesToDetect),
    ...errors,
  };
}

/** True when a report overlaps the fault or its aftermath and was written after the onset, whatever it says. */
function isSeen({ reports }: AnalysisResult, { onset, end }: GroundTruth<VmFaultKind>): boolean {
  const span = { from: onset, to: end + AFTERMATH_MS };
  return reports.some((report) => overlaps(report, span) && Date.parse(report.created) >= onset);
}

function baselineFindsRoot(truth: GroundTruth<VmFaultKind>, during: Written['during']): boolean {
  const hits = keywordBaseline(during, truth.onset, truth.end);
  return truth.rootLines.some((matcher) => hits.some((hit) => matchesLine(matcher, hit.message)));
}

function claimsOf(rows: readonly Row[]): readonly Claim[] {
  const faults = rows.filter((row) => row['detected'] !== undefined);
  const controls = rows.filter((row) => row['detected'] === undefined);
  const atLeast = (claim: string, column: string, share: number): Claim => ({
    claim,
    isMet: countTrue(faults, column) >= share * faults.length,
    measured: `${String(countTrue(faults, column))} of ${String(faults.length)}`,
  });
  const half = quantile(
    faults.map((row) => Number(row['minutes'])),
    0.5,
  );
  return [
    atLeast('detected in at least 9 of 10', 'detected', 0.9),
    atLeast('a root line in the core in at least 3 of 4', 'root', 0.75),
    atLeast(
      'more root lines found than by searching for error words',
      'root',
      countTrue(faults, 'B0 root') / faults.length,
    ),
    atLeast('a root line named as the cause in at least half', 'root is cause', 0.5),
    { claim: 'half of them within 3 minutes', isMet: half <= 3, measured: `${oneDecimal(half)} min` },
    none('no false report beside a fault', faults, 'false'),
    none('no false report in a control', controls, 'false'),
    none('no report of high significance in a control', controls, 'high false'),
  ];
}

/** The statement that a column counts nothing. */
function none(claim: string, rows: readonly Row[], column: string): Claim {
  const count = sum(rows, column);
  return { claim, isMet: count === 0, measured: `${String(count)} in ${String(rows.length)} runs` };
}
