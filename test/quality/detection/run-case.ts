import type { RootCauseReport } from '@culprit/correlation';
import { Correlator } from '@culprit/correlation';
import type { CorrelationOptions } from '@culprit/correlation';
import { StructuringStage } from '@culprit/pipeline';
import { detectFormat, EnvelopeReader, LineSplitter, RawBatchBuilder } from '@culprit/records';
import type { InputFormat } from '@culprit/records';
import type { AnomalyBatch } from '@culprit/scoring';
import { Scorer } from '@culprit/scoring';
import type { Lane, Source } from './case.js';

/** A way to correlate: options of the correlator, and what is taken away from the anomalies before it sees them. */
export interface Variant {
  readonly name: string;
  readonly options?: Partial<CorrelationOptions>;
  readonly transform?: (batch: AnomalyBatch) => AnomalyBatch;
}

/** What came out of one case: the reports of every variant, by its name. */
export interface CaseResult {
  readonly lines: number;
  readonly reports: ReadonlyMap<string, readonly RootCauseReport[]>;
}

/**
 * Runs the pure stages over a case as the command line does, once, with one correlator for each variant behind them:
 * what differs between variants is correlation alone, so that twenty of them cost little more than one.
 */
export function runCase(source: Source, variants: readonly Variant[]): CaseResult {
  const lanes = source.lanes.map((lane, number) => new OpenLane(lane, number, source.referenceMillis));
  const scorer = new Scorer({ laneCount: lanes.length });
  const outlets = variants.map((variant) => new Outlet(variant));
  const take = (batch: AnomalyBatch): void => {
    for (const outlet of outlets) outlet.push(batch);
  };
  const open = new Set(lanes);
  while (open.size > 0) {
    const lane = furthestBehind(open);
    const batches = lane.read();
    for (const batch of batches) take(scorer.push(batch));
    if (lane.isFinished) open.delete(lane);
  }
  take(scorer.flush());
  const lines = lanes.reduce((sum, lane) => sum + lane.lines, 0);
  return { lines, reports: new Map(outlets.map((outlet) => [outlet.name, outlet.finish()])) };
}

class Outlet {
  readonly name: string;
  readonly #correlator: Correlator;
  readonly #transform: Variant['transform'];
  readonly #reports = new Map<string, RootCauseReport>();

  constructor({ name, options, transform }: Variant) {
    this.name = name;
    this.#correlator = new Correlator(options);
    this.#transform = transform;
  }

  push(batch: AnomalyBatch): void {
    this.#keep(this.#correlator.push(this.#transform === undefined ? batch : this.#transform(batch)));
  }

  /** Newest revisions of everything that was not merged into another, in order of start. */
  finish(): readonly RootCauseReport[] {
    this.#keep(this.#correlator.flush());
    return [...this.#reports.values()]
      .filter(({ mergedInto }) => mergedInto === undefined)
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  #keep(reports: readonly RootCauseReport[]): void {
    for (const report of reports) this.#reports.set(report.incidentId, report);
  }
}

/** Order of start; equal starts by id. */
function keyOf({ start, incidentId }: RootCauseReport): string {
  return `${String(start).padStart(20, '0')} ${incidentId}`;
}

type StructuredBatches = readonly Parameters<Scorer['push']>[0][];

class OpenLane {
  readonly #blocks: Iterator<Uint8Array>;
  readonly #stage: StructuringStage;
  readonly #splitter = new LineSplitter();
  readonly #envelope: EnvelopeReader;
  #format: InputFormat | undefined;
  #sequence = 0;
  lines = 0;
  isFinished = false;

  constructor({ file, blocks }: Lane, number: number, referenceMillis: number) {
    this.#blocks = blocks[Symbol.iterator]();
    this.#stage = new StructuringStage({ lane: number, assembler: { referenceMillis } });
    const builder = new RawBatchBuilder();
    this.#envelope = new EnvelopeReader({ defaults: { environment: 'default', file }, builder });
  }

  get highestTime(): number {
    return this.#stage.highestTime;
  }

  /** Structures the next block; at the end what is still open. */
  read(): StructuredBatches {
    const next = this.#blocks.next();
    if (next.done !== true) return this.#structure(this.#splitter.push(next.value));
    this.isFinished = true;
    const rest = this.#structure(this.#splitter.finish());
    return [...rest, this.#stage.flush(this.#sequence++).batch];
  }

  #structure(lines: Uint8Array): StructuredBatches {
    if (lines.length === 0) return [];
    this.#format ??= detectFormat(lines);
    const { batch } = this.#envelope.read(lines, this.#format, Number.NaN);
    this.lines += batch.lineCount;
    return [this.#stage.push(this.#sequence++, batch).batch];
  }
}

function furthestBehind(open: ReadonlySet<OpenLane>): OpenLane {
  let chosen: OpenLane | undefined;
  for (const lane of open) if (chosen === undefined || lane.highestTime < chosen.highestTime) chosen = lane;
  if (chosen === undefined) throw new Error('no lane is open');
  return chosen;
}
