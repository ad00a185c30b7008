import { createRng } from '@culprit/kernel';
import { StructuringStage } from '@culprit/pipeline';
import { EnvelopeReader, RawBatchBuilder, RecordAssembler, type RecordBatch } from '@culprit/records';
import { EventEncoder } from '@culprit/store';
import { quantile } from './cost.ts';
import { copyLines, readSamplesBySystem } from './mining-corpus.ts';
import type { Bench, Figure } from './run.ts';

const seed = 9;
const blockBytes = 262_144;
const maxTextBytes = 80;
const levels = ['info', 'info', 'info', 'info', 'warn', 'error', 'debug'];
/** Rows of one insert of the store. */
const rowsPerInsert = 10_000;

/**
 * NDJSON in, encoded rows out, in one thread and without a store: what structuring can do at most. Each step is measured
 * with all steps before it; beside them JSON.parse of the same lines.
 */
export const benchNdjson: Bench = ({ isFast }) => {
  const systems = readSamplesBySystem();
  if (systems === undefined) return Promise.resolve([]);
  const lines = createLines(systems, isFast ? 60_000 : 240_000);
  const input = Buffer.from(`${lines.join('\n')}\n`);
  const blocks = blocksOf(input);
  const works: Readonly<Record<string, () => number>> = {
    'JSON.parse of every line': () => parseAll(lines),
    'envelope read': () => readAll(blocks),
    'records assembled': () => assembleAll(blocks),
    'templates mined and counted': () => structureAll(blocks),
    'rows encoded: the whole way': () => encodeAll(blocks),
  };
  const rounds = isFast ? 2 : 5;
  const figures = Object.entries(works).map(([name, work]): Figure => {
    const times = Array.from({ length: rounds + 1 }, () => cpuSecondsOf(work, lines.length));
    const value = lines.length / quantile(times.slice(1), 0.5);
    const isWhole = name.startsWith('rows');
    return { name, value, unit: 'lines/CPU-s', ...(isWhole ? { goal: '>= 2,000,000' } : {}) };
  });
  return Promise.resolve([
    { name: 'lines', value: lines.length, unit: 'lines' },
    { name: 'length of a line', value: input.length / lines.length, unit: 'bytes' },
    ...figures,
  ]);
};

/** Ten services, each with the lines of one system, on four pods each, as a collector that knows their names sends them. */
function createLines(systems: readonly (readonly string[])[], count: number): string[] {
  const rng = createRng(seed);
  const below = (limit: number): number => Math.floor(rng.next() * limit);
  const corpora = systems.map((samples, i) => copyLines(samples, { copies: 2, seed: seed + i }).lines);
  let millis = Date.UTC(2026, 2, 1, 6);
  return Array.from({ length: count }, () => {
    const system = below(corpora.length);
    const lines = corpora[system] ?? [];
    millis += below(3);
    return JSON.stringify({
      time: new Date(millis).toISOString(),
      level: levels[below(levels.length)],
      namespace: 'shop',
      pod: `service-${system}-7d9f8b6c5d-x${2 + below(4)}k2p`,
      message: (lines[below(lines.length)] ?? '').slice(-maxTextBytes).trimStart(),
    });
  });
}

function* batchesOf(blocks: readonly Uint8Array[]): Generator<ReturnType<EnvelopeReader['read']>['batch']> {
  const reader = new EnvelopeReader({ defaults: { environment: 'bench' }, builder: new RawBatchBuilder() });
  for (const block of blocks) yield reader.read(block, 'ndjson', Number.NaN).batch;
}

function parseAll(lines: readonly string[]): number {
  let count = 0;
  for (const line of lines) if (typeof JSON.parse(line) === 'object') count += 1;
  return count;
}

function readAll(blocks: readonly Uint8Array[]): number {
  let count = 0;
  for (const batch of batchesOf(blocks)) count += batch.lineCount;
  return count;
}

function assembleAll(blocks: readonly Uint8Array[]): number {
  const assembler = new RecordAssembler();
  let count = 0;
  for (const batch of batchesOf(blocks)) count += linesOf(assembler.push(batch));
  return count + linesOf(assembler.flush());
}

function structureAll(blocks: readonly Uint8Array[]): number {
  const stage = new StructuringStage({ lane: 0 });
  let count = 0;
  let sequence = 0;
  for (const batch of batchesOf(blocks)) count += linesOf(stage.push(sequence++, batch).rows.records);
  return count + linesOf(stage.flush(sequence).rows.records);
}

function encodeAll(blocks: readonly Uint8Array[]): number {
  const stage = new StructuringStage({ lane: 0 });
  const encoder = new EventEncoder({ tenant: 'default', initialBytes: 4 << 20 });
  encoder.begin(20_000);
  let sequence = 0;
  let count = 0;
  const encode = ({ rows }: ReturnType<StructuringStage['push']>): void => {
    for (let i = 0; i < rows.records.length; i++) {
      if (encoder.rowCount === rowsPerInsert) encoder.begin(20_000);
      encoder.append(rows, i);
    }
    count += linesOf(rows.records);
  };
  for (const batch of batchesOf(blocks)) encode(stage.push(sequence++, batch));
  encode(stage.flush(sequence));
  return count;
}

/** Input lines of the records: some are joined. */
function linesOf({ lineCount, length }: RecordBatch): number {
  let lines = 0;
  for (let i = 0; i < length; i++) lines += lineCount[i] ?? 0;
  return lines;
}

function blocksOf(input: Buffer): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < input.length;) {
    const end = at + blockBytes < input.length ? input.lastIndexOf(10, at + blockBytes) + 1 : input.length;
    blocks.push(input.subarray(at, end));
    at = end;
  }
  return blocks;
}

/** CPU seconds of a work that must not lose a line. */
function cpuSecondsOf(work: () => number, lines: number): number {
  const before = process.cpuUsage();
  const count = work();
  const used = process.cpuUsage(before);
  if (count !== lines) throw new Error(`expected ${lines} lines, got ${count}`);
  return (used.user + used.system) / 1e6;
}
