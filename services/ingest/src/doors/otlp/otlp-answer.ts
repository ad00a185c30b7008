import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { ProblemDetails } from '@culprit/platform';
import type { IngestAnswer } from '../../ingest-answer.js';

const invalidArgument = 3;

/** Codes of `google.rpc.Status` for the status that HTTP has for the same failure. */
const rpcCodeByStatus: Readonly<Record<number, number>> = {
  401: 16,
  403: 7,
  413: 8,
  429: 8,
  500: 13,
  503: 14,
  504: 4,
};

function rpcCodeOf(status: number): number {
  return rpcCodeByStatus[status] ?? invalidArgument;
}

/** How many records of a request were refused, and why. */
export function partialSuccessOf(
  answer: IngestAnswer,
): { readonly rejected: number; readonly message: string } | undefined {
  const reasons = Object.entries(answer.rejected);
  const rejected = reasons.reduce((sum, [, count]) => sum + count, 0);
  const notes = reasons.map(([reason, count]) => `${count} ${reason}`);
  const message = [...notes, ...(answer.notices ?? [])].join('; ');
  return message === '' ? undefined : { rejected, message };
}

/** An `ExportLogsServiceResponse`; everything stored is the empty message. */
export function encodeResponse(answer: IngestAnswer): Uint8Array {
  const partial = partialSuccessOf(answer);
  const writer = new BinaryWriter();
  if (partial === undefined) return writer.finish();
  writer.uint32(10).fork();
  if (partial.rejected > 0) writer.uint32(8).int64(partial.rejected);
  writer.uint32(18).string(partial.message);
  writer.join();
  return writer.finish();
}

/** The same as JSON. */
export function jsonResponse(answer: IngestAnswer): object {
  const partial = partialSuccessOf(answer);
  if (partial === undefined) return {};
  return {
    partialSuccess: { rejectedLogRecords: String(partial.rejected), errorMessage: partial.message },
  };
}

/** A `google.rpc.Status`, which is the body of every error of the protocol. With a `RetryInfo` where waiting helps. */
export function encodeStatus(problem: ProblemDetails): Uint8Array {
  const writer = new BinaryWriter()
    .uint32(8)
    .int32(rpcCodeOf(problem.status))
    .uint32(18)
    .string(problem.detail);
  if (problem.retryAfterSeconds !== undefined) {
    writer.uint32(26).fork();
    writer.uint32(10).string('type.googleapis.com/google.rpc.RetryInfo');
    writer.uint32(18).fork().uint32(10).fork().uint32(8).int64(problem.retryAfterSeconds).join().join();
    writer.join();
  }
  return writer.finish();
}

/** The same as JSON. */
export function jsonStatus(problem: ProblemDetails): object {
  const { status, detail, code, retryAfterSeconds } = problem;
  const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` };
  return {
    code: rpcCodeOf(status),
    message: `${detail} (${code})`,
    ...(retryAfterSeconds === undefined ? {} : { details: [retry] }),
  };
}
