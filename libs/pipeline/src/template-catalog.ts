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

  /** Counts the records of a structured batch. O(records). */
  addRows({ records, templateIndex, templateIds, templates }: EventRows): void {
    for (const row of templates) this.addRow(row);
    for (let i = 0; i < records.length; i++) {
      const stream = records.streams[records.streamIndex[i] ?? 0];
      const templateId = templateIds[templateIndex[i] ?? 0];
      if (stream === undefined || templateId === undefined) continue;
      const { environment, logType } = stream;
      const time = toEpochNanos(records.timeMillis[i] ?? 0, records.timeSubNanos[i] ?? 0);
      const totals = {
        environment,
        logType,
        templateId,
        count: 1,
        lineCount: records.lineCount[i] ?? 0,
        maxSeverity: records.severity[i] ?? 0,
        firstSeen: time === 0n ? undefined : time,
        lastSeen: time === 0n ? undefined : time,
      };
      this.addTotals(totals);
      this.#keepExample(keyOf(totals), records.bytes, records.bodyStart[i] ?? 0, records.bodyEnd[i] ?? 0);
    }
  }

  /** Every template that stands for itself, those without a record included. */
  templates(): CatalogTemplate[] {
    const found = new Map<string, CatalogTemplate>();
    const empty = { count: 0, lineCount: 0, maxSeverity: 0, firstSeen: undefined, lastSeen: undefined };
    for (const totals of this.#totalsByKey.values()) this.#merge(found, totals);
    for (const row of this.#rowByKey.values()) this.#merge(found, { ...row, ...empty });
    return [...found.values()];
  }

  #keepExample(key: string, bytes: Uint8Array, start: number, end: number): void {
    const examples = this.#examplesByKey.get(key);
    if ((examples?.length ?? 0) >= this.#keptExamples) return;
    const example = decodeUtf8(bytes.subarray(start, end));
    if (examples === undefined) this.#examplesByKey.set(key, [example]);
    else if (!examples.includes(example)) examples.push(example);
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
