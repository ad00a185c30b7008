import type { EventRows, TemplateRow } from '@culprit/pipeline';
import type { EventEncoder } from './encoding/event-encoder.js';

/** First and last row of one lane inside a group, and how many rows lie between them, both included. */
export interface LaneRange {
  readonly lane: number;
  readonly fromSequence: number;
  readonly fromRow: number;
  toSequence: number;
  toRow: number;
  rowCount: number;
}

/** Template rows with the sequence of the batch that brought them. */
export interface TemplateChanges {
  readonly rows: readonly TemplateRow[];
  readonly version: number;
}

/** Rows that become one insert: all of them are stored or none. */
export class EventGroup {
  readonly encoder: EventEncoder;
  readonly ranges = new Map<number, LaneRange>();
  /** Batches whose last row is in this group: highest sequence by lane. */
  readonly completed = new Map<number, number>();
  templates: TemplateChanges[] = [];

  constructor(encoder: EventEncoder) {
    this.encoder = encoder;
  }

  get isEmpty(): boolean {
    return this.encoder.rowCount === 0 && this.completed.size === 0 && this.templates.length === 0;
  }

  begin(storedOn: number): void {
    this.encoder.begin(storedOn);
    this.ranges.clear();
    this.completed.clear();
    this.templates = [];
  }

  /** Takes a row in; a row that is stored already only widens the range. */
  add(rows: EventRows, index: number, isStored: boolean): void {
    const range = this.ranges.get(rows.lane);
    if (range === undefined) {
      const { lane, sequence } = rows;
      const first = {
        lane,
        fromSequence: sequence,
        fromRow: index,
        toSequence: sequence,
        toRow: index,
        rowCount: 1,
      };
      this.ranges.set(lane, first);
    } else {
      range.toSequence = rows.sequence;
      range.toRow = index;
      range.rowCount += 1;
    }
    if (!isStored) this.encoder.append(rows, index);
  }

  /** Names this group among all groups of one writer: no two differ in rows and agree in this. */
  describe(): string {
    const spans = [...this.ranges.values()].map(
      (range) => `${range.lane}/${range.fromSequence}.${range.fromRow}-${range.toSequence}.${range.toRow}`,
    );
    return `${spans.join(',')}/${this.encoder.rowCount}`;
  }
}
