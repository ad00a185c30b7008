import type { EnvironmentName } from '@culprit/kernel';
import { Correlator, type CorrelationOptions, type RootCauseReport } from '@culprit/correlation';
import type { AssemblerOptions, RawLogBatch } from '@culprit/records';
import {
  Scorer,
  type Anomaly,
  type AnomalyBatch,
  type RuleChange,
  type ScoringOptions,
  type StructuredBatch,
} from '@culprit/scoring';
import { LaneOrder } from './lane-order.js';
import { markTemplates, TemplateCatalog, type MarkedTemplate } from './template-catalog.js';
import { StructuringStage, type Structured } from './structuring-stage.js';

/** Anomalies kept for a scan; past that the oldest go. */
const maxKeptAnomalies = 200_000;

/** Settings of {@link Analysis}. */
export interface AnalysisOptions {
  /** Number of lanes, >= 1: inputs that are each in order of time, merged in event time. */
  readonly lanes: number;
  readonly assembler?: AssemblerOptions;
  readonly scoring?: Partial<ScoringOptions>;
  readonly correlation?: Partial<CorrelationOptions>;
  /** What people decided about templates, in force from the first record on. */
  readonly templateRules?: readonly RuleChange[];
  /** Keep the templates with this many whole records of each for {@link Analysis.templates}; default: none are kept. */
  readonly keptExamples?: number;
  /** Keep all anomalies for {@link Analysis.anomalies}; default false. */
  readonly keepsAnomalies?: boolean;
}

/** What an analysis has read so far. */
export interface AnalysisSummary {
  readonly records: number;
  /** Records whose input says no time, nowhere before them: they have no place in time and take no part. */
  readonly timelessRecords: number;
  /** Event time of the earliest and latest record in milliseconds; undefined before the first record. */
  readonly startMillis: number | undefined;
  readonly endMillis: number | undefined;
  readonly logTypes: number;
  readonly templates: number;
}

/**
 * The whole pipeline as one object for finite input: raw batches in, reports out. It composes the same stages as the
 * services do, with function calls instead of topics.
 */
export class Analysis {
  readonly #stages: StructuringStage[];
  readonly #orders: readonly LaneOrder[];
  readonly #sequences: number[];
  readonly #scorer: Scorer;
  readonly #correlator: Correlator;
  readonly #reports = new Map<string, RootCauseReport>();
  readonly #anomalies: Anomaly[] = [];
  readonly #keepsAnomalies: boolean;
  readonly #logTypes = new Set<string>();
  readonly #templates = new Map<string, string>();
  readonly #catalog: TemplateCatalog | undefined;
  #records = 0;
  #timelessRecords = 0;
  #start = Infinity;
  #end = -Infinity;

  constructor(options: AnalysisOptions) {
    const { assembler } = options;
    this.#stages = Array.from(
      { length: options.lanes },
      (_, lane) => new StructuringStage(assembler === undefined ? { lane } : { lane, assembler }),
    );
    this.#orders = this.#stages.map(() => new LaneOrder());
    this.#sequences = this.#stages.map(() => 0);
    this.#scorer = new Scorer({ ...options.scoring, laneCount: options.lanes });
    this.#correlator = new Correlator(options.correlation);
    if (options.keptExamples !== undefined) this.#catalog = new TemplateCatalog(options.keptExamples);
    const rules = options.templateRules ?? [];
    if (rules.length > 0)
      for (const [lane, stage] of this.#stages.entries()) stage.applyRules(this.#nextSequence(lane), rules);
    this.#keepsAnomalies = options.keepsAnomalies ?? false;
  }

  /** Feeds lines of one lane; `lane` is 0..lanes-1. */
  push(lane: number, batch: RawLogBatch): void {
    this.#take(lane, this.#stageOf(lane).push(this.#nextSequence(lane), batch));
  }

  /** The lane has no more lines. */
  finishLane(lane: number): void {
    this.#take(lane, this.#stageOf(lane).flush(this.#nextSequence(lane)));
    this.#orders[lane]?.finish();
  }

  /** Closes everything still open. Call once, after every lane is finished. */
  finish(): void {
    this.#correlate(this.#scorer.flush());
    this.#keep(this.#correlator.flush());
  }

  /** Highest event time of a lane in milliseconds; the lane to read next is the one with the lowest. */
  laneTime(lane: number): number {
    return this.#stageOf(lane).highestTime;
  }

  /** Lanes whose lines went back in time for good; what came then was counted late. */
  brokenLanes(): readonly number[] {
    return this.#orders.flatMap((order, lane) => (order.isBroken ? [lane] : []));
  }

  /** Latest revision of every incident that was not merged into another, in order of start. */
  reports(): readonly RootCauseReport[] {
    const reports = [...this.#reports.values()].filter((report) => report.mergedInto === undefined);
    return reports.toSorted((a, b) => compare(a.start, b.start) || compare(a.incidentId, b.incidentId));
  }

  /** Anomalies in order of detection, if they are kept. */
  anomalies(): readonly Anomaly[] {
    return this.#anomalies;
  }

  /** The environment with most of the anomalies that are kept, the first by name of equals; undefined without any. */
  busiestEnvironment(): EnvironmentName | undefined {
    const counts = new Map<EnvironmentName, number>();
    for (const { event } of this.#anomalies) {
      const { environment } = event.source;
      counts.set(environment, (counts.get(environment) ?? 0) + 1);
    }
    const [busiest] = [...counts].toSorted(([a, m], [b, n]) => n - m || compare(a, b));
    return busiest?.[0];
  }

  /** Every template with its exact number of records, if they are kept; in no order. */
  templates(): readonly MarkedTemplate[] {
    return markTemplates(this.#catalog?.templates() ?? [], this.#stages[0]?.rules ?? []);
  }

  summary(): AnalysisSummary {
    const hasRecords = this.#records > this.#timelessRecords;
    let templates = 0;
    for (const [key, canonical] of this.#templates) if (key.endsWith(canonical)) templates++;
    return {
      records: this.#records,
      timelessRecords: this.#timelessRecords,
      startMillis: hasRecords ? this.#start : undefined,
      endMillis: hasRecords ? this.#end : undefined,
      logTypes: this.#logTypes.size,
      templates,
    };
  }

  /** What had to be repaired, cut or folded in all lanes, by reason in words; only what happened. */
  notices(): ReadonlyMap<string, number> {
    const notices = new Map<string, number>();
    const add = (reason: string, count: number): void => {
      if (count > 0) notices.set(reason, (notices.get(reason) ?? 0) + count);
    };
    for (const { assemblerCounters, foldedLogTypes, heldBackRecords } of this.#stages) {
      add('records cut at their size limit', assemblerCounters.truncatedRecords);
      add('implausible times replaced', assemblerCounters.repairedTimes);
      add('jumps of a clock into the past', assemblerCounters.clockJumps);
      add('streams beyond the limit kept in a coarser one', assemblerCounters.refusedStreams);
      add('log types beyond the limit sharing one', foldedLogTypes);
      add('records of values beyond the parts of a split', heldBackRecords);
    }
    for (const { templateExplosions } of this.#stages) {
      for (const [logType, lines] of templateExplosions)
        add(
          `records of ${logType} beyond the event types that are told apart, kept in catch-all ones`,
          lines,
        );
    }
    add('records without any time left out', this.#timelessRecords);
    add('records too late for their time, counted in the next open bin', this.#scorer.counters.lateCounts);
    add(
      'minutes in which nothing at all was logged, as if a collector had stood still; not counted as silence',
      Math.round(this.#scorer.counters.pausedMillis / 60_000),
    );
    add('templates forgotten to bound memory', this.#scorer.counters.evictedTemplates);
    add('anomalies of muted event types not reported', this.#scorer.counters.mutedAnomalies);
    return notices;
  }

  #take(lane: number, { batch, rows }: Structured): void {
    const { records } = rows;
    this.#catalog?.addRows(rows);
    this.#orders[lane]?.observe(records);
    let timeless = 0;
    for (let i = 0; i < records.length; i++) {
      const time = records.timeMillis[i] ?? 0;
      if (time === 0) {
        timeless++;
        continue;
      }
      if (time < this.#start) this.#start = time;
      if (time > this.#end) this.#end = time;
    }
    this.#records += records.length;
    this.#timelessRecords += timeless;
    for (const count of batch.counts) this.#logTypes.add(`${count.environment}\n${count.logType}`);
    for (const row of rows.templates) {
      this.#templates.set(`${row.environment}\n${row.logType}\n${row.templateId}`, row.canonicalId);
    }
    this.#correlate(this.#scorer.push(timeless === 0 ? batch : withoutTimeless(batch)));
  }

  #correlate(batch: AnomalyBatch): void {
    if (this.#keepsAnomalies) {
      this.#anomalies.push(...batch.anomalies);
      if (this.#anomalies.length > maxKeptAnomalies) {
        this.#anomalies.splice(0, this.#anomalies.length - maxKeptAnomalies);
      }
    }
    this.#keep(this.#correlator.push(batch));
  }

  #keep(reports: readonly RootCauseReport[]): void {
    for (const report of reports) this.#reports.set(report.incidentId, report);
  }

  #stageOf(lane: number): StructuringStage {
    const stage = this.#stages[lane];
    if (stage === undefined) throw new RangeError(`lane ${lane} of ${this.#stages.length}`);
    return stage;
  }

  #nextSequence(lane: number): number {
    const sequence = this.#sequences[lane] ?? 0;
    this.#sequences[lane] = sequence + 1;
    return sequence;
  }
}

function withoutTimeless(batch: StructuredBatch): StructuredBatch {
  return {
    ...batch,
    counts: batch.counts.filter(({ binStart }) => binStart > 0),
    exemplars: batch.exemplars.filter(({ time }) => time > 0n),
    aliases: batch.aliases.filter(({ binStart }) => binStart > 0),
    controls: batch.controls.filter(({ binStart }) => binStart > 0),
  };
}

function compare(a: bigint | string, b: bigint | string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
