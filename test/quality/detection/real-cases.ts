import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BaselineLine } from '@culprit/testkit';
import type { LabelledLine } from '../labelled-lines.js';
import type { DetectionCase, Source } from './case.js';

interface ExperimentLabel {
  readonly campaign: string;
  readonly test: string;
  /** Path of the mutated source file inside its package. */
  readonly component: string;
  readonly root_service: string;
  /** First activation of the fault; null where the instrumentation did not see one. */
  readonly t0: string | null;
  readonly t1: string;
  readonly rounds: { readonly '1': readonly [string, string]; readonly '2': readonly [string, string] };
  readonly user_errors: readonly { readonly ts: string }[];
}

/** A case with the moment at which a user was told of the failure, ms; NaN when nobody was. */
export interface ExperimentCase extends DetectionCase {
  readonly noticedAt: number;
}

const BLOCK_BYTES = 1 << 20;

/** OpenStack experiments: a fault-free round of about ten minutes, then a software fault. Few minutes to learn from. */
export function experimentCases(folder: string): readonly ExperimentCase[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.labels.json'))
    .toSorted()
    .map((name) => experimentCase(join(folder, name.replace('.labels.json', ''))));
}

function experimentCase(base: string): ExperimentCase {
  const label = JSON.parse(readFileSync(`${base}.labels.json`, 'utf8')) as ExperimentLabel;
  const noticed = label.user_errors.map(({ ts }) => Date.parse(ts));
  const known = [...(label.t0 === null ? [] : [Date.parse(label.t0)]), ...noticed];
  const onset = known.length === 0 ? Date.parse(label.rounds[1][0]) : Math.min(...known);
  const file = label.component.slice(label.component.lastIndexOf('/'));
  const module = `${label.component.slice(1).replace(/\.py$/, '').replaceAll('/', '.')} `;
  return {
    name: `openstack ${label.campaign} ${label.test.replace('Test_', '')}`,
    family: 'openstack',
    kind: label.campaign,
    seed: 0,
    manifestation: 'errors',
    noticedAt: noticed.length === 0 ? Number.NaN : Math.min(...noticed),
    truth: {
      // No half hour of grace: the fault-free round is shorter than that.
      judgedFrom: Number.NEGATIVE_INFINITY,
      onset,
      end: Date.parse(label.t1),
      aftermathMillis: 0,
      hasOpenKey: true,
      hasRootLines: true,
      isCulprit: ({ logType }) => logType.includes(label.root_service),
      isRoot: (text) => text.includes(file) || text.includes(module),
      isSymptom: () => false,
    },
    open: (take) => packedSource(`${base}.ndjson.gz`, take),
  };
}

/** A gzip file of labelled NDJSON lines. */
export function packedSource(path: string, take: (line: BaselineLine) => void): Source {
  const bytes = gunzipSync(readFileSync(path));
  let referenceMillis = 0;
  for (const text of bytes.toString('utf8').split('\n')) {
    if (text === '') continue;
    const { ts, service, message } = JSON.parse(text) as LabelledLine;
    const timeMillis = Date.parse(ts);
    referenceMillis = Math.max(referenceMillis, timeMillis);
    take({ timeMillis, logType: service, message });
  }
  return { lanes: [{ file: 'logs.ndjson', blocks: blocksOf(bytes) }], referenceMillis };
}

/** Bytes in blocks of a mebibyte, as a file is read. */
export function blocksOf(bytes: Uint8Array): readonly Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) blocks.push(bytes.subarray(at, at + BLOCK_BYTES));
  return blocks;
}

interface IslandLabel {
  readonly t0: string;
  readonly t1: string;
  readonly service: string;
  readonly type: string;
}

/**
 * Train-Ticket on one day: faults of a few minutes each in one log, a minute before the first of them. Only the service
 * at fault is known. All cases open the same log.
 */
export function islandCases(folder: string): readonly DetectionCase[] {
  const base = join(folder, 'nezha-tt-2023-01-29');
  const labels = JSON.parse(readFileSync(`${base}.labels.json`, 'utf8')) as readonly IslandLabel[];
  return labels.map(({ t0, t1, service, type }) => ({
    name: `train-ticket ${t0.slice(11, 16)} ${type} of ${service}`,
    family: 'train-ticket',
    kind: type,
    seed: 0,
    manifestation: 'errors',
    truth: {
      judgedFrom: Number.NEGATIVE_INFINITY,
      onset: Date.parse(t0),
      end: Date.parse(t1),
      aftermathMillis: 60_000,
      hasOpenKey: true,
      hasRootLines: false,
      isCulprit: ({ logType }) => logType.includes(service),
      isRoot: () => false,
      isSymptom: () => false,
    },
    open: (take) => packedSource(`${base}.ndjson.gz`, take),
  }));
}

/** Logs of database clusters that broke, without a key: what is reported can only be read. */
export function unlabelledSources(folder: string): readonly {
  readonly name: string;
  readonly open: () => Source;
}[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => ({ name, open: () => packedFolder(join(folder, name)) }));
}

function packedFolder(folder: string): Source {
  const files = readdirSync(folder).toSorted();
  return {
    referenceMillis: Math.max(...files.map((file) => statSync(join(folder, file)).mtimeMs)),
    lanes: files.map((file) => ({
      file: file.replace(/\.gz$/, ''),
      blocks: blocksOf(gunzipSync(readFileSync(join(folder, file)))),
    })),
  };
}
