import type { Metrics } from '@culprit/platform';
import { secretKinds } from '@culprit/records';
import type { RejectReason, RepairReason, SecretKind } from '@culprit/records';
import type { CutTotals } from './cut-totals.js';

/** How a request ended. */
export const outcomes = ['stored', 'repeated', 'debug', 'refused', 'turned_away', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

const rejectReasons = [
  'bad-json',
  'not-an-object',
  'no-text',
  'malformed',
] as const satisfies readonly RejectReason[];
const repairReasons = [
  'bom-removed',
  'utf16-decoded',
  'invalid-utf8',
  'nul-bytes',
  'line-truncated',
  'attributes-dropped',
  'json-kept-as-text',
  'bad-time',
] as const satisfies readonly RepairReason[];

/** All numbers of this service. */
export interface IngestTelemetry {
  request(outcome: Outcome): void;
  /** A request that did not succeed, by the code of its answer. */
  refusal(code: string): void;
  body(bytes: { readonly wire: number; readonly inflated: number }): void;
  /** Lines that could not be read, and lines that were changed to be readable. */
  readLines(totals: CutTotals): void;
  storedLines(totals: CutTotals): void;
  /** Secrets replaced since the start, in a sentence; undefined while there were none. */
  redactionNotice(): string | undefined;
}

/** What is read when somebody looks. */
export interface IngestGauges {
  readonly inFlightBytes: () => number;
  readonly activeStreams: () => number;
  readonly batchIds: () => number;
}

export function createTelemetry(metrics: Metrics, gauges: IngestGauges): IngestTelemetry {
  const requests = metrics.counters('culprit_ingest_requests_total', 'Requests by how they ended', {
    name: 'outcome',
    values: outcomes,
  });
  // Codes come from our own closed unions, never from a request; each shows up when it first happens.
  const refusals = metrics.counters<string>('culprit_ingest_refusals_total', 'Requests that failed', {
    name: 'code',
    values: [],
  });
  const wire = metrics.counter('culprit_ingest_wire_bytes_total', 'Bytes received, as sent');
  const inflated = metrics.counter('culprit_ingest_body_bytes_total', 'Bytes received, inflated');
  const rejected = metrics.counters('culprit_ingest_rejected_lines_total', 'Lines that could not be read', {
    name: 'reason',
    values: rejectReasons,
  });
  const repaired = metrics.counters('culprit_ingest_repairs_total', 'Changes that made lines readable', {
    name: 'reason',
    values: repairReasons,
  });
  const redacted = metrics.counters('culprit_ingest_redactions_total', 'Secrets replaced by pseudonyms', {
    name: 'kind',
    values: secretKinds,
  });
  const accepted = metrics.counter('culprit_ingest_accepted_lines_total', 'Lines stored');
  const folded = metrics.counter('culprit_ingest_folded_lines_total', 'Lines of streams over the limit');
  const records = metrics.counter('culprit_ingest_bus_records_total', 'Records published');
  observeGauges(metrics, gauges);
  return {
    request: (outcome) => requests.add(outcome),
    refusal: (code) => refusals.add(code),
    body(bytes) {
      wire.add(bytes.wire);
      inflated.add(bytes.inflated);
    },
    readLines(totals) {
      for (const [reason, lines] of totals.rejected) rejected.add(reason, lines);
      for (const [reason, lines] of totals.repaired) repaired.add(reason, lines);
    },
    storedLines(totals) {
      accepted.add(totals.accepted);
      for (const [kind, count] of totals.redacted) redacted.add(kind, count);
      folded.add(totals.foldedLines);
      records.add(totals.records.length);
    },
    redactionNotice: () => noticeOf(redacted),
  };
}

/** What was replaced so far, in a sentence. */
function noticeOf(redacted: { read(kind: SecretKind): number }): string | undefined {
  const counts = secretKinds.map((kind) => ({ kind, count: redacted.read(kind) }));
  const found = counts.filter(({ count }) => count > 0).map(({ kind, count }) => `${count} ${kind}`);
  return found.length === 0
    ? undefined
    : `secrets in log lines were replaced before they were stored: ${found.join(', ')}`;
}

function observeGauges(metrics: Metrics, gauges: IngestGauges): void {
  metrics.observe('culprit_ingest_in_flight_bytes', 'Bytes of requests under way', gauges.inFlightBytes);
  metrics.observe('culprit_ingest_active_streams', 'Streams told apart', gauges.activeStreams);
  metrics.observe('culprit_ingest_batch_ids', 'Batch ids remembered', gauges.batchIds);
}
