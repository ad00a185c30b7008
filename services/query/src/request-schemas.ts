import type {
  Clock,
  EnvironmentName,
  EpochNanos,
  IncidentId,
  IncidentTypeId,
  LogTypeName,
} from '@culprit/kernel';
import { toEpochNanos } from '@culprit/kernel';
import { systemClock } from '@culprit/platform';
import { z } from 'zod';
import { templateIdInput } from './template-id-input.js';
import { parseTimeInput, timeMeta } from './time-input.js';

const MAX_NAME_CHARACTERS = 500;
const MAX_TEXT_CHARACTERS = 500;
const MAX_TOKEN_CHARACTERS = 2_000;

/** `now` of a request is the wall clock: a person asks, not the event stream. */
const clock: Clock = systemClock;

const text = z.string().min(1).max(MAX_TEXT_CHARACTERS);
const name = z.string().min(1).max(MAX_NAME_CHARACTERS);
const environment = name.transform((value) => value as EnvironmentName);
const logType = name.transform((value) => value as LogTypeName);
const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `expected a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .pipe(z.number().min(minimum).max(maximum))
    .meta({ wire: { type: 'integer', minimum, maximum } });

/** A time as {@link parseTimeInput} understands it; storable times lie between the years 1900 and 2262. */
const time = z
  .string()
  .max(64)
  .transform((value, context): EpochNanos => {
    const nanos = parseTimeInput(value, toEpochNanos(clock.now()));
    if (nanos !== undefined && nanos >= -2_208_988_800_000_000_000n && nanos < 9_223_372_036_854_775_807n)
      return nanos;
    context.addIssue({
      code: 'custom',
      message: 'expected RFC 3339 with an offset, an epoch number, or now-15m',
    });
    return z.NEVER;
  })
  .meta(timeMeta);

const severity = z
  .string()
  .transform((value, context) => {
    const number = severityNumberOf(value);
    if (number !== undefined) return number;
    context.addIssue({
      code: 'custom',
      message: 'expected trace, debug, info, warn, error, fatal or 1 to 24',
    });
    return z.NEVER;
  })
  .meta({
    description: 'This severity or worse',
    wire: { type: 'string', pattern: '^(trace|debug|info|warn|error|fatal|[1-9]|1[0-9]|2[0-4])$' },
  });

/** One value or several, comma-separated or repeated. */
const significances = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((part) => part.split(',')))
  .pipe(z.array(z.enum(['low', 'medium', 'high'])).max(3))
  .meta({ wire: { type: 'array', maxItems: 3, items: { enum: ['low', 'medium', 'high'] } } });

const page = {
  pageSize: wholeNumber(1, 1_000).optional(),
  pageToken: z
    .string()
    .max(MAX_TOKEN_CHARACTERS)
    .optional()
    .describe('`nextPageToken` of the page before, with the same query'),
};
const window = { from: time.optional(), to: time.optional() };

export const incidentsQuery = z.strictObject({
  ...window,
  ...page,
  environment: environment.optional(),
  logType: logType.optional(),
  host: name.optional(),
  significance: significances.optional(),
  type: name.transform((value) => value as IncidentTypeId).optional(),
});
export type IncidentsQuery = z.output<typeof incidentsQuery>;

export const revisionQuery = z.strictObject({ revision: wholeNumber(1, 999_999).optional() });
export type RevisionQuery = z.output<typeof revisionQuery>;

export const exportQuery = z.strictObject({
  format: z.enum(['markdown', 'json']).optional(),
  revision: wholeNumber(1, 999_999).optional(),
});
export type ExportQuery = z.output<typeof exportQuery>;

export const relatedQuery = z.strictObject({
  zoom: wholeNumber(1, 3).optional(),
  revision: wholeNumber(1, 999_999).optional(),
});
export type RelatedQuery = z.output<typeof relatedQuery>;
export const scanRelatedQuery = relatedQuery.pick({ zoom: true });
export type ScanRelatedQuery = z.output<typeof scanRelatedQuery>;

const eventFilter = {
  ...window,
  q: text.optional().describe('Text to be found, never a pattern'),
  environment: environment.optional(),
  logType: logType.optional(),
  template: templateIdInput.optional(),
  host: name.optional(),
  pod: name.optional(),
  severity: severity.optional(),
};

const flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .meta({ wire: { type: 'boolean' } });

export const eventsQuery = z.strictObject({
  ...eventFilter,
  ...page,
  counted: flag
    .optional()
    .describe('`false` leaves `total` out, which takes a look at every record; true unless said'),
});
export type EventsQuery = z.output<typeof eventsQuery>;

const buckets = wholeNumber(6, 500).optional().describe('At most so many; 100 unless said');

export const eventHistogramQuery = z.strictObject({ ...eventFilter, buckets });
export type EventHistogramQuery = z.output<typeof eventHistogramQuery>;

export const anomalyHistogramQuery = z.strictObject({
  ...window,
  environment: environment.optional(),
  logType: logType.optional(),
  buckets,
});
export type AnomalyHistogramQuery = z.output<typeof anomalyHistogramQuery>;

export const peekQuery = z.strictObject({
  before: wholeNumber(0, 1_000).optional(),
  after: wholeNumber(0, 1_000).optional(),
  scope: z.enum(['stream', 'logType']).optional(),
});
export type PeekQuery = z.output<typeof peekQuery>;

export const templatesQuery = z.strictObject({
  ...page,
  q: text.optional().describe('Words that text or name contain, in any order'),
  environment: environment.optional(),
  logType: logType.optional(),
  severity: severity.optional(),
  muted: flag.optional(),
  sort: z.enum(['count', 'firstSeen', 'lastSeen', 'severity']).optional(),
});
export type TemplatesQuery = z.output<typeof templatesQuery>;

export const templateQuery = z.strictObject({
  environment: environment.optional(),
  logType: logType.optional(),
  examples: wholeNumber(0, 100).optional(),
});
export type TemplateQuery = z.output<typeof templateQuery>;
export const templateIdParam = templateIdInput;

export const overviewQuery = z.strictObject({ environment: environment.optional() });
export type OverviewQuery = z.output<typeof overviewQuery>;

export const scanBody = z.strictObject({
  at: z
    .union([
      z.string(),
      z
        .int()
        .min(0)
        .transform((value) => String(value)),
    ])
    .pipe(time)
    .meta({
      wire: { anyOf: [timeMeta.wire, { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }] },
    }),
  environment: environment.optional(),
  logType: logType.optional(),
});
export type ScanBody = z.output<typeof scanBody>;

/** What the Alertmanager posts, version 4, as far as it is read; whatever else is in it is ignored. */
export const alertmanagerBody = z.object({
  alerts: z
    .array(
      z.object({
        status: z.string().max(64).default('firing'),
        labels: z
          .record(z.string().max(MAX_NAME_CHARACTERS), z.string().max(MAX_TOKEN_CHARACTERS))
          .default({}),
        startsAt: time,
      }),
    )
    .max(1_000),
});
export type AlertmanagerBody = z.output<typeof alertmanagerBody>;

export const alertmanagerQuery = z.strictObject({ environment: environment.optional() });
export type AlertmanagerQuery = z.output<typeof alertmanagerQuery>;

const note = z.string().max(2_000).default('');
export const feedbackBody = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.enum(['useful', 'not-useful']), note }),
  /** `other` is an incident that this one is the same as. */
  z.strictObject({ verdict: z.literal('same-as'), other: z.string().max(128), note }),
]);
export type FeedbackBody = z.output<typeof feedbackBody>;

/** Ids in paths are opaque: bounded, and nothing that a log or a page could trip over. */
export const incidentIdParam = z
  .string()
  .regex(/^[\w.:-]{1,128}$/, 'expected an incident id')
  .transform((value) => value as IncidentId);
export const eventIdParam = z.string().regex(/^[\w-]{1,128}$/, 'expected an event id');
export const scanIdParam = z.string().regex(/^[\w-]{1,64}$/, 'expected a scan id');

const lowestSeverityByWord: Readonly<Record<string, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  warning: 13,
  error: 17,
  fatal: 21,
};

function severityNumberOf(value: string): number | undefined {
  const byWord = lowestSeverityByWord[value.toLowerCase()];
  if (byWord !== undefined) return byWord;
  const number = Number(value);
  return Number.isInteger(number) && number >= 1 && number <= 24 ? number : undefined;
}
