import { decodeUtf8 } from '@culprit/kernel';
import { memberRanges, type RecordBatch } from '@culprit/records';

/** A member of a structured body that is no part of its template. */
export interface RecordMember {
  readonly name: string;
  readonly value: string;
}

/**
 * Members of the body of record `index`, in their order.
 *
 * @param limits most members, and most bytes of a value
 */
export function membersOf(
  { bytes, statementEnd, messageEnd }: RecordBatch,
  index: number,
  limits: { readonly count: number; readonly valueBytes: number },
): RecordMember[] {
  return memberRanges(bytes, statementEnd[index] ?? 0, messageEnd[index] ?? 0)
    .slice(0, limits.count)
    .map(({ keyStart, keyEnd, start, end }) => ({
      name: decodeUtf8(bytes.subarray(keyStart, keyEnd)),
      value: decodeUtf8(bytes.subarray(start, Math.min(end, start + limits.valueBytes))),
    }));
}
