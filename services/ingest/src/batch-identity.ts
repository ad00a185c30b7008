import { createHash } from 'node:crypto';
import type { BusRecord } from '@culprit/bus';
import { batchHeader } from '@culprit/contracts';

/** A short name of one request: the same for a repeat of the same bytes, another one for other bytes. 128 bits. */
export function identityOf(id: string, fingerprint: string): string {
  return createHash('sha256').update(`${id}\u0000${fingerprint}`).digest('hex').slice(0, 32);
}

/**
 * Names every record of a request by the request and its place in it, so that a repeat that comes after a crash, when
 * nobody here remembers the first one, is recognised behind the bus. The number of records is part of the name: a
 * repeat that was cut otherwise is stored again rather than lost.
 */
export function identified(
  records: readonly BusRecord[],
  identity: string | undefined,
): readonly BusRecord[] {
  if (identity === undefined) return records;
  return records.map((record, index) => ({
    ...record,
    headers: { ...record.headers, [batchHeader]: `${identity}-${index}/${records.length}` },
  }));
}
