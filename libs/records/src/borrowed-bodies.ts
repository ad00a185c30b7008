import type { PendingRecord } from './pending-record.js';

/**
 * Bodies that are left in the batch they came with. Most records end in the batch they began in: they are copied once,
 * when they are complete. What is still open at the end of the batch keeps a copy.
 */
export class BorrowedBodies {
  #bytes: Uint8Array | undefined;
  readonly #borrowers: PendingRecord[] = [];

  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
  }

  /** Gives a record its body; a copy where it does not lie in the batch. */
  take(pending: PendingRecord, bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.#bytes) {
      pending.append(bytes, start, end);
      return;
    }
    pending.borrow(bytes, start, end);
    if (pending.isBorrower) return;
    pending.isBorrower = true;
    this.#borrowers.push(pending);
  }

  /** The batch's bytes are about to change. */
  end(): void {
    for (const pending of this.#borrowers) {
      pending.isBorrower = false;
      pending.keep();
    }
    this.#borrowers.length = 0;
    this.#bytes = undefined;
  }
}
