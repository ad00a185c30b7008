import type { TemplateId } from '@culprit/kernel';
import type { RecordBatch } from '@culprit/records';

/**
 * The records of one raw batch with their templates, ready to be stored: a struct of arrays, valid until the next
 * batch is structured.
 */
export interface EventRows {
  /** Partition and offset of the raw batch; with the row's index they make the event id. */
  readonly lane: number;
  readonly sequence: number;
  readonly records: RecordBatch;
  /** Index into `templateIds` for every record. */
  readonly templateIndex: Uint32Array;
  readonly templateIds: readonly TemplateId[];
  /** Templates first seen or changed in this batch, with the log type they belong to. */
  readonly templates: readonly TemplateRow[];
}

/** A line of the templates table: later rows of the same id replace earlier ones. */
export interface TemplateRow {
  readonly environment: string;
  readonly logType: string;
  readonly templateId: TemplateId;
  readonly text: string;
  /** The template this one was merged into, or its own id. */
  readonly canonicalId: TemplateId;
}

/** Event id of row `index`: fixed width, so that text order is order of arrival. */
export function eventIdOf(lane: number, sequence: number, index: number): string {
  return `${lane.toString(16).padStart(2, '0')}-${sequence.toString(16).padStart(12, '0')}-${index.toString(16).padStart(5, '0')}`;
}
