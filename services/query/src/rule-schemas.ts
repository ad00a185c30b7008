import { toEpochMillis, toEpochNanos } from '@culprit/kernel';
import { systemClock } from '@culprit/platform';
import { maxPartsOfSplit, maxRules, maxTemplatesOfRule, maxTemplateText } from '@culprit/scoring';
import { z } from 'zod';
import { templateIdInput } from './template-id-input.js';
import { parseTimeInput, timeMeta } from './time-input.js';

const maxNameCharacters = 500;
const maxReasonCharacters = 2_000;

const name = z.string().min(1).max(maxNameCharacters);
const text = z.string().min(1).max(maxTemplateText);
/** A time up to which something holds, ms since 1970; null for ever. `now` is the wall clock: a person decides. */
export const until = z
  .union([z.null(), z.string().max(64)])
  .default(null)
  .transform((value, context): number => {
    if (value === null) return Infinity;
    const nanos = parseTimeInput(value, toEpochNanos(systemClock.now()));
    if (nanos !== undefined) return toEpochMillis(nanos);
    context.addIssue({
      code: 'custom',
      message: 'expected RFC 3339 with an offset, an epoch number, or null',
    });
    return z.NEVER;
  })
  .meta({ description: 'Null for ever', wire: { anyOf: [timeMeta.wire, { type: 'null' }] } });

/** Templates by their texts (`template` for one), or by ids that are known, from which place and texts are taken. */
const subject = {
  environment: name.nullish(),
  logType: name.nullish(),
  template: text.optional(),
  templates: z.array(text).min(1).max(maxTemplatesOfRule).optional(),
  templateIds: z.array(templateIdInput).min(1).max(maxTemplatesOfRule).optional(),
  /** As a list of rules gives it; it follows from the rest. */
  ruleId: z.string().max(64).optional(),
};

export const ruleBody = z.discriminatedUnion('kind', [
  z.strictObject({ ...subject, kind: z.literal('pin') }),
  z.strictObject({ ...subject, kind: z.literal('rename'), name }),
  z.strictObject({ ...subject, kind: z.literal('merge') }),
  z.strictObject({
    ...subject,
    kind: z.literal('split'),
    wildcard: z.number().int().min(1),
    words: z.array(z.string().min(1).max(maxNameCharacters)).max(maxPartsOfSplit).default([]),
  }),
  z.strictObject({
    ...subject,
    kind: z.literal('mute'),
    until,
    reason: z.string().min(1).max(maxReasonCharacters),
  }),
]);
export type RuleBody = z.output<typeof ruleBody>;

export const rulesBody = z.strictObject({ rules: z.array(ruleBody).max(maxRules) });
export type RulesBody = z.output<typeof rulesBody>;

export const ruleIdParam = z.string().regex(/^[0-9a-f]{16}$/, 'expected a rule id: 16 hex digits');
