import type {
  EnvironmentName,
  EpochNanos,
  IncidentId,
  IncidentTypeId,
  LogTypeName,
  TemplateId,
} from '@culprit/kernel';
import type {
  DecisionChange,
  IncidentTypeSummary,
  RootCauseReport,
  Significance,
} from '@culprit/correlation';
import type { EventRows, MarkedTemplate, TemplateRow, TemplateSample } from '@culprit/pipeline';
import type { Anomaly, AnomalyBatch, EventSource, RuleChange } from '@culprit/scoring';
import type { SnapshotStore } from './snapshot-store.js';

/** Whose data a repository may see; comes from a verified token, never from a request's text. */
export interface TenantContext {
  readonly tenant: string;
}

/** Half-open range of event time; a missing end is open. */
export interface TimeWindow {
  readonly from?: EpochNanos | undefined;
  readonly until?: EpochNanos | undefined;
}

/** Which page of a list: at most 1,000 items, continued by the token of the page before. */
export interface PageRequest {
  /** 1..1,000. */
  readonly pageSize: number;
  readonly pageToken?: string | undefined;
}

/** A log record as it was stored. */
export interface StoredEvent {
  readonly eventId: string;
  readonly time: EpochNanos;
  readonly source: EventSource;
  /** OpenTelemetry severity 1..24, 0 unknown. */
  readonly severity: number;
  readonly templateId: TemplateId;
  readonly body: string;
  /** JSON object text, empty where there are none. */
  readonly attributes: string;
  /** Bits of `recordFlags`. */
  readonly flags: number;
}

/** Which events are meant; every condition must hold. */
export interface EventFilter extends TimeWindow {
  /** Literal text that the body contains; ASCII letters match in either case. */
  readonly text?: string | undefined;
  readonly environment?: EnvironmentName | undefined;
  readonly logType?: LogTypeName | undefined;
  /** Also finds events of templates that were merged into this one. */
  readonly templateId?: TemplateId | undefined;
  readonly host?: string | undefined;
  readonly pod?: string | undefined;
  /** Lowest severity to show, 1..24. */
  readonly minSeverity?: number | undefined;
}

/** Which events to find. */
export interface EventSearch extends EventFilter, PageRequest {}

/** Newest first. */
export interface EventSlice {
  readonly events: readonly StoredEvent[];
  readonly nextPageToken: string | undefined;
}

/** A slice with the number of all that match, exact at the time of the first page. */
export interface EventPage extends EventSlice {
  readonly total: number;
}

/** How many there are by time; buckets that hold nothing are left out. */
export interface Histogram<Bucket> {
  /** Half-open range that the buckets cover; whole buckets. */
  readonly from: EpochNanos;
  readonly until: EpochNanos;
  readonly stepMillis: number;
  /** In order of time. */
  readonly buckets: readonly Bucket[];
}

/** What one bucket of a histogram of events holds. */
export interface EventBucket {
  readonly start: EpochNanos;
  /** Events by severity level: 0 unknown, 1 trace, 2 debug, 3 info, 4 warn, 5 error, 6 fatal. */
  readonly countByLevel: readonly number[];
}

/** What one bucket of a histogram of anomalies holds. */
export interface AnomalyBucket {
  readonly start: EpochNanos;
  readonly count: number;
}

/** What was written around one event. */
export interface PeekRequest {
  readonly eventId: string;
  /** Events before and after, 0..1,000 each. */
  readonly before: number;
  readonly after: number;
  /** `stream`: same pod, container and host; `log-type`: all of the log type. */
  readonly scope: 'stream' | 'log-type';
}

export interface EventRepository {
  /** Searches by time, newest first. Bounded by engine time and memory. */
  search(request: EventSearch): Promise<EventPage>;
  /** The same without the number of all, which takes a look at each of them; its tokens are no tokens of `search`. */
  newest(request: EventSearch): Promise<EventSlice>;
  /**
   * Counts by time and severity. Open ends are where the data of environment, log type and template ends.
   *
   * @param maxBuckets 6..500
   * @returns undefined where nothing is stored
   */
  histogram(filter: EventFilter, maxBuckets: number): Promise<Histogram<EventBucket> | undefined>;
  find(eventId: string): Promise<StoredEvent | undefined>;
  /** Events around `eventId`, in order of time, the event itself included; empty when it is unknown. */
  peek(request: PeekRequest): Promise<readonly StoredEvent[]>;
  /** Stored rows by sequence of the raw batch, from `fromSequence` on: what a replay must not write again. */
  countBySequence(lane: number, fromSequence: number): Promise<ReadonlyMap<number, number>>;
  /** Row indices of one raw batch that are stored. */
  listRowIndices(lane: number, sequence: number): Promise<ReadonlySet<number>>;
  /** Highest stored sequence by lane; lanes without rows are missing. */
  lastSequences(): Promise<ReadonlyMap<number, number>>;
}

/** An event type with its exact numbers, aliases resolved, and what people decided about it. */
export type StoredTemplate = MarkedTemplate;

/** What templates are sorted by: the highest, newest or gravest first. */
export type TemplateSort = 'count' | 'firstSeen' | 'lastSeen' | 'severity';

export interface TemplateSearch extends PageRequest {
  /** Words that the text or the name contains, in any order; letters match in either case. */
  readonly text?: string | undefined;
  readonly environment?: EnvironmentName | undefined;
  readonly logType?: LogTypeName | undefined;
  /** Lowest of the gravest severities to show, 1..24. */
  readonly minSeverity?: number | undefined;
  /** Only those that a rule mutes, or only the others. */
  readonly isMuted?: boolean | undefined;
  /** Default `count`. */
  readonly sort?: TemplateSort | undefined;
}

export interface TemplatePage {
  readonly templates: readonly StoredTemplate[];
  /** Templates of all pages. */
  readonly total: number;
  /** All of the environment and log type, whatever else was asked: every record is counted in exactly one of them. */
  readonly ofAll: {
    readonly templates: number;
    readonly records: number;
    /** Input lines that the records were joined from. */
    readonly lines: number;
  };
  readonly nextPageToken: string | undefined;
}

export interface TemplateRepository {
  /** Writes rows; of two rows of one template the higher `version` (sequence of the raw batch) stays. */
  save(rows: readonly TemplateRow[], version: number): Promise<void>;
  search(request: TemplateSearch): Promise<TemplatePage>;
  /** The template of this id, or the one it was merged into; one for each log type that has it. */
  find(templateId: TemplateId): Promise<readonly StoredTemplate[]>;
  /** What the newest records of a template show. @param limit records that are looked at, 1..1,000 */
  sample(
    template: StoredTemplate,
    limit: number,
  ): Promise<TemplateSample & { readonly events: readonly StoredEvent[] }>;
}

/** What people decided about templates. */
export interface TemplateRuleRepository {
  /** Of two changes of one rule the one with the higher version stays. */
  save(changes: readonly RuleChange[]): Promise<void>;
  /** The newest change of every rule, those taken back included. */
  list(): Promise<readonly RuleChange[]>;
}

/** What people decided about incidents. */
export interface DecisionRepository {
  /** Of two changes of one decision the one with the higher version stays. */
  save(changes: readonly DecisionChange[]): Promise<void>;
  /** The newest change of every decision, those taken back included. */
  list(): Promise<readonly DecisionChange[]>;
}

/** Kinds of incident that were met, told or not. */
export interface IncidentTypeRepository {
  /** Replaces what is known of a type unless it knew of more occurrences. */
  save(types: readonly IncidentTypeSummary[]): Promise<void>;
  /** Latest first, at most 1,000. */
  list(environment?: EnvironmentName): Promise<readonly IncidentTypeSummary[]>;
}

/** A report without its related events: what a list shows. */
export type ReportHead = Omit<RootCauseReport, 'relatedEvents'>;

/** Which incidents to list; every condition must hold for the latest revision. */
export interface ReportSearch extends TimeWindow, PageRequest {
  readonly environment?: EnvironmentName | undefined;
  readonly logType?: LogTypeName | undefined;
  readonly host?: string | undefined;
  readonly significance?: readonly Significance[] | undefined;
  readonly incidentType?: IncidentTypeId | undefined;
  /** Incidents that were merged into another are left out unless asked for. */
  readonly includeMerged?: boolean | undefined;
}

/** Latest start first; one entry an incident. */
export interface ReportPage {
  readonly reports: readonly ReportHead[];
  readonly total: number;
  readonly nextPageToken: string | undefined;
}

export interface ReportRepository {
  /** Keeps every revision; saving one again replaces it. */
  save(report: RootCauseReport): Promise<void>;
  search(request: ReportSearch): Promise<ReportPage>;
  /** The latest revision, or the one asked for. */
  find(incidentId: IncidentId, revision?: number): Promise<RootCauseReport | undefined>;
  /** All revisions, oldest first, at most 1,000. */
  listRevisions(incidentId: IncidentId): Promise<readonly ReportHead[]>;
  /** The latest revision number of the incidents that started last; small, to notice changes. @param limit 1..1,000 */
  listVersions(limit: number): Promise<ReadonlyMap<IncidentId, number>>;
}

export interface AnomalyFilter extends TimeWindow {
  readonly environment?: EnvironmentName | undefined;
  readonly logType?: LogTypeName | undefined;
  /** Lowest surprise in nats. */
  readonly minSurprise?: number | undefined;
}

export interface AnomalySearch extends AnomalyFilter {
  /** 1..100,000, strongest first when there are more. */
  readonly limit: number;
}

export interface AnomalyRepository {
  /** Idempotent: an anomaly saved twice is stored once. Give several batches at a time: each call is an insert. */
  save(batches: readonly AnomalyBatch[]): Promise<void>;
  /** In order of time. */
  list(request: AnomalySearch): Promise<readonly Anomaly[]>;
  /**
   * Counts by time. Open ends are where the anomalies of environment and log type end.
   *
   * @param maxBuckets 6..500
   * @returns undefined where nothing is stored
   */
  histogram(filter: AnomalyFilter, maxBuckets: number): Promise<Histogram<AnomalyBucket> | undefined>;
}

/** What is known of one log type. */
export interface LogTypeOverview {
  readonly environment: EnvironmentName;
  readonly logType: LogTypeName;
  readonly eventCount: number;
  /** Input lines these events were joined from; the sum reconciles with what ingest acknowledged. */
  readonly lineCount: number;
  readonly templateCount: number;
  readonly firstSeen: EpochNanos;
  readonly lastSeen: EpochNanos;
  /** Events a second over the last five minutes of event time of the environment. */
  readonly eventsPerSecond: number;
}

export interface StoreOverview {
  readonly eventCount: number;
  /** Input lines these events were joined from; the sum reconciles with what ingest acknowledged. */
  readonly lineCount: number;
  readonly reportCount: number;
  readonly firstSeen: EpochNanos | undefined;
  readonly lastSeen: EpochNanos | undefined;
  readonly diskBytes: number;
  /** Most events first, at most 10,000. */
  readonly logTypes: readonly LogTypeOverview[];
}

export interface OverviewRepository {
  read(environment?: EnvironmentName): Promise<StoreOverview>;
}

/** What a person said about a report. */
export interface Feedback {
  readonly incidentId: IncidentId;
  readonly incidentType: IncidentTypeId;
  readonly environment: EnvironmentName;
  readonly verdict: 'useful' | 'not-useful' | 'same-as' | 'routine';
  readonly author: string;
  readonly note: string;
  /** When it was said: wall clock, because people are not part of event time. */
  readonly saidAt: EpochNanos;
}

export interface FeedbackRepository {
  save(feedback: Feedback): Promise<void>;
  /** Newest first, at most 1,000. */
  list(incidentType: IncidentTypeId): Promise<readonly Feedback[]>;
}

/** What a document is about; kinds are kept apart. */
export type DocumentKind =
  | 'notification-channel'
  | 'notification-rule'
  | 'notification-thread'
  | 'notification-cursor'
  | 'notified-tenant'
  | 'lease'
  | 'report-care'
  | 'summary'
  | 'summary-call'
  | 'access-token'
  | 'access-token-use'
  | 'access-user'
  | 'access-session'
  | 'audit';

/** A small JSON document as it was last saved. */
export interface StoredDocument {
  readonly documentId: string;
  readonly version: number;
  /** Checked by whoever reads it. */
  readonly value: unknown;
}

/** A document to be saved, or removed where `value` is undefined. */
export interface DocumentChange {
  readonly documentId: string;
  /** Wall clock in ms since 1970, higher than that of what it replaces. */
  readonly version: number;
  readonly value: unknown;
  /** Days after which it may go; for ever where not said. */
  readonly keepDays?: number;
}

/** What people set up and what was done about it: few and small, as JSON. */
export interface DocumentRepository {
  /** Of two changes of one document the one with the higher version stays. */
  save(kind: DocumentKind, changes: readonly DocumentChange[]): Promise<void>;
  /** Those that were not removed, changed last first. @param limit 1..1,000 */
  list(kind: DocumentKind, limit: number): Promise<readonly StoredDocument[]>;
  find(kind: DocumentKind, documentId: string): Promise<StoredDocument | undefined>;
}

/** All that one tenant may do. */
export interface TenantStore {
  readonly events: EventRepository;
  readonly templates: TemplateRepository;
  readonly templateRules: TemplateRuleRepository;
  readonly reports: ReportRepository;
  readonly anomalies: AnomalyRepository;
  readonly overview: OverviewRepository;
  readonly feedback: FeedbackRepository;
  readonly decisions: DecisionRepository;
  readonly incidentTypes: IncidentTypeRepository;
  readonly documents: DocumentRepository;
  /** @param isOurs asked before every insert: false ends the writer with CULPRIT_STORE_FENCED; absent where no other can be */
  createEventWriter(isOurs?: () => boolean): EventWriter;
}

/** What an {@link EventWriter} did so far. */
export interface EventWriterCounters {
  readonly rows: number;
  /** Lines that the rows were made of. */
  readonly lines: number;
  readonly inserts: number;
  readonly bytes: number;
  /** Rows of repeated batches that were already stored. */
  readonly skippedRows: number;
  /** Texts in which invalid UTF-8 was replaced. */
  readonly repairedTexts: number;
  /** Times outside of the range that can be stored (years 1900 to 2262), moved to its edge. */
  readonly clampedTimes: number;
}

/**
 * Writes structured events so that each raw batch is stored exactly once, however often it comes again.
 *
 * Batches of one lane must rise by sequence. One caller at a time: await each call before the next one.
 */
export interface EventWriter {
  /**
   * Takes a batch over; the arrays may be reused once the promise resolves. Waits while two groups are under way.
   * Rejects when an earlier group failed for good.
   */
  append(rows: EventRows): Promise<void>;
  /** Resolves when everything appended before is on disk and can be queried. */
  flush(): Promise<void>;
  /** Gives up what is not stored yet; resolves when no insert of this writer is under way any more. */
  abandon(): Promise<void>;
  /** All batches of the lane up to this sequence are stored; -1 while none is known to be. */
  storedThrough(lane: number): number;
  readonly counters: EventWriterCounters;
}

/** The port: repositories of the default tenant, and those of any other. */
export interface Store extends TenantStore {
  /** State of stages that run on several machines. */
  readonly snapshots: SnapshotStore;
  forTenant(context: TenantContext): TenantStore;
  /** Waits for what is under way, then releases the data directory. Idempotent. */
  close(): Promise<void>;
}
