import type { EnvironmentName, EpochMillis, EpochNanos, LogTypeName, TemplateId } from '@culprit/kernel';

/** Where an event came from; pods and hosts are attributes, never identity. */
export interface EventSource {
  readonly environment: EnvironmentName;
  readonly logType: LogTypeName;
  readonly namespace: string;
  readonly service: string;
  readonly pod: string;
  readonly container: string;
  readonly host: string;
}

/** A record with its template, kept whole because it may become evidence. */
export interface StructuredEvent {
  /** Deterministic and unique: lane, sequence of the raw batch, ordinal inside it. Sorts in order of arrival. */
  readonly eventId: string;
  readonly time: EpochNanos;
  readonly source: EventSource;
  /** OpenTelemetry severity 1..24, 0 unknown. */
  readonly severity: number;
  readonly templateId: TemplateId;
  /**
   * What the record says without its header: time, level and colours cut off, a stack trace reduced to its first and
   * its exception lines, at most 2 KiB. What people read first.
   */
  readonly message: string;
  /** The record's text exactly as it came. */
  readonly body: string;
  /**
   * Values at the template's wildcards, in order, then members of a structured body that are no part of the template, as
   * `key=value`; at most 32, of values of at most 256 characters.
   */
  readonly parameters: readonly string[];
  readonly hasStackTrace: boolean;
}

/** How often a template occurred in one 10-second bin, as counted in one batch. Sums over batches are exact. */
export interface TemplateCount {
  /** Start of the bin, a multiple of {@link binMillis}. */
  readonly binStart: EpochMillis;
  readonly environment: EnvironmentName;
  readonly logType: LogTypeName;
  readonly templateId: TemplateId;
  readonly count: number;
  /** Highest severity among these records. */
  readonly maxSeverity: number;
  /** Records among them that say of themselves that something failed: severity ERROR (17) or above. */
  readonly errorCount: number;
}

/** Width of the bins of partial counts. */
export const binMillis = 10_000;

/**
 * What structuring says about one raw batch: exact counts of every template and the whole event where it may matter
 * (the earliest of each template in each bin of the batch).
 */
export interface StructuredBatch {
  /** Partition of the raw topic; the lanes are merged in event time. */
  readonly lane: number;
  /** Offset of the raw batch; rises by lane, so a repeated batch can be recognised. */
  readonly sequence: number;
  /** Highest event time seen in this lane up to and including this batch; -Infinity before the first record. */
  readonly highestTime: number;
  readonly counts: readonly TemplateCount[];
  readonly exemplars: readonly StructuredEvent[];
  readonly aliases: readonly TemplateAlias[];
  /** What people decided about templates, in order. */
  readonly controls: readonly TemplateControl[];
  /** True when nobody writes to the lane any more: until its next batch it holds the others back no longer. */
  readonly isIdle?: boolean;
}

/** What a decision of a person means for one template. */
export type ControlChange =
  /** `other` stands for it from now on. */
  | { readonly kind: 'joined'; readonly templateId: TemplateId; readonly other: TemplateId }
  /** It stands for itself again, and is as well known as `other`, which it was part of. */
  | { readonly kind: 'separated'; readonly templateId: TemplateId; readonly other: TemplateId }
  /** Nothing of it is reported before `untilMillis`, event time; Infinity: never. */
  | { readonly kind: 'muted'; readonly templateId: TemplateId; readonly untilMillis: number }
  | { readonly kind: 'unmuted'; readonly templateId: TemplateId }
  /** It is no more; its absence means nothing. */
  | { readonly kind: 'retired'; readonly templateId: TemplateId };

/** A decision of a person on its way to scoring. */
export interface TemplateControl {
  /** Holds from this bin on. */
  readonly binStart: EpochMillis;
  /** Version of the rules that caused it: what was decided later holds. */
  readonly version: number;
  readonly environment: EnvironmentName;
  readonly logType: LogTypeName;
  readonly change: ControlChange;
}

/** Two templates turned out to be one; counts and baselines of `templateId` belong to `into`. */
export interface TemplateAlias {
  /** Bin of the record that showed it: counts up to and including this bin fold before the bin is scored. */
  readonly binStart: EpochMillis;
  readonly environment: EnvironmentName;
  readonly logType: LogTypeName;
  readonly templateId: TemplateId;
  readonly into: TemplateId;
}
