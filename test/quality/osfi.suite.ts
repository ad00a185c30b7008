import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnalysisResult, Report } from './analysis.js';
import { analyze, coreBodies, minutesUntil, overlaps } from './analysis.js';
import { findRealData, keywordBaseline, readLines } from './labelled-lines.js';
import type { Row, Suite, SuiteOptions } from './suite.js';
import { countTrue, oneDecimal, quantile, sum } from './suite.js';

interface Label {
  readonly campaign: string;
  readonly test: string;
  /** Path of the mutated source file inside its package, for example `/nova/compute/manager.py`. */
  readonly component: string;
  /** First activation of the fault; null where the instrumentation did not see one. */
  readonly t0: string | null;
  readonly t1: string;
  readonly rounds: { readonly '1': readonly [from: string, to: string] };
  readonly user_errors: readonly { readonly ts: string }[];
}

/** 19 OpenStack experiments: a fault-free round, then a software fault in Cinder, Neutron or Nova. */
export const osfiSuite: Suite = async (options) => {
  const data = findRealData('osfi');
  if ('missing' in data) return { rows: [], claims: [], notes: [data.missing] };
  const names = readdirSync(data.path)
    .filter((name) => name.endsWith('.labels.json'))
    .map((name) => name.replace('.labels.json', ''))
    .toSorted();
  const rows: Row[] = [];
  for (const name of options.isFast ? names.slice(0, 6) : names)
    rows.push(await judgeExperiment(options, join(data.path, name)));
  const minutes = rows.map((row) => Number(row['minutes']));
  const falsePerRound = sum(rows, 'false') / rows.length;
  const of = `of ${String(rows.length)}`;
  return {
    rows,
    claims: [
      {
        claim: 'detected in at least 12 of 19',
        isMet: countTrue(rows, 'detected') / rows.length >= 12 / 19,
        measured: `${String(countTrue(rows, 'detected'))} ${of}`,
      },
      {
        claim: 'at most 1 false report per fault-free round, on average',
        isMet: falsePerRound <= 1,
        measured: falsePerRound.toFixed(2),
      },
      {
        claim: 'half of them within 3 minutes',
        isMet: quantile(minutes, 0.5) <= 3,
        measured: `${oneDecimal(quantile(minutes, 0.5))} min`,
      },
      {
        claim: 'the mutated file is in the core more often than in the first 15 error events',
        isMet: countTrue(rows, 'file') > countTrue(rows, 'B0 file'),
        measured: `${String(countTrue(rows, 'file'))} against ${String(countTrue(rows, 'B0 file'))} ${of}; by its path ${String(countTrue(rows, 'path'))} against ${String(countTrue(rows, 'B0 path'))}`,
      },
    ],
    notes: [
      'B0 reads the first 15 events with an error word after the onset: it is told when the fault began.',
      '"file" is the base name of the mutated file in a core body, which another file may share; "path" is its path or module name.',
      'Ten minutes of history are far less than Culprit asks for.',
    ],
  };
};

async function judgeExperiment(options: SuiteOptions, base: string): Promise<Row> {
  const label = JSON.parse(readFileSync(`${base}.labels.json`, 'utf8')) as Label;
  const name = `${label.campaign} ${label.test.replace('Test_', '')}`;
  options.say(`OpenStack ${name}`);
  const result = await analyze(`${base}.ndjson.gz`, join(options.directory, 'report.json'));
  const from = onsetOf(label);
  const to = Date.parse(label.t1);
  const right = rightReports(result, from, to);
  const bodies = right.flatMap((report) => coreBodies(report));
  const baseline = keywordBaseline(readLines(`${base}.ndjson.gz`), from, to).map((line) => line.message);
  return {
    experiment: name,
    lines: result.input.lines,
    detected: right.length > 0,
    minutes: oneDecimal(Math.min(...right.map((report) => minutesUntil(report, from)), Infinity)),
    core: right[0]?.coreEvents.length ?? 0,
    file: namesFile(bodies, label.component),
    path: namesPath(bodies, label.component),
    'B0 file': namesFile(baseline, label.component),
    'B0 path': namesPath(baseline, label.component),
    reports: right.length,
    false: result.reports.filter(
      (report) => Date.parse(report.end) < from || Date.parse(report.created) < from,
    ).length,
  };
}

/** The activation, or the first failure a user saw where that is known to be earlier, or the start of the faulty round. */
function onsetOf(label: Label): number {
  const known = [label.t0, ...label.user_errors.map((error) => error.ts)].filter((text) => text !== null);
  return Math.min(...(known.length === 0 ? [label.rounds[1][0]] : known).map((text) => Date.parse(text)));
}

function rightReports(result: AnalysisResult, from: number, to: number): readonly Report[] {
  return result.reports.filter(
    (report) => overlaps(report, { from, to }) && Date.parse(report.created) >= from,
  );
}

function namesFile(texts: readonly string[], component: string): boolean {
  const file = component.slice(component.lastIndexOf('/') + 1);
  return texts.some((text) => text.includes(`/${file}`));
}

function namesPath(texts: readonly string[], component: string): boolean {
  const path = component.slice(1);
  const module = path.replace(/\.py$/, '').replaceAll('/', '.');
  return texts.some((text) => text.includes(path) || text.includes(`${module} `));
}
