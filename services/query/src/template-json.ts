import { formatRfc3339, toEpochNanos } from '@culprit/kernel';
import { severityWord, type TemplateMarks, type TemplateRule } from '@culprit/scoring';
import type { StoredTemplate, TemplatePage, TemplateRepository } from '@culprit/store';
import { eventJson, type EventJson } from './event-json.js';

/** An event type of the API. */
export interface TemplateJson {
  readonly templateId: string;
  readonly environment: string;
  readonly logType: string;
  /** What a rule calls it. */
  readonly name: string | null;
  readonly text: string;
  /** Records, and the input lines they were joined from. */
  readonly count: number;
  readonly lineCount: number;
  readonly maxSeverity: string;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly aliases: readonly string[];
  readonly mute: MuteJson | null;
  /** Rules about it: `GET /api/v1/template-rules/{ruleId}`. */
  readonly ruleIds: readonly string[];
}

/** How long an event type is not reported, and why. */
export interface MuteJson {
  /** Event time, RFC 3339; null: for ever. */
  readonly until: string | null;
  readonly reason: string;
}

/** A page of event types. */
export interface TemplateListJson {
  readonly templates: readonly TemplateJson[];
  readonly total: number;
  /** All of the environment and log type, whatever else was asked. */
  readonly ofAll: { readonly templates: number; readonly records: number; readonly lines: number };
  readonly nextPageToken: string | null;
}

/** One event type with what its newest records show. */
export interface TemplateDetailJson extends TemplateJson {
  /** Records whose values were read. */
  readonly sampledCount: number;
  readonly parameters: readonly ParameterJson[];
  /** Members of JSON and `key=value` bodies that are no part of the text. */
  readonly members: readonly (Omit<ParameterJson, 'wildcard' | 'name'> & { readonly name: string })[];
  readonly examples: readonly EventJson[];
}

/** What stands at one wildcard. */
export interface ParameterJson {
  /** Counted from 1. */
  readonly wildcard: number;
  readonly name: string | null;
  readonly type: string;
  readonly distinctCount: number;
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

/** A rule of the API. */
export interface RuleJson {
  readonly ruleId: string;
  readonly kind: TemplateRule['kind'];
  /** Null: every one. */
  readonly environment: string | null;
  readonly logType: string | null;
  readonly templates: readonly string[];
  readonly name?: string;
  readonly wildcard?: number;
  readonly words?: readonly string[];
  readonly until?: string | null;
  readonly reason?: string;
}

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
