import type {
  EnvironmentName,
  EpochMillis,
  EpochNanos,
  IncidentId,
  IncidentTypeId,
  LogTypeName,
} from '@culprit/kernel';
import { templateIdFromHalves } from '@culprit/kernel';
import type { Hallmark, ReportEvent, RootCauseReport } from '@culprit/correlation';
import type {
  AnomalyBatch,
  EventSource,
  RuleChange,
  StructuredBatch,
  StructuredEvent,
  TemplateCount,
  TemplateRule,
} from '@culprit/scoring';
import {
  array,
  bigInt,
  boolean,
  constant,
  constantFrom,
  double,
  integer,
  maxSafeNat,
  nat,
  oneof,
  option,
  record,
  string,
  tuple,
  type Arbitrary,
} from 'fast-check';

// Any values that the domain types allow, for the round trips. Text is whole Unicode and may start with a byte
// order mark; lone surrogates do not exist in UTF-8.
const text = string({ unit: 'binary', maxLength: 12 });
const name = text as Arbitrary<EnvironmentName & LogTypeName & IncidentId & IncidentTypeId>;
// Minus zero is zero on the wire.
const finite = double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const nanos = bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) as Arbitrary<EpochNanos>;
const millis = integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }) as Arbitrary<EpochMillis>;
const millisOrBefore = option(finite, { nil: -Infinity });
const count32 = nat({ max: 0xffff_ffff });
const severity = nat({ max: 24 });
const templateId = tuple(count32, count32).map(([high, low]) => templateIdFromHalves(high, low));

export const source: Arbitrary<EventSource> = record({
  environment: name,
  logType: name,
  namespace: text,
  service: text,
  pod: text,
  container: text,
  host: text,
});

const event: Arbitrary<StructuredEvent> = record({
  eventId: text,
  time: nanos,
  source,
  severity,
  templateId,
  message: text,
  body: text,
  parameters: array(text, { maxLength: 4 }),
  hasStackTrace: boolean(),
});

const templateCount: Arbitrary<TemplateCount> = record({
  binStart: millis,
  environment: name,
  logType: name,
  templateId,
  count: count32,
  maxSeverity: severity,
  errorCount: count32,
});

export const structuredBatch: Arbitrary<StructuredBatch> = record({
  lane: count32,
  sequence: maxSafeNat(),
  highestTime: millisOrBefore,
  counts: array(templateCount, { maxLength: 6 }),
  exemplars: array(event, { maxLength: 4 }),
  aliases: array(
    record({ binStart: millis, environment: name, logType: name, templateId, into: templateId }),
    {
      maxLength: 3,
    },
  ),
  controls: array(
    record({
      binStart: millis,
      version: maxSafeNat(),
      environment: name,
      logType: name,
      change: oneof(
        record({
          kind: constantFrom('joined' as const, 'separated' as const),
          templateId,
          other: templateId,
        }),
        record({
          kind: constant('muted' as const),
          templateId,
          untilMillis: oneof(millis, constant(Infinity)),
        }),
        record({ kind: constantFrom('unmuted' as const, 'retired' as const), templateId }),
      ),
    }),
    { maxLength: 4 },
  ),
  idle: constantFrom({}, { isIdle: true }),
}).map(({ idle, ...batch }) => ({ ...batch, ...idle }));

export const anomalyBatch: Arbitrary<AnomalyBatch> = record({
  lane: count32,
  sequence: maxSafeNat(),
  closedThrough: millisOrBefore,
  anomalies: array(
    record({
      event,
      surprise: finite,
      badness: finite,
      evidence: array(
        record({
          kind: constantFrom(
            'novelty',
            'rarity',
            'rate-up',
            'rate-down',
            'silence',
            'missing',
            'parameter',
            'severity',
          ),
          probability: finite,
          sentence: text,
        }),
        { maxLength: 3 },
      ),
      count: maxSafeNat(),
    }),
    { maxLength: 4 },
  ),
  activity: array(
    record({
      environment: name,
      logType: text,
      firstSeen: millis,
      lastSeen: millis,
      recordCount: maxSafeNat(),
      templateCount: maxSafeNat(),
    }),
    { maxLength: 3 },
  ),
});

const reportEvent: Arbitrary<ReportEvent> = record({
  eventId: text,
  time: nanos,
  logType: text,
  host: text,
  pod: text,
  severity,
  message: text,
  body: text,
  templateId,
  surprise: finite,
  badness: finite,
  role: constantFrom('cause', 'symptom', 'context'),
  causeRank: integer({ min: 0, max: 15 }),
  reasons: array(text, { maxLength: 3 }),
  zoom: constantFrom(0, 1, 2, 3),
});

const hallmark: Arbitrary<Hallmark> = record({ time: nanos, logType: text, body: text });

export const rootCauseReport: Arbitrary<RootCauseReport> = record({
  incidentId: name,
  incidentType: name,
  occurrence: count32,
  previous: option(nanos, { nil: undefined }),
  revision: count32,
  environment: name,
  detector: constantFrom('wide', 'narrow', 'fatal', 'scan'),
  start: nanos,
  end: nanos,
  created: nanos,
  updated: nanos,
  significance: constantFrom('low', 'medium', 'high'),
  falseReportsPerDay: finite,
  isProvisional: boolean(),
  title: text,
  summary: text,
  logTypes: array(text, { maxLength: 3 }),
  hosts: array(text, { maxLength: 3 }),
  coreEvents: array(reportEvent, { maxLength: 4 }),
  hallmarks: array(hallmark, { maxLength: 2 }),
  alternates: array(hallmark, { maxLength: 2 }),
  words: array(record({ word: text, weight: count32 }), { maxLength: 3 }),
  relatedEvents: array(reportEvent, { maxLength: 4 }),
  relatedCounts: record({ 1: maxSafeNat(), 2: maxSafeNat(), 3: maxSafeNat() }),
  mergedInto: option(name, { nil: undefined }),
});

const ruleSubject = {
  environment: name,
  logType: name,
  templates: array(
    text.map((value) => `said ${value} of <*>`),
    { minLength: 1, maxLength: 1 },
  ),
};

/** Any rule that a person may make. */
const templateRule: Arbitrary<TemplateRule> = oneof(
  record({ ...ruleSubject, kind: constant('pin' as const) }),
  record({ ...ruleSubject, kind: constant('rename' as const), name: text }),
  record({
    ...ruleSubject,
    kind: constant('merge' as const),
    templates: constant(['one <*>', 'other <*>'] as const),
  }),
  record({
    ...ruleSubject,
    kind: constant('split' as const),
    wildcard: constant(1),
    words: array(text, { maxLength: 3 }),
  }),
  record({
    ...ruleSubject,
    kind: constant('mute' as const),
    untilMillis: oneof(millis, constant(Infinity)),
    reason: text,
  }),
);

export const ruleChanges: Arbitrary<RuleChange[]> = array(
  record({ ruleId: text, version: maxSafeNat(), rule: option(templateRule, { nil: undefined }) }),
  { maxLength: 4 },
);
