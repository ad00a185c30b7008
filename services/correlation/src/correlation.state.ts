import type { ReceivedRecord } from '@culprit/bus';
import { decodeAnomalyBatch, encodeReportRevision, topics } from '@culprit/contracts';
import type { Correlator, RootCauseReport } from '@culprit/correlation';
import type { StageOutput, StageState } from '@culprit/platform';
import type { ReportRepository } from '@culprit/store';

/** Dependencies of {@link createCorrelationState}. */
export interface CorrelationStateOptions {
  readonly correlator: Correlator;
  readonly reports: ReportRepository;
}

/** Correlation on one partition: anomaly batches in, report revisions out. */
export function createCorrelationState({ correlator, reports }: CorrelationStateOptions): StageState {
  const pending: RootCauseReport[] = [];

  return {
    apply(record: ReceivedRecord): Promise<readonly StageOutput[]> {
      const revisions = correlator.push(decodeAnomalyBatch(record.value));
      pending.push(...revisions);
      return Promise.resolve(
        revisions.map((report) => ({
          topic: topics.reportedIncidents.name,
          key: report.incidentId,
          value: encodeReportRevision(report),
        })),
      );
    },
    async flush() {
      for (let report = pending[0]; report !== undefined; report = pending[0]) {
        await reports.save(report);
        pending.shift();
      }
    },
    snapshot: () => correlator.snapshot(),
  };
}
