import {
  decodeUtf8,
  toEpochNanos,
  type EnvironmentName,
  type EpochNanos,
  type LogTypeName,
  type TemplateId,
} from '@culprit/kernel';
import {
  marksOfTemplate,
  planOf,
  type ControlPlan,
  type TemplateMarks,
  type TemplateRule,
} from '@culprit/scoring';
import type { RecordBatch } from '@culprit/records';
import type { EventRows, TemplateRow } from './event-rows.js';

/** What was counted of one template under the id that its records carry. */
export interface TemplateTotals {
  readonly environment: string;
  readonly logType: string;
  readonly templateId: TemplateId;
  /** Records, and the input lines they were joined from. */
  readonly count: number;
  readonly lineCount: number;
  /** OpenTelemetry severity 1..24, 0 unknown. */
  readonly maxSeverity: number;
  readonly firstSeen: EpochNanos | undefined;
  readonly lastSeen: EpochNanos | undefined;
}

/** A template with its exact numbers, aliases resolved. */
export interface CatalogTemplate extends TemplateTotals {
  readonly environment: EnvironmentName;
  readonly logType: LogTypeName;
  readonly text: string;
  /** Templates that were merged into this one. */
  readonly aliases: readonly TemplateId[];
  /** Whole records, the first that came; empty unless they are kept. */
  readonly examples: readonly string[];
}

/** A template with what people decided about it. */
export interface MarkedTemplate extends CatalogTemplate {
  readonly marks: TemplateMarks;
}

/** Adds what people decided to templates. O(templates × rules of their log type). */
export function markTemplates(
  templates: readonly CatalogTemplate[],
  rules: readonly TemplateRule[],
): MarkedTemplate[] {
  const plans = new Map<string, ControlPlan>();
  return templates.map((template) => {
    const { environment, logType, templateId, text } = template;
    const key = JSON.stringify([environment, logType]);
    const plan = plans.get(key) ?? planOf(rules, { environment, logType });
    plans.set(key, plan);
    return { ...template, marks: marksOfTemplate(plan, templateId, text) };
  });
}

/**
 * Joins rows of the table of templates with what was counted, following aliases to their end. Every record counts for
 * exactly one template, so that sums over templates are sums over records, whatever was merged, split or muted.
 */
export class TemplateCatalog {
  readonly #rowByKey = new Map<string, TemplateRow>();
  readonly #totalsByKey = new Map<string, TemplateTotals>();
  readonly #examplesByKey = new Map<string, string[]>();
  readonly #keptExamples: number;

  /** @param keptExamples whole records kept of each template */
  constructor(keptExamples = 0) {
    this.#keptExamples = keptExamples;
  }

  /** Later rows of the same id replace earlier ones. */
  addRow(row: TemplateRow): void {
    this.#rowByKey.set(keyOf(row), row);
  }

  addTotals(totals: TemplateTotals): void {
    const key = keyOf(totals);
    this.#totalsByKey.set(key, sum(this.#totalsByKey.get(key), totals));
  }

  /** Counts the records of a structured batch. O(records), keys and sums once per template of the batch. */
  addRows({ records, templateIndex, templateIds, templates }: EventRows): void {
    for (const row of templates) this.addRow(row);
    const tallies: (BatchTally | undefined)[] = [];
    for (let i = 0; i < records.length; i++) {
      const stream = records.streams[records.streamIndex[i] ?? 0];
      const reference = templateIndex[i] ?? 0;
      const templateId = templateIds[reference];
      if (stream === undefined || templateId === undefined) continue;
      let tally = tallies[reference];
      // Log types beyond the limit share a template, and are told apart here.
      if (tally?.logType !== stream.logType || tally.environment !== stream.environment) {
        if (tally !== undefined) this.addTotals(tally.toTotals());
        tally = new BatchTally(stream, templateId);
        tallies[reference] = tally;
      }
      tally.add(records, i);
      if (!tally.hasExamples)
        tally.hasExamples = !this.#keepExample(
          tally,
          records.bytes.subarray(records.bodyStart[i], records.bodyEnd[i]),
        );
    }
    for (const tally of tallies) if (tally !== undefined) this.addTotals(tally.toTotals());
  }

  /** Every template that stands for itself, those without a record included. */
  templates(): CatalogTemplate[] {
    const found = new Map<string, CatalogTemplate>();
    const empty = { count: 0, lineCount: 0, maxSeverity: 0, firstSeen: undefined, lastSeen: undefined };
    for (const totals of this.#totalsByKey.values()) this.#merge(found, totals);
    for (const row of this.#rowByKey.values()) this.#merge(found, { ...row, ...empty });
    return [...found.values()];
  }

  /** False when no more examples are wanted. */
  #keepExample(template: BatchTally, body: Uint8Array): boolean {
    if (this.#keptExamples === 0) return false;
    const key = keyOf(template);
    const examples = this.#examplesByKey.get(key);
    if ((examples?.length ?? 0) >= this.#keptExamples) return false;
    const example = decodeUtf8(body);
    if (examples === undefined) this.#examplesByKey.set(key, [example]);
    else if (!examples.includes(example)) examples.push(example);
    return true;
  }

  /** Ends at a template that is its own; a cycle, which no miner writes, ends where it was entered. */
  #canonicalOf(from: Pick<TemplateRow, 'environment' | 'logType' | 'templateId'>): TemplateId {
    const seen = new Set<TemplateId>();
    let id = from.templateId;
    for (;;) {
      seen.add(id);
      const row = this.#rowByKey.get(keyOf({ ...from, templateId: id }));
      if (row === undefined || seen.has(row.canonicalId)) return id;
      id = row.canonicalId;
    }
  }

  #merge(found: Map<string, CatalogTemplate>, totals: TemplateTotals): void {
    const templateId = this.#canonicalOf(totals);
    const key = keyOf({ ...totals, templateId });
    const known = found.get(key);
    const aliases = new Set(known?.aliases);
    if (totals.templateId !== templateId) aliases.add(totals.templateId);
    const examples = [...(known?.examples ?? []), ...(this.#examplesByKey.get(keyOf(totals)) ?? [])];
    found.set(key, {
      ...sum(known, { ...totals, templateId }),
      environment: totals.environment as EnvironmentName,
      logType: totals.logType as LogTypeName,
      text: this.#rowByKey.get(key)?.text ?? '',
      aliases: [...aliases].toSorted(),
      examples: [...new Set(examples)].slice(0, this.#keptExamples),
    });
  }
}

/** What one batch says of one template. */
class BatchTally {
  readonly environment: string;
  readonly logType: string;
  readonly templateId: TemplateId;
  hasExamples = false;
  #count = 0;
  #lineCount = 0;
  #maxSeverity = 0;
  #firstMillis = Infinity;
  #firstSubNanos = 0;
  #lastMillis = -Infinity;
  #lastSubNanos = 0;

  constructor(source: { readonly environment: string; readonly logType: string }, templateId: TemplateId) {
    this.environment = source.environment;
    this.logType = source.logType;
    this.templateId = templateId;
  }

  add(records: RecordBatch, i: number): void {
    this.#count += 1;
    this.#lineCount += records.lineCount[i] ?? 0;
    this.#maxSeverity = Math.max(this.#maxSeverity, records.severity[i] ?? 0);
    const millis = records.timeMillis[i] ?? 0;
    const subNanos = records.timeSubNanos[i] ?? 0;
    if (millis === 0 && subNanos === 0) return;
    if (millis < this.#firstMillis || (millis === this.#firstMillis && subNanos < this.#firstSubNanos)) {
      this.#firstMillis = millis;
      this.#firstSubNanos = subNanos;
    }
    if (millis > this.#lastMillis || (millis === this.#lastMillis && subNanos > this.#lastSubNanos)) {
      this.#lastMillis = millis;
      this.#lastSubNanos = subNanos;
    }
  }

  toTotals(): TemplateTotals {
    const hasTime = this.#firstMillis !== Infinity;
    return {
      environment: this.environment,
      logType: this.logType,
      templateId: this.templateId,
      count: this.#count,
      lineCount: this.#lineCount,
      maxSeverity: this.#maxSeverity,
      firstSeen: hasTime ? toEpochNanos(this.#firstMillis, this.#firstSubNanos) : undefined,
      lastSeen: hasTime ? toEpochNanos(this.#lastMillis, this.#lastSubNanos) : undefined,
    };
  }
}

function sum(known: TemplateTotals | undefined, more: TemplateTotals): TemplateTotals {
  if (known === undefined) return more;
  return {
    ...more,
    count: known.count + more.count,
    lineCount: known.lineCount + more.lineCount,
    maxSeverity: Math.max(known.maxSeverity, more.maxSeverity),
    firstSeen: earlier(known.firstSeen, more.firstSeen),
    lastSeen: later(known.lastSeen, more.lastSeen),
  };
}

function earlier(a: EpochNanos | undefined, b: EpochNanos | undefined): EpochNanos | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

function later(a: EpochNanos | undefined, b: EpochNanos | undefined): EpochNanos | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}

/** JSON text: no two different keys look the same. */
function keyOf(row: {
  readonly environment: string;
  readonly logType: string;
  readonly templateId: string;
}): string {
  return JSON.stringify([row.environment, row.logType, row.templateId]);
}
