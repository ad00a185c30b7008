import type { Metrics } from '@culprit/platform';

/** How a request ended. */
export const outcomes = ['stored', 'repeated', 'debug', 'refused', 'turned_away', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

/** All numbers of this service. */
export interface IngestTelemetry {
  request(outcome: Outcome): void;
  wireBytes(bytes: number): void;
  bodyBytes(bytes: number): void;
  acceptedLines(lines: number): void;
  rejectedLines(lines: number): void;
  repairs(repairs: number): void;
  foldedLines(lines: number): void;
  busRecords(records: number): void;
}

export function createTelemetry(
  metrics: Metrics,
  read: {
    readonly inFlightBytes: () => number;
    readonly activeStreams: () => number;
    readonly batchIds: () => number;
  },
): IngestTelemetry {
  const requests = metrics.counters('culprit_ingest_requests_total', 'Requests by how they ended', {
    name: 'outcome',
    values: outcomes,
  });
  const wire = metrics.counter('culprit_ingest_wire_bytes_total', 'Bytes received, as sent');
  const body = metrics.counter('culprit_ingest_body_bytes_total', 'Bytes received, inflated');
  const accepted = metrics.counter('culprit_ingest_accepted_lines_total', 'Lines stored');
  const rejected = metrics.counter('culprit_ingest_rejected_lines_total', 'Lines that could not be read');
  const repairs = metrics.counter('culprit_ingest_repairs_total', 'Changes that made lines readable');
  const folded = metrics.counter('culprit_ingest_folded_lines_total', 'Lines of streams over the limit');
  const records = metrics.counter('culprit_ingest_bus_records_total', 'Records published');
  metrics.observe('culprit_ingest_in_flight_bytes', 'Bytes of requests under way', read.inFlightBytes);
  metrics.observe('culprit_ingest_active_streams', 'Streams told apart', read.activeStreams);
  metrics.observe('culprit_ingest_batch_ids', 'Batch ids remembered', read.batchIds);
  return {
    request: (outcome) => requests.add(outcome),
    wireBytes: (bytes) => wire.add(bytes),
    bodyBytes: (bytes) => body.add(bytes),
    acceptedLines: (lines) => accepted.add(lines),
    rejectedLines: (lines) => rejected.add(lines),
    repairs: (count) => repairs.add(count),
    foldedLines: (lines) => folded.add(lines),
    busRecords: (count) => records.add(count),
  };
}
