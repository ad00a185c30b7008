import type { BusRecord } from '@culprit/bus';
import type { EnvelopeResult, RejectReason, RepairReason, SecretKind } from '@culprit/records';
import type { CutBatch } from './batch-cutter.js';

/** What all pieces of one body came to. */
export class CutTotals {
  readonly records: BusRecord[] = [];
  readonly rejected = new Map<RejectReason, number>();
  readonly repaired = new Map<RepairReason, number>();
  readonly redacted = new Map<SecretKind, number>();
  accepted = 0;
  foldedLines = 0;
  /** Where and why the first line was refused. */
  firstRejection: string | undefined;

  /** @param redacted secrets that were replaced in the piece */
  add(result: EnvelopeResult, redacted: ReadonlyMap<SecretKind, number>, cut: CutBatch): void {
    for (const record of cut.records) this.records.push(record);
    addCounts(this.rejected, result.rejected);
    addCounts(this.repaired, result.repaired);
    addCounts(this.redacted, redacted);
    this.accepted += result.batch.lineCount;
    this.foldedLines += cut.foldedLines;
    this.firstRejection ??= result.firstRejection;
  }
}

function addCounts<Reason>(totals: Map<Reason, number>, counts: ReadonlyMap<Reason, number>): void {
  for (const [reason, count] of counts) totals.set(reason, (totals.get(reason) ?? 0) + count);
}
