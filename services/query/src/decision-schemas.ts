import type { IncidentDecision } from '@culprit/correlation';
import { maxDecisions } from '@culprit/correlation';
import { assertNever, formatRfc3339, toEpochNanos } from '@culprit/kernel';
import type { IncidentTypeId } from '@culprit/kernel';
import { z } from 'zod';
import type { ActiveDecision } from './decisions.service.js';
import { count, time } from './answer-shapes.js';
import { until } from './rule-schemas.js';

const maxNameCharacters = 500;
const maxReasonCharacters = 2_000;

const name = z.string().min(1).max(maxNameCharacters);
const incidentType = name.transform((value) => value as IncidentTypeId);
const about = {
  environment: z.string().max(maxNameCharacters).nullish(),
  reason: z.string().min(1).max(maxReasonCharacters),
  /** As a list of decisions gives it; it follows from the rest. */
  decisionId: z.string().max(64).optional(),
};

export const decisionBody = z.discriminatedUnion('kind', [
  z.strictObject({ ...about, kind: z.enum(['alert', 'useful', 'routine']), incidentType }),
  z.strictObject({ ...about, kind: z.literal('same-as'), incidentType, other: incidentType }),
  z.strictObject({ ...about, kind: z.literal('mute'), incidentType, until }),
  z.strictObject({
    ...about,
    kind: z.literal('mute-labels'),
    labels: z.strictObject({
      namespace: name.optional(),
      logType: name.optional(),
      service: name.optional(),
      container: name.optional(),
      host: name.optional(),
      pod: name.optional(),
    }),
    until,
  }),
]);
export type DecisionBody = z.output<typeof decisionBody>;

export const decisionsBody = z.strictObject({ decisions: z.array(decisionBody).max(maxDecisions) });
export type DecisionsBody = z.output<typeof decisionsBody>;

export const decisionIdParam = z.string().regex(/^[0-9a-f]{16}$/, 'expected a decision id: 16 hex digits');

/** The decision that a request means. */
export function decisionFrom(body: DecisionBody): IncidentDecision {
  const environment = body.environment ?? '';
  const { reason } = body;
  switch (body.kind) {
    case 'same-as':
      return { kind: body.kind, environment, reason, incidentType: body.incidentType, other: body.other };
    case 'mute':
      return {
        kind: body.kind,
        environment,
        reason,
        incidentType: body.incidentType,
        untilMillis: body.until,
      };
    case 'mute-labels': {
      const given = Object.entries(body.labels).filter(([, value]) => value !== undefined);
      return {
        kind: body.kind,
        environment,
        reason,
        labels: Object.fromEntries(given),
        untilMillis: body.until,
      };
    }
    case 'alert':
    case 'useful':
    case 'routine':
      return { kind: body.kind, environment, reason, incidentType: body.incidentType };
    default:
      return assertNever(body);
  }
}

const answered = {
  decisionId: z.string(),
  environment: z.string().describe('Empty for every one'),
  reason: z.string(),
};
const untilAnswer = time.nullable().describe('Event time; null for ever');

/** A decision as the API shows it. */
export const decisionAnswer = z
  .discriminatedUnion('kind', [
    z.object({ ...answered, kind: z.enum(['alert', 'useful', 'routine']), incidentType: z.string() }),
    z.object({ ...answered, kind: z.literal('same-as'), incidentType: z.string(), other: z.string() }),
    z.object({ ...answered, kind: z.literal('mute'), incidentType: z.string(), until: untilAnswer }),
    z.object({
      ...answered,
      kind: z.literal('mute-labels'),
      labels: z.record(z.string(), z.string().optional()).readonly(),
      until: untilAnswer,
    }),
  ])
  .readonly()
  .meta({ id: 'Decision', description: 'What people decided about incidents' });
export type DecisionJson = z.output<typeof decisionAnswer>;

/** All decisions. */
export const decisionListAnswer = z
  .object({ decisions: z.array(decisionAnswer).readonly(), total: count })
  .readonly();
export type DecisionListJson = z.output<typeof decisionListAnswer>;

export function decisionJson({ decisionId, decision }: ActiveDecision): DecisionJson {
  if (!('untilMillis' in decision)) return { decisionId, ...decision };
  const { untilMillis, ...rest } = decision;
  const until = Number.isFinite(untilMillis) ? formatRfc3339(toEpochNanos(untilMillis)) : null;
  return { decisionId, ...rest, until };
}
