import type { ReceivedRecord } from '@culprit/bus';
import { decodeAnomalyRecord, encodeReportRevision, topics } from '@culprit/contracts';
import type { Correlator, IncidentTypeSummary, RootCauseReport } from '@culprit/correlation';
import type { StageOutput, StageState } from '@culprit/platform';
import type { DecisionRepository, IncidentTypeRepository, ReportRepository } from '@culprit/store';
import type { CorrelationTelemetry } from './telemetry.js';

/** Dependencies of {@link createCorrelationState}. */
export interface CorrelationStateOptions {
  readonly correlator: Correlator;
  readonly reports: ReportRepository;
  readonly incidentTypes: IncidentTypeRepository;
  readonly decisions: DecisionRepository;
  readonly telemetry?: Pick<CorrelationTelemetry, 'reported'>;
}

/** Correlation on one partition: anomaly batches in, report revisions out. */
export function createCorrelationState({
  correlator,
  reports,
  incidentTypes,
  decisions,
  telemetry,
}: CorrelationStateOptions): StageState {
  const pending: RootCauseReport[] = [];
  let types: IncidentTypeSummary[] = [];
  let isInformed = false;

  return {
    async apply(record: ReceivedRecord): Promise<readonly StageOutput[]> {
      // Once after a start: what was decided while the journal kept no record of it.
      if (!isInformed) correlator.decide(await decisions.list());
      isInformed = true;
      const content = decodeAnomalyRecord(record.value);
      if ('decisions' in content) {
        correlator.decide(content.decisions);
        return [];
      }
      const revisions = correlator.push(content.batch);
      pending.push(...revisions);
      telemetry?.reported(revisions.length);
      return revisions.map((report) => ({
        topic: topics.reportedIncidents.name,
        key: report.incidentId,
        value: encodeReportRevision(report),
      }));
    },
    async flush() {
      types.push(...correlator.takeTypes());
      await incidentTypes.save(types);
      types = [];
      for (let report = pending[0]; report !== undefined; report = pending[0]) {
        await reports.save(report);
        pending.shift();
      }
    },
    snapshot: () => correlator.snapshot(),
  };
}
