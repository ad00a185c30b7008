import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './analysis.js';
import { analyze, overlaps } from './analysis.js';
import { findRealData, keywordBaseline, readLines } from './labelled-lines.js';
import type { Claim, Row, Suite } from './suite.js';
import { countTrue } from './suite.js';

interface Label {
  readonly t0: string;
  readonly t1: string;
  readonly service: string;
  readonly type: string;
}

/** Faults follow each other within minutes; a report may come a little after the end of its own. */
const AFTERMATH_MS = 60_000;
const CODE_FAULTS = ['return', 'exception'];

/** Train-Ticket on 2023-01-29: 28 faults in islands of a few minutes; which service does a report point at first? */
export const nezhaSuite: Suite = async (options) => {
  const data = findRealData('nezha_tt');
  if ('missing' in data) return { rows: [], claims: [], notes: [data.missing] };
  options.say('Train-Ticket, one day');
  const logs = join(data.path, 'nezha-tt-2023-01-29.ndjson.gz');
  const labels = JSON.parse(
    readFileSync(join(data.path, 'nezha-tt-2023-01-29.labels.json'), 'utf8'),
  ) as readonly Label[];
  const result = await analyze(logs, join(options.directory, 'report.json'));
  const lines = readLines(logs);
  const claimed = new Set<Report>();
  const rows = labels.map((label): Row => {
    const from = Date.parse(label.t0);
    const to = Date.parse(label.t1);
    const right = result.reports.filter(
      (report) => overlaps(report, { from, to: to + AFTERMATH_MS }) && Date.parse(report.created) >= from,
    );
    for (const report of right) claimed.add(report);
    const rank = rankOf(servicesInOrder(right), label.service);
    const baselineRank = rankOf(
      unique(keywordBaseline(lines, from, to).map((line) => line.service)),
      label.service,
    );
    return {
      fault: `${label.t0.slice(11, 19)} ${label.type}`,
      service: label.service,
      detected: right.length > 0,
      rank: rank ?? '-',
      '@1': rank === 1,
      '@3': rank !== undefined && rank <= 3,
      '@5': rank !== undefined && rank <= 5,
      'B0 rank': baselineRank ?? '-',
      'B0 @3': baselineRank !== undefined && baselineRank <= 3,
    };
  });
  const code = rows.filter((row) => CODE_FAULTS.some((type) => String(row['fault']).endsWith(type)));
  const unclaimed = result.reports.filter((report) => !claimed.has(report)).length;
  return {
    rows,
    claims: [
      summarise('all faults', rows),
      summarise('code faults', code),
      {
        claim: 'no report outside of the labelled faults',
        isMet: unclaimed === 0,
        measured: `${String(unclaimed)} of ${String(result.reports.length)}`,
      },
    ],
    notes: [
      'Order of services: events with the role "cause" first, then the other core events by surprise, each service once; several reports in order of creation.',
      'Faults are minutes apart and the first begins a minute after the logs do: there is hardly any normal time to learn from. CPU and network delay are hardly visible in logs.',
    ],
  };
};

function summarise(name: string, rows: readonly Row[]): Claim {
  const count = (column: string): string => String(countTrue(rows, column));
  return {
    claim: `${name}: root service among the first three at least as often as with error words`,
    isMet: countTrue(rows, '@3') >= countTrue(rows, 'B0 @3'),
    measured: `detected ${count('detected')} of ${String(rows.length)}; @1 ${count('@1')}, @3 ${count('@3')}, @5 ${count('@5')}; B0 @3 ${count('B0 @3')}`,
  };
}

function servicesInOrder(reports: readonly Report[]): readonly string[] {
  const services = reports
    .toSorted((a, b) => Date.parse(a.created) - Date.parse(b.created))
    .flatMap((report) =>
      report.coreEvents.toSorted(
        (a, b) => Number(b.role === 'cause') - Number(a.role === 'cause') || b.surprise - a.surprise,
      ),
    )
    .map((event) => event.logType.slice(event.logType.lastIndexOf('/') + 1));
  return unique(services);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function rankOf(services: readonly string[], service: string): number | undefined {
  const index = services.indexOf(service);
  return index === -1 ? undefined : index + 1;
}
