import type { EnvironmentName, EpochMillis } from '@culprit/kernel';
import type { StructuredEvent } from './structured-event.js';

/** What was unusual about an event. */
export type EvidenceKind =
  'novelty' | 'rarity' | 'rate-up' | 'rate-down' | 'silence' | 'missing' | 'parameter' | 'severity';

/** One test that was applied, its p-value and the sentence a reader sees. */
export interface Evidence {
  readonly kind: EvidenceKind;
  /** Probability of something at least this unusual when nothing is wrong, in (0, 1]. */
  readonly probability: number;
  /** For example "first time in 3 h here" or "240 a minute, usually 3". */
  readonly sentence: string;
}

/**
 * An event that was more surprising than {@link relatedSurprise}, a first time of a line or a kind of value, or a bad line (at most one a minute and
 * template), with its reasons, strongest first.
 */
export interface Anomaly {
  readonly event: StructuredEvent;
  /** Combined surprise -ln p in nats, >= 0. */
  readonly surprise: number;
  /** Prior weight in bits, -1..8: how bad the line says it is. */
  readonly badness: number;
  readonly evidence: readonly Evidence[];
  /** Occurrences of the template in the bin of the event; 0 for a silence. */
  readonly count: number;
}

/** Surprise in nats from which an event is an anomaly. */
export const anomalySurprise = 5;

/** Surprise in nats from which an event is kept as a related event. */
export const relatedSurprise = 2;

/** What scoring says when bins close: everything surprising up to `closedThrough`, in order of event time. */
export interface AnomalyBatch {
  readonly lane: number;
  readonly sequence: number;
  /** All bins that end at or before this time are closed; -Infinity while none is. */
  readonly closedThrough: number;
  readonly anomalies: readonly Anomaly[];
  /** Per environment: what is alive and how long it has been learned. */
  readonly activity: readonly LogTypeActivity[];
}

/** Learning state of one log type, sent when it changes bins. */
export interface LogTypeActivity {
  readonly environment: EnvironmentName;
  readonly logType: string;
  readonly firstSeen: EpochMillis;
  readonly lastSeen: EpochMillis;
  readonly recordCount: number;
  readonly templateCount: number;
}
