import { errorSeverity } from '@culprit/kernel';
import type { EpochMillis } from '@culprit/kernel';
import type { TemplateCount } from '@culprit/scoring';
import type { LogTypeEntry } from './log-type-entry.js';

/**
 * Counts of (log type, template, bin) inside one batch: one slot each, the slots of a template chained from the
 * newest. Finding the slot of a record is O(1) while records come roughly in order of time.
 */
export class CountTable {
  #batch = 0;
  #length = 0;
  #entries: LogTypeEntry[] = [];
  #template = new Int32Array(256);
  #bin = new Float64Array(256);
  #count = new Uint32Array(256);
  #severity = new Uint8Array(256);
  #errors = new Uint32Array(256);
  #previous = new Int32Array(256);

  /** Forgets the counts of the batch before. */
  clear(): void {
    this.#batch = (this.#batch + 1) >>> 0;
    this.#length = 0;
    this.#entries.length = 0;
  }

  /** Counts one record of `template` (an index of the entry's miner) in the bin that starts at `bin`. */
  add(entry: LogTypeEntry, template: number, bin: number, severity: number): void {
    const newest = entry.slotBatch[template] === this.#batch ? (entry.slot[template] ?? -1) : -1;
    let slot = newest;
    while (slot >= 0 && this.#bin[slot] !== bin) slot = this.#previous[slot] ?? -1;
    if (slot < 0) slot = this.#open(entry, template, bin, newest);
    this.#count[slot] = (this.#count[slot] ?? 0) + 1;
    if (severity > (this.#severity[slot] ?? 0)) this.#severity[slot] = severity;
    if (severity >= errorSeverity) this.#errors[slot] = (this.#errors[slot] ?? 0) + 1;
  }

  /** The counts as values, in order of first occurrence. */
  toCounts(): TemplateCount[] {
    const counts: TemplateCount[] = [];
    for (let slot = 0; slot < this.#length; slot++) {
      const entry = this.#entries[slot];
      if (entry === undefined) continue;
      counts.push({
        binStart: (this.#bin[slot] ?? 0) as EpochMillis,
        environment: entry.environment,
        logType: entry.logType,
        templateId: entry.idOf(this.#template[slot] ?? 0),
        count: this.#count[slot] ?? 0,
        maxSeverity: this.#severity[slot] ?? 0,
        errorCount: this.#errors[slot] ?? 0,
      });
    }
    return counts;
  }

  #open(entry: LogTypeEntry, template: number, bin: number, newest: number): number {
    if (this.#length === this.#template.length) this.#grow();
    const slot = this.#length++;
    this.#entries[slot] = entry;
    this.#template[slot] = template;
    this.#bin[slot] = bin;
    this.#count[slot] = 0;
    this.#severity[slot] = 0;
    this.#errors[slot] = 0;
    this.#previous[slot] = newest;
    entry.slot[template] = slot;
    entry.slotBatch[template] = this.#batch;
    return slot;
  }

  #grow(): void {
    const length = this.#template.length * 2;
    const template = new Int32Array(length);
    template.set(this.#template);
    this.#template = template;
    const bin = new Float64Array(length);
    bin.set(this.#bin);
    this.#bin = bin;
    const count = new Uint32Array(length);
    count.set(this.#count);
    this.#count = count;
    const severity = new Uint8Array(length);
    severity.set(this.#severity);
    this.#severity = severity;
    const errors = new Uint32Array(length);
    errors.set(this.#errors);
    this.#errors = errors;
    const previous = new Int32Array(length);
    previous.set(this.#previous);
    this.#previous = previous;
  }
}
