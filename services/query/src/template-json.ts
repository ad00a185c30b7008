import { formatRfc3339, toEpochNanos } from '@culprit/kernel';
import { severityWord, type TemplateMarks, type TemplateRule } from '@culprit/scoring';
import type { StoredTemplate, TemplatePage, TemplateRepository } from '@culprit/store';
import { z } from 'zod';
import { count, named, pageShape, severityName, time } from './answer-shapes.js';
import { eventAnswer, eventJson } from './event-json.js';

/** How long an event type is not reported, and why. */
const muteAnswer = named('Mute', 'How long an event type is not reported, and why', {
  until: time.nullable().describe('Event time; null for ever'),
  reason: z.string(),
});
export type MuteJson = z.output<typeof muteAnswer>;

const templateShape = {
  templateId: z.string(),
  environment: z.string(),
  logType: z.string(),
  name: z.string().nullable().describe('What a rule calls it'),
  text: z.string(),
  count: count.describe('Records'),
  lineCount: count.describe('Input lines the records were joined from'),
  maxSeverity: severityName,
  firstSeen: time.nullable(),
  lastSeen: time.nullable(),
  aliases: z.array(z.string()).readonly().describe('Ids that lead here'),
  mute: muteAnswer.nullable(),
  ruleIds: z.array(z.string()).readonly().describe('Rules about it'),
};

/** An event type of the API. */
export const templateAnswer = named('Template', 'An event type', templateShape);
export type TemplateJson = z.output<typeof templateAnswer>;

/** A page of event types. */
export const templateListAnswer = named('TemplateList', 'A page of event types', {
  templates: z.array(templateAnswer).readonly(),
  ...pageShape,
  ofAll: z
    .object({ templates: count, records: count, lines: count })
    .readonly()
    .describe('All of the environment and log type, whatever else was asked'),
});
export type TemplateListJson = z.output<typeof templateListAnswer>;

const valuesShape = {
  type: z.string(),
  distinctCount: count,
  values: z
    .array(z.object({ value: z.string(), count }).readonly())
    .readonly()
    .describe('The most frequent'),
};

const parameterAnswer = named('Parameter', 'What stands at one wildcard', {
  wildcard: z.int().min(1).describe('Counted from 1'),
  name: z.string().nullable(),
  ...valuesShape,
});
export type ParameterJson = z.output<typeof parameterAnswer>;

/** One event type with what its newest records show. */
export const templateDetailAnswer = named(
  'TemplateDetail',
  'An event type with what its newest records show',
  {
    ...templateShape,
    sampledCount: count.describe('Records whose values were read'),
    parameters: z.array(parameterAnswer).readonly(),
    members: z
      .array(z.object({ name: z.string(), ...valuesShape }).readonly())
      .readonly()
      .describe('Members of JSON and `key=value` bodies that are no part of the text'),
    examples: z.array(eventAnswer).readonly(),
  },
);
export type TemplateDetailJson = z.output<typeof templateDetailAnswer>;

/** A rule of the API. */
export const ruleAnswer = named('Rule', 'What people decided about event types', {
  ruleId: z.string(),
  kind: z.enum(['pin', 'rename', 'merge', 'split', 'mute']),
  environment: z.string().nullable().describe('Null for every one'),
  logType: z.string().nullable().describe('Null for every one'),
  templates: z.array(z.string()).readonly(),
  name: z.string().optional(),
  wildcard: z.int().min(1).optional(),
  words: z.array(z.string()).readonly().optional(),
  until: time.nullable().optional(),
  reason: z.string().optional(),
});
export type RuleJson = z.output<typeof ruleAnswer>;

/** All rules. */
export const ruleListAnswer = z.object({ rules: z.array(ruleAnswer).readonly(), total: count }).readonly();
export type RuleListJson = z.output<typeof ruleListAnswer>;

export function templateJson(template: StoredTemplate): TemplateJson {
  const { marks } = template;
  return {
    templateId: template.templateId,
    environment: template.environment,
    logType: template.logType,
    name: marks.name ?? null,
    text: template.text,
    count: template.count,
    lineCount: template.lineCount,
    maxSeverity: severityWord(template.maxSeverity),
    firstSeen: template.firstSeen === undefined ? null : formatRfc3339(template.firstSeen),
    lastSeen: template.lastSeen === undefined ? null : formatRfc3339(template.lastSeen),
    aliases: template.aliases,
    mute: marks.mute === undefined ? null : muteJson(marks.mute),
    ruleIds: marks.ruleIds,
  };
}

export function templateListJson(page: TemplatePage): TemplateListJson {
  const { templates, total, ofAll, nextPageToken } = page;
  return { templates: templates.map(templateJson), total, ofAll, nextPageToken: nextPageToken ?? null };
}

type Sample = Awaited<ReturnType<TemplateRepository['sample']>>;

export function templateDetailJson(
  template: StoredTemplate,
  sample: Sample,
  maxExamples: number,
): TemplateDetailJson {
  return {
    ...templateJson(template),
    sampledCount: sample.recordCount,
    parameters: sample.parameters.map((parameter) => ({ ...parameter, name: parameter.name ?? null })),
    members: sample.members,
    examples: sample.events.slice(0, maxExamples).map(eventJson),
  };
}

export function ruleJson(ruleId: string, rule: TemplateRule): RuleJson {
  const { kind, environment, logType, templates } = rule;
  return {
    ruleId,
    kind,
    environment: environment === '' ? null : environment,
    logType: logType === '' ? null : logType,
    templates,
    ...(rule.kind === 'rename' ? { name: rule.name } : {}),
    ...(rule.kind === 'split' ? { wildcard: rule.wildcard, words: rule.words } : {}),
    ...(rule.kind === 'mute' ? muteJson(rule) : {}),
  };
}

function muteJson({ untilMillis, reason }: NonNullable<TemplateMarks['mute']>): MuteJson {
  return { until: untilMillis === Infinity ? null : formatRfc3339(toEpochNanos(untilMillis)), reason };
}
