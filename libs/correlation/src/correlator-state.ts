import type { EnvironmentName, IncidentTypeId } from '@culprit/kernel';
import type { DecisionChange } from './decisions.js';
import type { EnvironmentState } from './environment.js';
import type { MergeQueue } from './merge-queue.js';

/** Version of {@link CorrelatorState} in snapshots. */
export const stateVersion = 8;

/** What was held back or dropped, by reason. */
export interface CorrelationCounters {
  duplicateAnomalies: number;
  forgottenAnomalies: number;
  suppressedByBudget: number;
  suppressedAsRoutine: number;
  suppressedAsChange: number;
  suppressedOpen: number;
  /** Alarms that turned out to be part of an incident told before. */
  mergedIncidents: number;
  suppressedByDecision: number;
  /** Anomalies with labels that somebody muted. */
  mutedAnomalies: number;
  refusedDecisions: number;
}

/** What the correlator knows of an environment, for people. */
export interface EnvironmentStatus {
  readonly environment: EnvironmentName;
  /** First event time known, ms. */
  readonly firstSeen: number;
  readonly logTypes: number;
  readonly openIncidents: number;
  readonly isLearning: boolean;
  /** Thresholds come from the environment's own past. */
  readonly isCalibrated: boolean;
  /** Kinds of incident that became part of normal life and are no longer reported. */
  readonly routines: readonly {
    readonly incidentType: string;
    readonly occurrences: number;
    readonly lastSeen: number;
  }[];
}

/** A kind of incident, for lists. */
export interface IncidentTypeSummary {
  readonly environment: EnvironmentName;
  readonly incidentType: IncidentTypeId;
  /** Incidents of the type, told or not. */
  readonly occurrences: number;
  /** Openings of the first that is remembered and of the latest, ms. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** True where it became part of normal life. */
  readonly isRoutine: boolean;
  /** Title of the latest. */
  readonly title: string;
}

/** Everything the correlator remembers. */
export interface CorrelatorState {
  readonly version: number;
  readonly queue: MergeQueue;
  readonly environments: Map<string, EnvironmentState>;
  readonly decisions: Map<string, DecisionChange>;
  /** Incident types that were met since {@link Correlator.takeTypes}, by environment and id; bounded by the types. */
  readonly changedTypes: Map<string, IncidentTypeSummary>;
  /** Event time everything up to which was worked on. */
  now: number;
  readonly counters: CorrelationCounters;
}

/** Nothing held back yet. */
export function createCounters(): CorrelationCounters {
  return {
    duplicateAnomalies: 0,
    forgottenAnomalies: 0,
    suppressedByBudget: 0,
    suppressedAsRoutine: 0,
    suppressedAsChange: 0,
    suppressedOpen: 0,
    mergedIncidents: 0,
    suppressedByDecision: 0,
    mutedAnomalies: 0,
    refusedDecisions: 0,
  };
}
