import type { Correlator } from '@culprit/correlation';
import type { Metrics } from '@culprit/platform';

type Counters = Correlator['counters'];

/** What every counter of the correlators is called outside, and what it says. */
const helpByCounter: Record<keyof Counters, readonly [name: string, help: string]> = {
  duplicateAnomalies: ['duplicate_anomalies', 'Anomalies that came again.'],
  forgottenAnomalies: ['forgotten_anomalies', 'Anomalies forgotten to bound memory.'],
  suppressedByBudget: ['suppressed_by_budget', 'Alarms beyond the false reports that are acceptable.'],
  suppressedAsRoutine: ['suppressed_as_routine', 'Incidents of a kind that became part of normal life.'],
  suppressedAsChange: ['suppressed_as_change', 'Incidents that only a change explains.'],
  suppressedOpen: ['suppressed_open', 'Incidents beyond what may be open at once.'],
  mergedIncidents: ['merged_incidents', 'Alarms that turned out to be part of an incident told before.'],
  suppressedByDecision: ['suppressed_by_decision', 'Incidents that somebody decided not to hear of.'],
  mutedAnomalies: ['muted_anomalies', 'Anomalies with labels that somebody muted.'],
  refusedDecisions: ['refused_decisions', 'Decisions beyond what is remembered.'],
};

/** The correlators of the partitions that this process reads; their numbers are told when somebody looks. */
export interface CorrelationTelemetry {
  readonly correlators: Map<number, Correlator>;
  reported(revisions: number): void;
}

/** Registers `culprit_correlation_…`, summed over the partitions that are read. */
export function createTelemetry(metrics: Metrics): CorrelationTelemetry {
  const correlators = new Map<number, Correlator>();
  for (const [key, [name, help]] of Object.entries(helpByCounter)) {
    const counter = key as keyof Counters;
    metrics.observeTotal(`culprit_correlation_${name}_total`, help, () =>
      [...correlators.values()].reduce((sum, correlator) => sum + correlator.counters[counter], 0),
    );
  }
  const environments = () => [...correlators.values()].flatMap((correlator) => correlator.status);
  metrics.observe(
    'culprit_correlation_environments',
    'Environments that are watched.',
    () => environments().length,
  );
  metrics.observe(
    'culprit_correlation_learning_environments',
    'Environments too young for reports that chance cannot explain.',
    () => environments().filter(({ isLearning }) => isLearning).length,
  );
  metrics.observe(
    'culprit_correlation_calibrated_environments',
    'Environments whose thresholds come from their own past.',
    () => environments().filter(({ isCalibrated }) => isCalibrated).length,
  );
  metrics.observe('culprit_correlation_open_incidents', 'Incidents that go on.', () =>
    environments().reduce((sum, { openIncidents }) => sum + openIncidents, 0),
  );
  const revisions = metrics.counter('culprit_correlation_revisions_total', 'Revisions of reports.');
  return { correlators, reported: (count) => revisions.add(count) };
}
