import type { EnvironmentName, EpochNanos, IncidentId, IncidentTypeId, TemplateId } from '@culprit/kernel';

/** What part an event plays in the story; `cause` is the likely cause, never a certainty. */
export type EventRole = 'cause' | 'symptom' | 'context';

/** How sure we are that the report needs attention. */
export type Significance = 'low' | 'medium' | 'high';

/** Which detector opened the incident. */
export type DetectorKind = 'wide' | 'narrow' | 'fatal' | 'scan';

/** A log event inside a report, with why it is there. */
export interface ReportEvent {
  readonly eventId: string;
  readonly time: EpochNanos;
  readonly logType: string;
  readonly host: string;
  readonly pod: string;
  readonly severity: number;
  /** What the event says, on one line, without header and trace: for lists and terminals. */
  readonly message: string;
  readonly body: string;
  readonly templateId: TemplateId;
  /** Nats. */
  readonly surprise: number;
  readonly badness: number;
  readonly role: EventRole;
  /** Place among the core events by what speaks for it as the cause, 1 the likeliest; 0 outside the core. */
  readonly causeRank: number;
  /** Sentences for people, strongest reason first. */
  readonly reasons: readonly string[];
  /** Smallest zoom level that shows the event: 0 core, 1..3 related. */
  readonly zoom: 0 | 1 | 2 | 3;
}

/** One of the one or two events that characterise the incident. */
export interface Hallmark {
  readonly time: EpochNanos;
  readonly logType: string;
  readonly body: string;
}

/** A word of a report and how much it stands for, 1..10. */
export interface CloudWord {
  readonly word: string;
  readonly weight: number;
}

/** A root cause report at one revision. Later revisions replace earlier ones and never lose the incident. */
export interface RootCauseReport {
  readonly incidentId: IncidentId;
  readonly incidentType: IncidentTypeId;
  /** 1 for the first incident of its type. */
  readonly occurrence: number;
  /** When the incident of this type before this one began; undefined for the first. */
  readonly previous: EpochNanos | undefined;
  readonly revision: number;
  readonly environment: EnvironmentName;
  readonly detector: DetectorKind;
  readonly start: EpochNanos;
  /**
   * Time of the last event of core and zoom 1; as long as the incident is open at least the event time of the
   * revision, for it is not over yet. Never moves back.
   */
  readonly end: EpochNanos;
  /** Event time at which the first revision became known. */
  readonly created: EpochNanos;
  /** Event time at which this revision became known. */
  readonly updated: EpochNanos;
  readonly significance: Significance;
  /** How many reports this tight chance alone would give in a day. */
  readonly falseReportsPerDay: number;
  /** True while the false-report rate rests on the first day's rule instead of calibration. */
  readonly isProvisional: boolean;
  readonly title: string;
  readonly summary: string;
  /** In order of first appearance. */
  readonly logTypes: readonly string[];
  readonly hosts: readonly string[];
  /** At most 15, in order of time. */
  readonly coreEvents: readonly ReportEvent[];
  /** One or two. */
  readonly hallmarks: readonly Hallmark[];
  /** Up to two core events that may be the cause instead, the likelier first. */
  readonly alternates: readonly Hallmark[];
  /** At most 30, the weightiest first. */
  readonly words: readonly CloudWord[];
  /**
   * Events of zoom 1..3 that are not core, in order of time, at most 2,000, their bodies cut at 1,024 characters; counts
   * below are complete, and the store has every event whole.
   */
  readonly relatedEvents: readonly ReportEvent[];
  /** Number of events shown at zoom 1, 2 and 3; each includes the level below and the core. */
  readonly relatedCounts: { readonly 1: number; readonly 2: number; readonly 3: number };
  /** Set when this incident was merged into another. */
  readonly mergedInto: IncidentId | undefined;
}
